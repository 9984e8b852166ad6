"""A cluster organisation takes back that it knows a company, while nothing has come of it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, has_permission
from clusters.models import ClusterOrganisation
from companies.actions import take_back_nomination as end_nomination
from companies.models import ClusterMembership, Company
from invitations.actions.relaying import decline_locked, end_unwanted_relays, lock_waiting
from invitations.choices import RelayFate
from invitations.models import Relay
from invitations.problems import InvitationProblem

PASSED_ON = (RelayFate.COPIED, RelayFate.LETTER)


@transaction.atomic
def take_back_nomination(*, company: Company, cluster: ClusterOrganisation, by: User) -> None:
    """What it was asked to pass on and did not counts as declined by who may decline it, and else
    ends as what nobody may pass on any more. Twice is safe.

    Raises InvitationProblem where the company was written to on the ground of it.
    """
    # With no_key who passes something on may still name the company; they are waited for below.
    locked = Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
    asked = Relay.objects.filter(cluster=cluster, invitation__company=locked)
    waiting = lock_waiting(asked)
    if asked.filter(fate__in=PASSED_ON).exists():
        raise InvitationProblem(
            _(
                "%(cluster)s passed an invitation on to this company, so how you know each other"
                " stays on record."
            )
            % {"cluster": cluster.name}
        )
    end_nomination(company=locked, cluster=cluster, by=by)
    if ClusterMembership.objects.filter(company=locked, cluster=cluster).exists():
        return
    if has_permission(by, Permission.INVITATION_SEND, cluster):
        decline_locked(relays=waiting, by=by)
    else:
        end_unwanted_relays(relays=asked)
