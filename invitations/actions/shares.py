"""What a network wants of the invitations to its challenges."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from clusters.models import Network
from invitations.models import NetworkShares
from look.problems import EditedMeanwhile


@transaction.atomic
def set_shares(
    *, network: Network, fields: Mapping[str, int], revision: int | None = None, by: User | None
) -> NetworkShares:
    """`fields`: newcomers and cluster, in percent. `revision` is the one the person opened.

    Raises EditedMeanwhile when the shares were changed since.
    """
    NetworkShares.objects.bulk_create([NetworkShares(network=network)], ignore_conflicts=True)
    current = NetworkShares.objects.select_for_update().get(network=network)
    if all(getattr(current, name) == value for name, value in fields.items()):
        return current
    if revision not in {None, current.revision}:
        raise EditedMeanwhile
    for name, value in fields.items():
        setattr(current, name, value)
    current.full_clean(exclude={"network"})
    current.revision += 1
    current.save()
    return current
