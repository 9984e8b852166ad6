"""Networks and cluster organisations."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from slugify import slugify

from accounts.models import User
from clusters.models import ClusterOrganisation, Network
from look.problems import EditedMeanwhile

RESERVED = {"access", "networks", "new"}


@transaction.atomic
def create_organisation(*, fields: Mapping[str, Any], by: User | None) -> ClusterOrganisation:
    """`fields`: what the form of an organisation asks; `slug` only where it is known already."""
    given = dict(fields)
    slug = free_slug(ClusterOrganisation, str(given.pop("slug", given["name"])))
    return ClusterOrganisation.objects.create(slug=slug, **given)


@transaction.atomic
def update_organisation(
    *,
    organisation: ClusterOrganisation,
    fields: Mapping[str, Any],
    revision: int | None = None,
    by: User | None,
) -> ClusterOrganisation:
    """The address stays, so that links to it live on. `revision` is the one the person opened.

    Raises EditedMeanwhile when the organisation was changed since.
    """
    current = ClusterOrganisation.objects.select_for_update().get(pk=organisation.pk)
    if all(getattr(current, name) == value for name, value in fields.items()):
        return current
    if revision not in {None, current.revision}:
        raise EditedMeanwhile
    _update(current, {**fields, "revision": current.revision + 1})
    return current


@transaction.atomic
def create_network(
    *, name: str, description: str = "", shows_quality: bool = False, by: User | None
) -> Network:
    return Network.objects.create(
        slug=free_slug(Network, name),
        name=name,
        description=description,
        shows_quality=shows_quality,
    )


@transaction.atomic
def update_network(*, network: Network, fields: Mapping[str, Any], by: User | None) -> Network:
    _update(network, fields)
    return network


@transaction.atomic
def add_to_network(
    *, network: Network, organisation: ClusterOrganisation, by: User | None
) -> Network:
    """Twice is once."""
    network.organisations.add(organisation)
    return network


@transaction.atomic
def remove_from_network(
    *, network: Network, organisation: ClusterOrganisation, by: User | None
) -> Network:
    network.organisations.remove(organisation)
    return network


def _update(noun: Model, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(noun, name, value)
    noun.save(update_fields=list(fields))


def free_slug(model: type[ClusterOrganisation | Network], name: str) -> str:
    """A readable address nobody has yet."""
    wanted = slugify(name, max_length=40) or "organisation"
    taken = (
        set(model.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)) | RESERVED
    )
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)
