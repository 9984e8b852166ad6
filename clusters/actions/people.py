"""People in cluster organisations: their roles, and how they go."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, Membership
from clusters.problems import ClusterProblem


@transaction.atomic
def join(
    *, user: User, organisation: ClusterOrganisation, role: str, by: User | None
) -> Membership:
    """Make a person a member without a letter; only a program that knows the person may do so."""
    membership, _made = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=MemberRole(role)
    )
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> Membership:
    role = MemberRole(role)
    if role == membership.role:
        return membership
    if role != MemberRole.MANAGER:
        _keep_a_manager(membership)
    same = Membership.objects.filter(
        user=membership.user_id, organisation=membership.organisation_id, role=role
    )
    same.exclude(pk=membership.pk).delete()
    membership.role = role
    membership.save(update_fields=["role"])
    _tell(membership, "role-changed", by)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    _keep_a_manager(membership)
    membership.delete()
    _tell(membership, "member-removed", by)


@transaction.atomic
def leave(*, organisation: ClusterOrganisation, by: User) -> None:
    """Give up every role one has in the organisation."""
    for membership in organisation.memberships.filter(user=by):
        _keep_a_manager(membership)
        membership.delete()


@transaction.atomic
def hand_over(*, membership: Membership, by: User) -> Membership:
    """The other person becomes a manager; whoever hands over stays as a partner."""
    organisation = membership.organisation
    own = organisation.memberships.filter(user=by, role=MemberRole.MANAGER).first()
    if own is None or membership.user_id == by.pk:
        raise ClusterProblem(_("Only a manager can hand over, and only to somebody else."))
    change_role(membership=membership, role=MemberRole.MANAGER, by=by)
    change_role(membership=own, role=MemberRole.PARTNER, by=by)
    return membership


def reasons_to_stay(user: User) -> Iterator[str]:
    """For the account: the organisations that would be left without a manager."""
    own = Membership.objects.filter(user=user, role=MemberRole.MANAGER)
    for membership in own.select_related("organisation"):
        try:
            _keep_a_manager(membership)
        except ClusterProblem as problem:
            yield str(problem)


def _keep_a_manager(membership: Membership) -> None:
    """Locks the organisation, so that two managers cannot leave each other alone."""
    if membership.role != MemberRole.MANAGER:
        return
    organisation = ClusterOrganisation.objects.select_for_update().get(
        pk=membership.organisation_id
    )
    others = organisation.memberships.filter(role=MemberRole.MANAGER)
    if not others.exclude(user=membership.user_id).exists():
        raise ClusterProblem(
            _("%(organisation)s would have no manager any more. Hand over to a colleague first.")
            % {"organisation": organisation.name}
        )


def _tell(membership: Membership, kind: str, by: User) -> None:
    notify(
        user_ids=[membership.user_id],
        kind=kind,
        data={"organisation": membership.organisation.name},
        url=membership.organisation.get_absolute_url(),
        by=by,
    )
