"""A worker killed in the middle of scoring leaves whole challenges, and the sweep does the rest."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from matching.actions import recover_runs, request_runs, score_challenges
from matching.columns import BLOCK_BITS
from matching.models import CompanyRanking, Match, MatchRun
from tests.factories import ChallengeFactory

BLOCKS, CHALLENGES = 3, 3
NUMBERS = ("challenge", "company", "total", "parts", "is_eligible", "profile_hash", "brief_hash")
PROGRAM = """
import os, signal, sys
import django
django.setup()
from matching import tasks
from matching.actions import runs
name, number, *run_ids = sys.argv[1:]
left = int(number)
step = getattr(runs, name)
def until_killed(*given, **named):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return step(*given, **named)
setattr(runs, name, until_killed)
tasks.score_challenges([int(run_id) for run_id in run_ids])
"""

pytestmark = pytest.mark.django_db(transaction=True)


def work(run_ids: list[int], *, killed_at: tuple[str, int]) -> int:
    """A worker of its own process scores these; zero times means that nobody kills it."""
    database = connection.settings_dict
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    address = f"{database['USER']}{password}@{database['HOST']}:{database['PORT']}"
    environment = {**os.environ, "DATABASE_URL": f"postgres://{address}/{database['NAME']}"}
    name, number = killed_at
    command = [sys.executable, "-c", PROGRAM, name, str(number), *map(str, run_ids)]
    ended = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=False)
    return ended.returncode


def result() -> tuple[list, list]:
    matches = Match.objects.order_by("challenge", "company").values_list(*NUMBERS)
    rankings = CompanyRanking.objects.order_by("company").values_list("company", "entries")
    return list(matches), [(pk, bytes(entries)) for pk, entries in rankings]


@pytest.fixture
def challenges(challenge, new_company) -> list[int]:
    """Companies of several blocks, and challenges that a worker scores together."""
    for block in range(BLOCKS):
        for number in range(2):
            new_company(f"Firma {block} {number}", id=(block << BLOCK_BITS) + 100 + number)
    others = [ChallengeFactory(open=True, need=need) for need in ("Grid sensors.", "Heat pumps.")]
    return [challenge.pk, *(one.pk for one in others)]


@pytest.mark.parametrize(
    "step",
    [("rank", 1), ("rank", BLOCKS), ("store", 1), ("store", CHALLENGES), ("_settle", 1)],
    ids=lambda step: f"{step[0]} {step[1]}",
)
def test_killed_at_any_block_the_result_is_complete_and_correct(challenges, step):
    run_ids = request_runs(challenge_ids=challenges)
    score_challenges(runs=list(MatchRun.objects.filter(pk__in=run_ids)))
    undisturbed = result()
    Match.objects.all().delete()
    CompanyRanking.objects.all().delete()

    killed = work(request_runs(challenge_ids=challenges), killed_at=step)
    MatchRun.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    again = recover_runs()
    done = work(again, killed_at=(step[0], 0))

    assert (killed, done) == (-signal.SIGKILL, 0)
    assert result() == undisturbed
    last = MatchRun.objects.newest().values_list("state", "is_settled")
    assert list(last) == [("done", True)] * CHALLENGES
