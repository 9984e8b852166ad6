"""An invited company points at somebody else; a manager decides whether anybody is written to."""

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from companies.models import Company
from invitations import emails
from invitations.actions.gating import may_write_to
from invitations.actions.proposing import propose
from invitations.choices import UNTIL_NEXT_MONTH, NominationKind, NominationState
from invitations.gate import Verdict
from invitations.models import Invitation, Nomination
from invitations.pacing import (
    hold_letters_apart,
    last_letter_to,
    next_letter_at,
    unwanted_at,
)
from invitations.problems import NOT_LISTENED_TO, InvitationProblem
from invitations.wording import judged
from mail.actions import Refusal, postpone
from mail.choices import NEVER_LEAVES
from mail.models import hash_of
from matching.scoring import Reason

# Of one invitation altogether, whoever holds its link.
MOST = 3


@transaction.atomic
def nominate(  # noqa: PLR0913  (a nomination has that many parts)
    *,
    invitation: Invitation,
    kind: str,
    name: str,
    email: str = "",
    country: str = "",
    reason: str = "",
    company: Company | None = None,
    by: User | None,
) -> Nomination:
    """Point at a colleague, or at a company that Labmatch knows or not. Writes to nobody.

    The reason is read by managers alone. The same twice is the same nomination. Raises
    InvitationProblem when the challenge is over or this invitation was passed on often enough.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("challenge__lab")
    row = rows.get(pk=invitation.pk)
    if not row.challenge.takes_applications:
        raise InvitationProblem(_("This challenge has closed, so it cannot be passed on."))
    if not row.is_listened_to:
        raise InvitationProblem(NOT_LISTENED_TO)
    email = email.strip().lower()
    earlier = Nomination.objects.filter(invitation=row)
    same = earlier.filter(kind=kind, name=name, email=email, company=company).first()
    if same is not None:
        return same
    if earlier.count() >= MOST:
        raise InvitationProblem(_("You have passed this challenge on often enough; thank you."))
    found = Nomination.objects.create(
        invitation=row,
        kind=kind,
        name=name,
        email=email,
        country=country,
        reason=reason,
        company=company,
    )
    _tell_managers(row, "nomination_made")
    return found


@transaction.atomic
def accept_nomination(*, nomination: Nomination, by: User | None) -> Nomination:
    """Propose the company it points at, or write to the address it gives.

    A known company is invited like any other: its letter waits for the manager. Raises
    InvitationProblem, and decides nothing, where nobody can be written to.
    """
    row = _undecided(nomination)
    if row.company is not None:
        propose(challenge=row.invitation.challenge, company_ids=[row.company.pk], by=by)
    else:
        _write(row, by)
    return _decided(row, NominationState.ACCEPTED, by)


@transaction.atomic
def ignore_nomination(*, nomination: Nomination, by: User | None) -> Nomination:
    """Not followed; the address of somebody who never heard of us is not kept."""
    row = _undecided(nomination)
    row.email = ""
    return _decided(row, NominationState.IGNORED, by)


@transaction.atomic
def bring_back_nominations(*, letter_ids: Collection[str], by: None = None) -> None:
    """These letters will not leave: whoever they were for may be written to once more.

    Managers decide anew. Twice is safe.
    """
    rows = Nomination.objects.written_to().filter(letter_id__in=letter_ids)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    Nomination.objects.filter(pk__in=[row.pk for row in found]).update(
        state=NominationState.WAITING, letter_id=""
    )
    invitations = {row.invitation_id for row in found}
    related = Invitation.objects.select_related("challenge__lab")
    for invitation in related.filter(pk__in=invitations).order_by("pk"):
        _tell_managers(invitation, "nomination_came_back")


def _write(row: Nomination, by: User | None) -> None:
    """The one place where a letter to somebody nominated leaves, and where the gate is asked.

    Named by two companies, an address gets one letter about the challenge.
    """
    if _was_invited(row):
        raise InvitationProblem(
            _("Whoever reads at this address was invited to this challenge already.")
        )
    hold_letters_apart()
    standing = emails.letters_to_nominee(row).exclude(state__in=NEVER_LEAVES).first()
    if standing is not None:
        row.letter_id = str(standing.pk)
        return
    country = country_of(row)
    if why := reason_against(row, may_write_to(address=row.email, country=country)):
        raise InvitationProblem(why)
    letter = emails.write_to_nominee(nomination=row, by=by)
    if isinstance(letter, Refusal):
        raise InvitationProblem(str(letter))
    row.letter_id = str(letter.pk)
    last = last_letter_to(row.email, besides=row.letter_id)
    postpone(letter_ids=[row.letter_id], until=next_letter_at(country=country, last_letter_at=last))


def reason_against(row: Nomination, verdict: Verdict, *, is_queued: bool = False) -> str:
    """Why nobody is written to because of it, or nothing. Asked again before the letter leaves.

    How many a month are enough was settled when the letter was queued, for it is counted among
    them.
    """
    challenge = row.invitation.challenge
    if not challenge.takes_applications:
        return _("This challenge has closed, so nobody is written to.")
    if not verdict.is_allowed:
        return _("We may not write to this address: %(why)s") % {
            "why": judged(verdict.reason, anonymous=row.kind == NominationKind.COLLEAGUE)
        }
    settled = UNTIL_NEXT_MONTH if is_queued else ()
    if unwanted := unwanted_at(row.email, challenge, but=settled):
        return _("Nobody is written to now: %(why)s") % {"why": judged(Reason(unwanted))}
    return ""


def _was_invited(row: Nomination) -> bool:
    companies = Company.objects.active().written_to_at(hash_of(row.email))
    rows = Invitation.objects.for_challenge(row.invitation.challenge).with_place()
    return rows.filter(company__in=companies.values("pk")).exists()


def country_of(nomination: Nomination) -> str:
    """A colleague works where the company is; where another company is, they said who named it."""
    if nomination.kind == NominationKind.COLLEAGUE:
        return str(nomination.invitation.company.country)
    return str(nomination.country)


def _undecided(nomination: Nomination) -> Nomination:
    rows = Nomination.objects.select_for_update(of=("self",))
    rows = rows.select_related("invitation__challenge__lab__cluster", "invitation__company")
    row = rows.get(pk=nomination.pk)
    if row.state != NominationState.WAITING:
        raise InvitationProblem(_("This nomination has been decided already."))
    return row


def _decided(row: Nomination, state: NominationState, by: User | None) -> Nomination:
    row.state, row.decided_by, row.decided_at = state, by, timezone.now()
    row.save(update_fields=["state", "email", "decided_by", "decided_at", "letter_id"])
    return row


def _tell_managers(invitation: Invitation, kind: str) -> None:
    challenge = invitation.challenge
    url = f"{reverse('invitations:challenge', args=[challenge.slug])}#nominations"
    notify(
        user_ids=challenge.manager_ids,
        kind=kind,
        data={"company_id": invitation.company_id, "challenge": challenge.title},
        url=url,
        group=url,
        by=None,
    )
