"""Access letters: how managers and partners get in."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from accounts.tokens import hash_of, new_token
from clusters import emails
from clusters.choices import MemberRole
from clusters.models import AccessLetter, ClusterOrganisation, Membership
from clusters.problems import ClusterProblem

LIFE = timedelta(days=14)
LETTERS_PER_ADDRESS_AND_HOUR = 3
LETTERS_PER_WRITER_AND_HOUR = 20


@transaction.atomic
def write_access_letter(
    *, organisation: ClusterOrganisation, email: str, role: str, language: str, by: User | None
) -> AccessLetter:
    """Ask somebody in. A letter still waiting for the same address and role stops working."""
    role = MemberRole(role)
    address = email.strip().lower()
    _refuse_member(organisation, address, role)
    _refuse_flood(address, by)
    waiting = organisation.access_letters.waiting().filter(email__iexact=address, role=role)
    waiting.update(withdrawn_at=timezone.now())
    token = new_token()
    letter = AccessLetter.objects.create(
        email=address,
        organisation=organisation,
        role=role,
        language=language,
        token_hash=hash_of(token),
        written_by=by,
        expires_at=timezone.now() + LIFE,
    )
    emails.access_letter(letter, token, by)
    return letter


def _refuse_member(organisation: ClusterOrganisation, address: str, role: str) -> None:
    members = Membership.objects.filter(organisation=organisation, role=role)
    theirs = Q(user__email__iexact=address) | Q(user__emailaddress__email__iexact=address)
    if members.filter(theirs).exists():
        raise ClusterProblem(_("%(email)s has this role already.") % {"email": address})


def _refuse_flood(address: str, by: User | None) -> None:
    lately = AccessLetter.objects.filter(created_at__gt=timezone.now() - timedelta(hours=1))
    if lately.filter(email__iexact=address).count() >= LETTERS_PER_ADDRESS_AND_HOUR:
        raise ClusterProblem(
            _("%(email)s got three letters within the hour. Please wait a little.")
            % {"email": address}
        )
    if by and lately.filter(written_by=by).count() >= LETTERS_PER_WRITER_AND_HOUR:
        raise ClusterProblem(
            _("You wrote twenty access letters within the hour. Please wait a little.")
        )


def resend_access_letter(*, letter: AccessLetter, by: User) -> AccessLetter:
    """With a new link; the earlier one stops working."""
    _refuse_done(letter)
    return write_access_letter(
        organisation=letter.organisation,
        email=letter.email,
        role=letter.role,
        language=letter.language,
        by=by,
    )


@transaction.atomic
def withdraw_access_letter(*, letter: AccessLetter, by: User) -> AccessLetter:
    withdrawn = AccessLetter.objects.waiting().filter(pk=letter.pk)
    if not withdrawn.update(withdrawn_at=timezone.now()):
        letter.refresh_from_db()
        _refuse_done(letter)
    letter.refresh_from_db()
    return letter


@transaction.atomic
def accept_access_letter(*, letter: AccessLetter, by: User) -> Membership:
    """Whoever holds the link has read the mailbox it was sent to. Works once, whoever is first."""
    if not AccessLetter.objects.usable().filter(pk=letter.pk).update(accepted_at=timezone.now()):
        letter.refresh_from_db()
        _refuse_done(letter)
        raise ClusterProblem(_("This access letter is too old. Ask for a new one."))
    membership, _created = Membership.objects.get_or_create(
        user=by, organisation=letter.organisation, role=letter.role
    )
    if letter.written_by_id:
        notify(
            user_ids=[letter.written_by_id],
            kind="access-accepted",
            data={"person": str(by), "organisation": letter.organisation.name},
            url=reverse("clusters:people", args=[letter.organisation.slug]),
            by=by,
        )
    return membership


def _refuse_done(letter: AccessLetter) -> None:
    if letter.accepted_at:
        raise ClusterProblem(_("This access letter has been used already."))
    if letter.withdrawn_at:
        raise ClusterProblem(_("This access letter was withdrawn."))
