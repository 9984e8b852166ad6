"""Rounds: the places of all open challenges are shared out at once, within everybody's budgets."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from challenges.choices import Policy
from challenges.choices import Status as ChallengeStatus
from challenges.models import Challenge
from invitations.actions.proposing import add, renew_reasons
from invitations.actions.sending import send
from invitations.assignment import Assignment, Pair
from invitations.choices import RoundState, Status
from invitations.models import Invitation, Round, Standing
from invitations.pacing import hold_letters_apart
from invitations.profiles import (
    automatic_situation,
    budget,
    candidates,
    days_asked,
    whole_situation,
)
from matching.choices import RunState
from matching.models import Match, MatchRun

# Time alone gives companies back to those who want them.
ANEW_AFTER = timedelta(hours=1)
LOST_AFTER = timedelta(minutes=5)
WAITS_FOR_SCORES = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def request_round(*, by: None = None) -> None:
    """Have the places shared out once more; whoever asks while a round waits is in it."""
    Round.objects.bulk_create([Round()], ignore_conflicts=True)


@transaction.atomic
def recover_rounds(*, by: None = None) -> None:
    """A round whose worker died is made again, and so is one that failed or is an hour old."""
    now = timezone.now()
    running = Round.objects.filter(state=RoundState.RUNNING, seen_at__lt=now - LOST_AFTER)
    running.update(state=RoundState.LOST, finished_at=now - LOST_AFTER)
    last = Round.objects.first()
    after = LOST_AFTER if last and last.state == RoundState.LOST else ANEW_AFTER
    if last is None or (last.finished_at and last.finished_at <= now - after):
        request_round()


def share_places(*, by: None = None) -> Round | None:
    """Make the round that waits. None where none does, or another worker is at one.

    Letters of policy *automatic* come first, and a company that is refused leaves its place to the
    next. Then all places left are filled with suggestions. Each challenge is written in its own
    transaction, so a worker that dies leaves whole challenges, and the next round goes on there.
    """
    turn = _take()
    if turn is None:
        return None
    try:
        while _write_letters(turn):
            pass
        _suggest(turn)
    except Exception:
        _end(turn, RoundState.LOST)
        raise
    _end(turn, RoundState.DONE)
    log.info("places_shared_out", written=turn.written, suggested=turn.suggested)
    return turn


def _take() -> Round | None:
    """While challenges are being scored a round waits for them all, but not for long."""
    long_ago = timezone.now() - WAITS_FOR_SCORES
    scoring = MatchRun.objects.filter(
        state__in=[RunState.QUEUED, RunState.RUNNING], challenge__status=ChallengeStatus.OPEN
    )
    waiting = Round.objects.filter(state=RoundState.WAITING)
    if scoring.exists():
        waiting = waiting.filter(wanted_at__lt=long_ago)
    turn = waiting.first()
    try:
        with transaction.atomic():
            taken = waiting.update(state=RoundState.RUNNING, seen_at=timezone.now())
    except IntegrityError:
        return None
    return turn if taken else None


def _is_still_ours(turn: Round) -> bool:
    """Also the sign of life."""
    running = Round.objects.filter(pk=turn.pk, state=RoundState.RUNNING)
    return bool(running.update(seen_at=timezone.now()))


@transaction.atomic
def _end(turn: Round, state: RoundState) -> None:
    """Only the last round that ended is kept: they are rung for all day long."""
    running = Round.objects.filter(pk=turn.pk, state=RoundState.RUNNING)
    ended = running.update(
        state=state,
        finished_at=timezone.now(),
        written=turn.written,
        suggested=turn.suggested,
    )
    if ended:
        Round.objects.filter(pk__lt=turn.pk, finished_at__isnull=False).delete()


def _write_letters(turn: Round) -> bool:
    """Whether somebody was refused, so that there are places to share out again."""
    refused = False
    for challenge_id, company_ids in _by_challenge(automatic_situation().assigned().chosen).items():
        if not _is_still_ours(turn):
            return False
        written, tried = _write(challenge_id, company_ids)
        turn.written += written
        refused |= written < tried
    return refused


def _by_challenge(pairs: Iterable[Pair]) -> dict[int, list[int]]:
    found = defaultdict(list)
    for pair in pairs:
        found[pair.challenge].append(pair.company)
    return found


@transaction.atomic
def _write(challenge_id: int, company_ids: Sequence[int]) -> tuple[int, int]:
    """How many letters were written, and how many were tried."""
    challenge = Challenge.objects.select_for_update(no_key=True).get(pk=challenge_id)
    if not challenge.is_open or challenge.policy != Policy.AUTOMATIC:
        return 0, 0
    matches = _still_possible(challenge, company_ids)
    add(challenge=challenge, matches=matches, by=None)
    chosen = Invitation.objects.for_challenge(challenge).suggested()
    chosen = chosen.filter(company__in=[match.company_id for match in matches])
    ids = list(chosen.values_list("pk", flat=True))
    return len(send(challenge=challenge, invitation_ids=ids, by=None)), len(ids)


def _still_possible(challenge: Challenge, company_ids: Collection[int]) -> list[Match]:
    """A manager may have written, or decided, since the round was reckoned.

    Whoever sends at this moment comes before or after: two together would ask once too often.
    """
    hold_letters_apart()
    filled = Invitation.objects.for_challenge(challenge).with_place().count()
    asked = days_asked(company_ids)
    free = [pk for pk in company_ids if budget().left(asked.get(pk, ()))]
    matches = candidates(Challenge.objects.filter(pk=challenge.pk)).filter(company__in=free)
    return list(matches.chosen_first()[: max(challenge.maximum - filled, 0)])


def _suggest(turn: Round) -> None:
    """Renew the suggestions and say of every candidate where it stands."""
    situation = whole_situation()
    assignment = situation.assigned()
    challenge_ids = [places.challenge for places in situation.places]
    chosen = _by_challenge(assignment.chosen)
    for challenge_id in _to_renew(challenge_ids, chosen):
        if not _is_still_ours(turn):
            return
        _renew(challenge_id, chosen[challenge_id])
    turn.suggested = len(assignment.chosen)
    _keep_standings(assignment, challenge_ids)


def _to_renew(challenge_ids: Sequence[int], chosen: Mapping[int, Sequence[int]]) -> list[int]:
    """Challenges that get other suggestions, or have proposals scored since they were renewed."""
    listed = defaultdict(set)
    for challenge_id, company_id in Invitation.objects.suggested().values_list(
        "challenge", "company"
    ):
        listed[challenge_id].add(company_id)
    proposed = Invitation.objects.filter(
        status=Status.PROPOSED, challenge=OuterRef("challenge"), company=OuterRef("company")
    )
    scored = Match.objects.filter(Exists(proposed)).order_by().values_list("challenge")
    newest = dict(scored.annotate(Max("scored_at")))
    known = dict(Standing.objects.values_list("challenge", "scored_at"))
    return [
        pk
        for pk in challenge_ids
        if listed[pk] != set(chosen[pk]) or newest.get(pk) != known.get(pk)
    ]


@transaction.atomic
def _renew(challenge_id: int, company_ids: Sequence[int]) -> None:
    """Suggestions that the round did not choose leave the list, unless they are being sent."""
    challenge = Challenge.objects.select_for_update(no_key=True).get(pk=challenge_id)
    if not challenge.is_open or challenge.sendings.waiting().exists():
        return
    asked = Invitation.objects.for_challenge(challenge)
    asked.suggested().exclude(company__in=company_ids).delete()
    rows = candidates(Challenge.objects.filter(pk=challenge.pk)).filter(company__in=company_ids)
    chosen = list(rows.chosen_first())
    add(challenge=challenge, matches=chosen, by=None)
    hands = asked.chosen_by_hand().values("company")
    by_hand = list(Match.objects.for_challenge(challenge).filter(company__in=hands))
    renew_reasons(challenge, by_hand)
    newest = max((match.scored_at for match in (*chosen, *by_hand)), default=None)
    Standing.objects.update_or_create(challenge=challenge, defaults={"scored_at": newest})


def _keep_standings(assignment: Assignment, challenge_ids: Iterable[int]) -> None:
    """Only those that changed are written."""
    entries: Mapping[int, dict[str, object]] = {pk: {} for pk in challenge_ids}
    for entry in assignment.entries:
        entries[entry.pair.challenge][str(entry.pair.company)] = entry.reason.to_data()
    stored = {row.pk: row for row in Standing.objects.filter(pk__in=entries)}
    rows = [
        Standing(challenge_id=pk, short=assignment.short.get(pk, 0), entries=found)
        for pk, found in entries.items()
    ]
    changed = [
        row
        for row in rows
        if row.pk not in stored
        or (row.short, row.entries) != (stored[row.pk].short, stored[row.pk].entries)
    ]
    Standing.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["challenge"],
        update_fields=["short", "entries"],
        batch_size=100,
    )
