"""A company contests a finding; a manager of the challenge decides, and may think again."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Challenge
from companies.models import Company, Reference
from matching import emails
from matching.actions.amending import amend
from matching.actions.keeping import keep
from matching.actions.outcomes import record_outcome
from matching.choices import CONTEST_MOVES, SHARE_OF, ContestState, Granted, Outcome
from matching.models import Contest, Match, MatchRun
from matching.problems import MatchProblem, NotWrittenYet
from matching.scoring import CRITERIA, Finding


def contest(
    *,
    challenge: Challenge,
    company: Company,
    criterion: str,
    statement: str,
    link: str = "",
    reference: Reference | None = None,
    by: User,
) -> Contest:
    """Say what a finding misses, with a link or a reference that shows it; its managers are told.

    Raises MatchProblem when the challenge is over, when the part has all its points, when this
    finding is contested already, or while its reasons are still being written.
    """
    if not challenge.is_open:
        raise MatchProblem(_("This challenge is closed; nothing new can be contested."))
    if not statement.strip():
        raise MatchProblem(_("Say in a sentence what the finding misses."))
    if not link and reference is None:
        raise MatchProblem(_("Give a link or one of your references that shows it."))
    row = Contest(
        challenge=challenge,
        company=company,
        criterion=criterion,
        statement=statement.strip(),
        link=link,
        reference=reference,
        made_by=by,
    )
    try:
        return _contest(row, by)
    except NotWrittenYet:
        # Refused, it leaves no trace but this: next time the worker will have written them.
        keep(challenge=challenge, company_ids=[company.pk], by=by)
        raise


@transaction.atomic
def _contest(row: Contest, by: User) -> Contest:
    challenge, company, criterion = row.challenge, row.company, row.criterion
    keep(challenge=challenge, company_ids=[company.pk], by=by)
    _contestable(challenge, company, criterion)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise MatchProblem(
            _("This finding is contested already; a decision stands or is on its way.")
        ) from None
    record_outcome(
        challenge=challenge, company=company, outcome=Outcome.CONTESTED, reason=criterion, by=by
    )
    emails.tell_managers(contest=row, by=by)
    return row


def _contestable(challenge: Challenge, company: Company, criterion: str) -> None:
    found = _finding(challenge, company, criterion)
    if found is None or criterion not in CRITERIA:
        raise MatchProblem(_("The score has no such part."))
    if found.tenths == found.weight_tenths:
        raise MatchProblem(_("This part has all its points already."))


def _finding(challenge: Challenge, company: Company, criterion: str) -> Finding | None:
    """Raises NotWrittenYet, or MatchProblem where nobody is going to write it."""
    match = Match.objects.for_challenge(challenge).filter(company=company).first()
    if match is None or match.findings is None:
        _to_be_written(challenge, company)
        raise NotWrittenYet(
            _("The reasons of this match are being written just now. Try again in a moment.")
        )
    return next((one for one in match.judged if one.criterion == criterion), None)


def _to_be_written(challenge: Challenge, company: Company) -> None:
    """Raises MatchProblem: what waits for good does not come in a moment."""
    if not company.is_active:
        raise MatchProblem(
            _("This company has left Labmatch; its reasons are not written any more.")
        )
    if not MatchRun.objects.measured().filter(challenge=challenge).exists():
        raise MatchProblem(
            _("The reasons of this match can only be written after the next scoring.")
        )


@transaction.atomic
def withdraw_contest(*, contest: Contest, by: User) -> Contest:
    """The company takes back what nobody has decided yet. Twice changes nothing."""
    row = _locked(contest)
    if row.state == ContestState.WITHDRAWN:
        return row
    _move(row, ContestState.WITHDRAWN)
    row.save(update_fields=["state"])
    return row


def accept_contest(*, contest: Contest, granted: str, answer: str, by: User) -> Contest:
    """The part counts as `granted` says from now on, in every scoring; the company is told.

    Raises MatchProblem when the part has as many points already, or while its points are still
    being written.
    """
    try:
        return _accept(contest, granted, answer, by)
    except NotWrittenYet:
        keep(challenge=contest.challenge, company_ids=[contest.company_id], by=by)
        raise


@transaction.atomic
def _accept(contest: Contest, granted: str, answer: str, by: User) -> Contest:
    row = _locked(contest)
    _move(row, ContestState.ACCEPTED)
    found = _finding(row.challenge, row.company, row.criterion)
    if found is not None and found.share >= SHARE_OF[Granted(granted)]:
        raise MatchProblem(_("This part has as many points already; that would change nothing."))
    row.granted = granted
    return _decided(row, answer, by)


@transaction.atomic
def refuse_contest(*, contest: Contest, answer: str, by: User) -> Contest:
    """Nothing changes; the company is told why."""
    if not answer.strip():
        raise MatchProblem(_("Tell the company why."))
    row = _locked(contest)
    _move(row, ContestState.REFUSED)
    return _decided(row, answer, by)


@transaction.atomic
def reconsider_contest(*, contest: Contest, by: User) -> Contest:
    """Take a decision back: the part counts as computed again, and the contest waits.

    Raises MatchProblem where that would cost an applicant points after the deadline.
    """
    row = _locked(contest)
    if row.state == ContestState.OPEN:
        return row
    if row.granted and not row.challenge.is_open:
        raise MatchProblem(_("This challenge is closed; what was granted stays."))
    _move(row, ContestState.OPEN)
    row.granted, row.decided_at, row.decided_by = "", None, None
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "granted", "decided_at", "decided_by"])
    except IntegrityError:
        raise MatchProblem(
            _("The company has contested this finding anew; decide on that.")
        ) from None
    amend(challenge=row.challenge, company_id=row.company_id)
    emails.tell_company(contest=row, by=by)
    return row


def _decided(row: Contest, answer: str, by: User) -> Contest:
    before = Match.objects.get(challenge=row.challenge_id, company=row.company_id).total
    row.answer = answer.strip()
    row.decided_at = timezone.now()
    row.decided_by = by
    row.decisions += 1
    row.save(update_fields=["state", "granted", "answer", "decided_at", "decided_by", "decisions"])
    amend(challenge=row.challenge, company_id=row.company_id)
    match = Match.objects.get(challenge=row.challenge_id, company=row.company_id)
    emails.write_decision(contest=row, match=match, before=before, by=by)
    return row


def _move(row: Contest, state: str) -> None:
    if (row.state, state) not in CONTEST_MOVES:
        raise MatchProblem(_("This was decided or taken back meanwhile; look at the page again."))
    row.state = state


def _locked(contest: Contest) -> Contest:
    """The challenge first, as all who change its matches do.

    With no_key, here and wherever matches are changed under it: a run that stores a new match looks
    at the key of its challenge when it commits, with other matches in its hands.
    """
    Challenge.objects.select_for_update(no_key=True).get(pk=contest.challenge_id)
    rows = Contest.objects.select_for_update(of=("self",))
    return rows.select_related("challenge__lab__cluster", "company").get(pk=contest.pk)
