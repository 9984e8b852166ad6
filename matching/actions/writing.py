"""The worker writes down what somebody touched before it had numbers or reasons."""

from collections.abc import Callable, Collection, Sequence

from django.db import transaction
from django.db.models import Q

from challenges.models import Challenge
from matching.actions.amending import lay_over, rank_matches
from matching.actions.outcomes import complete_outcomes
from matching.actions.storing import store, write_down
from matching.explaining import judged_rows
from matching.models import Match, MatchQuerySet, MatchRun, WantedMatch
from matching.profiles import amendments_of
from matching.signals import matches_ready

# Whoever decides about one of the challenge's pairs waits for so many to be scored, at most.
AT_ONCE = 50


def write_wanted(
    *, challenge_ids: Sequence[int], may_go_on: Callable[[], bool], by: None = None
) -> list[int]:
    """Store, explain and rank the wanted pairs of these challenges, complete what was recorded of
    them, and announce where it moved a score; some at a time while `may_go_on` says so.

    Returns the challenges that are left. What cannot be scored yet stays wanted. Twice, or by two
    workers at once, writes nothing twice.
    """
    for place, challenge_id in enumerate(challenge_ids):
        last = 0
        while companies := _write_some(challenge_id, after=last):
            last = companies[-1]
            if not may_go_on():
                return list(challenge_ids[place:])
    return []


def challenges_wanting() -> list[int]:
    """Challenges of which a pair that can be scored is wanted still."""
    possible = WantedMatch.objects.possible().order_by("challenge_id")
    return list(possible.values_list("challenge", flat=True).distinct())


@transaction.atomic
def _write_some(challenge_id: int, *, after: int) -> list[int]:
    """The companies that were tried. Whoever decides about a pair holds the challenge: its numbers
    are of before or after that.
    """
    rows = Challenge.objects.filter(pk=challenge_id).select_for_update(no_key=True)
    if rows.first() is None:
        return []
    wanted = WantedMatch.objects.possible().filter(challenge=challenge_id, company__gt=after)
    taken = wanted.order_by("company_id").select_for_update(of=["self"], skip_locked=True)[:AT_ONCE]
    ids = dict(taken.values_list("company", "pk"))
    if not ids:
        return []
    matches = Match.objects.filter(challenge=challenge_id, company__in=ids)
    before = _scores(matches)
    _explain(challenge_id, ids, matches)
    explained = matches.filter(findings__isnull=False, is_kept=True).with_encoders()
    found = list(explained.order_by("company_id"))
    decided = amendments_of([challenge_id])[challenge_id]
    for match in found:
        lay_over(match, decided)
    rank_matches(found)
    complete_outcomes(matches=found)
    done = [ids[match.company_id] for match in found]
    WantedMatch.objects.filter(pk__in=done).delete()
    if decided.keys() & ids.keys() or before != _scores(matches):
        matches_ready.send(sender=MatchRun, challenge_ids=[challenge_id])
    return list(ids)


def _explain(challenge_id: int, company_ids: Collection[int], matches: MatchQuerySet) -> None:
    """A pair that was only a number, too far down for any list, is stored; one that is stored keeps
    its numbers, unless the profile has moved on, and what they rest on is written beside them. A
    run may have stored it meanwhile.
    """
    stored = set(matches.values_list("company", flat=True))
    # What another worker has in its hands is left to it: two would wait for each other's rows.
    unready = matches.filter(Q(findings__isnull=True) | Q(is_kept=False))
    free = unready.select_for_update(skip_locked=True, no_key=True)
    free = free.annotate(is_silent=Q(findings__isnull=True))
    held = dict(free.values_list("company", "is_silent"))
    silent = {company_id for company_id, is_silent in held.items() if is_silent}
    rows = judged_rows((challenge_id, pk) for pk in company_ids if pk in silent or pk not in stored)
    store([row for row in rows if row["company_id"] not in stored], as_kept=True)
    write_down([row for row in rows if row["company_id"] in silent])
    matches.filter(is_kept=False, company__in=held).update(is_kept=True)


def _scores(matches: MatchQuerySet) -> dict[int, tuple[int, bool]]:
    rows = matches.values_list("company", "total", "is_eligible")
    return {company: (total, is_eligible) for company, total, is_eligible in rows}
