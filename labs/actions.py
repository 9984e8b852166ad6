"""The verbs of living labs: the only code that changes one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from slugify import slugify

from accounts.models import User
from clusters.models import ClusterOrganisation
from labs.models import LabPartner, LivingLab, Site
from look.problems import EditedMeanwhile

LAB_FIELDS = frozenset(
    {
        "name",
        "owner",
        "city",
        "country",
        "lat",
        "lon",
        "language",
        "themes",
        "opened",
        "summary",
        "description",
    }
)
SITE_FIELDS = frozenset(
    {
        "name",
        "address",
        "lat",
        "lon",
        "what_can_be_tested",
        "access",
        "data_available",
        "power",
        "permits",
    }
)
RESERVED_SLUGS = frozenset({"new"})


@transaction.atomic
def create_lab(
    *,
    cluster: ClusterOrganisation,
    fields: Mapping[str, Any],
    slug: str = "",
    is_demonstration: bool = False,
    by: User | None,
) -> LivingLab:
    """A lab run by `cluster`. `fields` are of LAB_FIELDS; `slug` only where it is known already."""
    lab = LivingLab(
        cluster=cluster,
        slug=_free_slug(slug or fields["name"]),
        is_demonstration=is_demonstration,
    )
    _fill(lab, fields, LAB_FIELDS)
    lab.save()
    return lab


def _free_slug(text: str) -> str:
    base = slugify(text, max_length=70, word_boundary=True) or "lab"
    taken = set(LivingLab.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken | RESERVED_SLUGS)


def _fill(noun: LivingLab | Site, fields: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(fields) - allowed
    if unknown:
        raise ValueError(f"not to be edited here: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(noun, name, value)


@transaction.atomic
def update_lab(
    *, lab: LivingLab, fields: Mapping[str, Any], revision: int | None = None, by: User | None
) -> LivingLab:
    """Raises EditedMeanwhile when the page is no longer at the `revision` the person opened."""
    current = LivingLab.objects.select_for_update().get(pk=lab.pk)
    _change(current, fields, LAB_FIELDS, revision)
    return current


def _change(
    noun: LivingLab | Site,
    fields: Mapping[str, Any],
    allowed: frozenset[str],
    revision: int | None,
) -> None:
    """Saving the same again changes nothing, whoever saved it first."""
    before = {name: getattr(noun, name, None) for name in fields}
    _fill(noun, fields, allowed)
    if before == fields:
        return
    if revision not in {None, noun.revision}:
        raise EditedMeanwhile
    noun.revision += 1
    noun.save()


@transaction.atomic
def add_site(*, lab: LivingLab, fields: Mapping[str, Any], by: User | None) -> Site:
    site = Site(lab=lab)
    _fill(site, fields, SITE_FIELDS)
    site.save()
    return site


@transaction.atomic
def update_site(
    *, site: Site, fields: Mapping[str, Any], revision: int | None = None, by: User | None
) -> Site:
    """Raises EditedMeanwhile when the site is no longer at the `revision` the person opened."""
    current = Site.objects.select_for_update().filter(pk=site.pk).first()
    if current is None:
        raise EditedMeanwhile
    _change(current, fields, SITE_FIELDS, revision)
    return current


@transaction.atomic
def remove_site(*, site: Site, by: User | None) -> None:
    """Safe to call twice."""
    Site.objects.filter(pk=site.pk).delete()


@transaction.atomic
def set_partners(
    *, lab: LivingLab, partners: Iterable[Mapping[str, Any]], by: User | None
) -> list[LabPartner]:
    """Who takes part, as dicts of name, kind and country. Replaces the list."""
    LivingLab.objects.select_for_update().get(pk=lab.pk)
    lab.partners.all().delete()
    return LabPartner.objects.bulk_create(LabPartner(lab=lab, **partner) for partner in partners)
