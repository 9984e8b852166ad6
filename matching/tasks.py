"""What the worker does for matching. Each task takes ids and calls one verb."""

from collections import defaultdict
from collections.abc import Sequence
from time import monotonic

import structlog
from celery import shared_task
from django.core.cache import cache

from challenges.models import Challenge
from clusters.models import Network
from companies.models import Company
from matching import actions, reading
from matching.models import Match, MatchRun
from matching.patience import is_first_ring

FEW = 200

# Each block of challenges reads all companies once: few blocks read little, and still two hosts
# share them; a killed worker loses one.
BLOCKS = 4
LARGEST_BLOCK = 256

# The reader of profiles works for a while at a time; silent for so long it is taken for dead.
ENCODING = "matching.encoding"
A_WHILE = 20
# Who explains what nobody asked for shares a queue with the reader, and lets it pass.
EXPLAINING = "matching.explaining"
A_TURN = 2
# Who writes what somebody waits for lets others pass who wait as well.
A_MOMENT = 0.25
SILENCE = 90
# Five thousand rows take a while; who waits for them asks every second.
A_FILE = 30

log = structlog.get_logger(__name__)


@shared_task
def score_challenges(run_ids: list[int]) -> None:
    """Score a block of challenges; runs that are gone or taken are left alone."""
    try:
        actions.score_challenges(runs=list(MatchRun.objects.filter(pk__in=run_ids)))
    except Exception:
        log.exception("scoring_failed", runs=run_ids)
        raise
    ring_to_explain()
    ring_for_wanted()


@shared_task
def rescore_companies(company_ids: list[int]) -> None:
    """Renew the matches of a few edited companies; after a long list score everything, once."""
    ring_for_encoding(company_ids)
    if len(company_ids) <= FEW:
        actions.rescore_companies(company_ids=company_ids)
        ring_to_explain()
        ring_for_wanted()
        return
    open_ids = Challenge.objects.open().values_list("pk", flat=True)
    share_out(actions.request_runs(challenge_ids=open_ids))


@shared_task
def measure_shares(challenge_id: int) -> None:
    """Measure all companies for a challenge whose manager wants to try other weights."""
    challenge = Challenge.objects.filter(pk=challenge_id).first()
    if challenge is not None:
        actions.measure_shares(challenge=challenge)


@shared_task
def sweep_matching() -> None:
    """Find what the bell missed or whose worker died. The clock rings it every minute."""
    reading.note()
    ring_for_encoding()
    share_out(actions.recover_runs())
    actions.discard_shares()
    if actions.is_explaining_left():
        ring_to_explain()
    ring_for_wanted()


@shared_task
def encode_waiting() -> None:
    """Read profiles that wait, for a while, and ring for the rest. Has a queue of its own."""
    cache.set(ENCODING, value=True, timeout=SILENCE)
    until = monotonic() + A_WHILE
    done = actions.encode_waiting(may_go_on=lambda: monotonic() < until)
    if not done:
        return
    reading.note()
    if actions.is_waiting():
        encode_waiting.delay_on_commit()
    else:
        cache.delete(ENCODING)
    rescore_encoded.delay_on_commit(done)


@shared_task
def explain_waiting() -> None:
    """Write down findings of the best matches, for a while, and ring for the rest."""
    cache.set(EXPLAINING, value=True, timeout=SILENCE)
    until = monotonic() + A_TURN
    if actions.explain_waiting(may_go_on=lambda: monotonic() < until):
        explain_waiting.delay_on_commit()
        return
    cache.delete(EXPLAINING)
    if actions.is_explaining_left():  # finished meanwhile by a run that found the bell rung
        ring_to_explain()


@shared_task
def explain_matches(match_ids: list[int]) -> None:
    """Somebody waits for the reasons of these: write them down, for a moment, and ring for the
    rest.
    """
    until = monotonic() + A_MOMENT
    left = actions.explain_matches(match_ids=match_ids, may_go_on=lambda: monotonic() < until)
    if left:
        explain_matches.delay_on_commit(left)


@shared_task
def explain_offers(company_id: int, challenge_ids: list[int]) -> None:
    """A company waits for the reasons of offers that no match stores."""
    company = Company.objects.filter(pk=company_id).first()
    if company is not None:
        actions.explain_offers(company=company, challenge_ids=challenge_ids)


@shared_task
def find_changes(challenge_id: int, company_id: int) -> None:
    """Somebody reads a score and wants to know what would change it most."""
    challenge = Challenge.objects.filter(pk=challenge_id).first()
    company = Company.objects.filter(pk=company_id).first()
    if challenge is not None and company is not None:
        actions.find_changes(challenge=challenge, company=company)


@shared_task
def explain_list(challenge_id: int) -> None:
    """Who turned one page of a list turns another, and that one is to be ready."""
    actions.explain_list(challenge_id=challenge_id)


@shared_task
def write_wanted(challenge_ids: list[int]) -> None:
    """Somebody touched pairs that had no numbers or no reasons yet: write them down, for a moment,
    and ring for the rest.
    """
    until = monotonic() + A_MOMENT
    left = actions.write_wanted(challenge_ids=challenge_ids, may_go_on=lambda: monotonic() < until)
    if left:
        write_wanted.delay_on_commit(left)


@shared_task
def explain_for_good(challenge_ids: list[int]) -> None:
    """A challenge is over: keep what was found while it can still be found."""
    actions.explain_for_good(challenge_ids=challenge_ids)
    ring_to_explain()


@shared_task
def rescore_encoded(company_ids: list[int]) -> None:
    """Let scores follow what was encoded: everything anew if the encoders in use changed."""
    actions.current_snapshot()
    actions.rescore_companies(company_ids=company_ids)
    share_out(actions.recover_runs())


@shared_task
def renew_statistics() -> None:
    """Renew the statistics that scores rest on, and every score. The clock rings it at night."""
    actions.renew_statistics()
    share_out(actions.recover_runs())


@shared_task
def learn_from_outcomes() -> None:
    """Let every network learn, and count how good its matching is. The clock rings at night.

    Before the statistics are renewed: whatever is used then is used for every score at once.
    """
    for network in Network.objects.order_by("pk"):
        actions.learn_weights(network=network)
        actions.measure_network(network=network)
    share_out(actions.recover_runs())


def ring_to_explain() -> None:
    """Wake whoever writes down reasons that nobody has asked for. One is enough: of many, each
    would stand in line before the reading of profiles.
    """
    if cache.add(EXPLAINING, value=True, timeout=SILENCE):
        explain_waiting.delay_on_commit()


def ring_for(matches: Sequence[Match]) -> None:
    """Wake whoever writes down the reasons that these lack; whoever looks at the same page again
    wakes nobody, though fewer lack them by then.
    """
    page = [(match.challenge_id, match.company_id) for match in matches]
    silent = [match for match in matches if match.findings is None]
    stored = [match.pk for match in silent if match.pk]
    if stored and is_first_ring("matches", *page):
        explain_matches.delay_on_commit(stored)
    unstored = defaultdict(list)
    for match in silent:
        if not match.pk:
            unstored[match.company_id].append(match.challenge_id)
    for company_id, challenge_ids in unstored.items():
        if is_first_ring("offers", company_id, *page):
            explain_offers.delay_on_commit(company_id, challenge_ids)


def ring_for_list(matches: Sequence[Match], challenge: Challenge) -> None:
    """The same, and for all other pages of the challenge's list."""
    ring_for(matches)
    if any(match.findings is None for match in matches) and is_first_ring("list", challenge.pk):
        explain_list.delay_on_commit(challenge.pk)


def ring_for_changes(match: Match) -> None:
    """Wake whoever finds what would change this score most."""
    if is_first_ring("changes", match.challenge_id, match.company_id, match.profile_revision):
        find_changes.delay_on_commit(match.challenge_id, match.company_id)


def ring_for_file(match_ids: Sequence[int], name: str) -> None:
    """Wake whoever writes down what a file still lacks; `name` is the same for the same file."""
    if is_first_ring("file", name, within=A_FILE):
        explain_matches.delay_on_commit(list(match_ids))


def ring_for_encoding(company_ids: Sequence[int] | None = None) -> None:
    """Wake the reader of profiles if one of these waits, or any; awake it rings for itself."""
    if cache.get(ENCODING) is None and actions.is_waiting(company_ids):
        encode_waiting.delay_on_commit()


def ring_for_wanted() -> None:
    """Pairs that could not be scored when somebody touched them may be scored by now."""
    if challenge_ids := actions.challenges_wanting():
        write_wanted.delay_on_commit(challenge_ids)


def share_out(run_ids: Sequence[int]) -> None:
    """Ring for blocks of runs, so that all workers on all hosts share them."""
    size = min(max(-(-len(run_ids) // BLOCKS), 1), LARGEST_BLOCK)
    for start in range(0, len(run_ids), size):
        score_challenges.delay_on_commit(list(run_ids[start : start + size]))
