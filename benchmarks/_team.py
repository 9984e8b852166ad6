"""Full re-scores by real worker processes, and what a person waits for after saving."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks._clock import in_words
from challenges.actions import update_brief
from challenges.models import Challenge
from clusters.models import Membership
from companies.actions import update_profile
from companies.choices import CompanyRole
from companies.models import Company, CompanyMember
from config.celery import app
from matching import tasks
from matching.actions import request_runs
from matching.choices import RunState
from matching.models import CompanyRanking, Match, MatchRun

PATIENCE = 3_600
NEW_TEXT = "We watch the wear of {} pumps with sensors and say a week ahead which will fail."


def measure(challenges: Sequence[Challenge], *, saves: int, alone: bool) -> dict[str, Any]:
    """`saves` of a profile and of a brief are timed; `alone` asks for one worker beside two."""
    ids = [challenge.pk for challenge in challenges]
    with workers(2) as team:
        memory: list[int] = []
        first = rescored(ids, meanwhile=lambda: memory.append(held(team)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the server of a benchmark does not do it by itself
    stored = Match.objects.count()
    compared = one_and_two(ids) if alone else {}
    # As a host starts it: whoever saves need not wait for the round of invitations that whoever
    # saved before has set off.
    with workers(1, at_once=2):
        saved = {
            **saved_profiles(saves),
            **saved_briefs(challenges, saves, "a saved brief"),
            **saved_briefs(challenges, saves, "a saved brief, just after a profile", edit_first),
        }
    return {
        f"(b) all {len(ids)} challenges, first run, two workers": in_words(first),
        "(b) matches written": f"{stored:,}",
        "(b) memory of both workers at their fullest": f"{max(memory) / 1024:,.0f} MiB",
        **compared,
        **saved,
    }


def one_and_two(challenge_ids: Sequence[int]) -> dict[str, str]:
    with workers(1):
        alone = rescored(challenge_ids)
    with workers(2):
        together = rescored(challenge_ids)
    return {
        "(e) all again, one worker": in_words(alone),
        "(e) all again, two workers": in_words(together),
        "(e) two are faster by": f"{alone / together:.2f}",
    }


@contextmanager
def workers(number: int, *, at_once: int = 1) -> Iterator[list[subprocess.Popen[bytes]]]:
    """As many workers that score, each so many things at a time."""
    app.control.purge()
    options = ["--concurrency", str(at_once), "--queues", "celery"]
    options += ["--without-gossip", "--without-mingle"]
    command = [sys.executable, "-P", "-m", "celery", "--app", "config", "worker", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    team = [
        subprocess.Popen(
            [*command, "--hostname", f"w{n}@bench"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for n in range(number)
    ]
    try:
        wait(lambda: len(app.control.ping(timeout=3) or ()) == number)
        yield team
    finally:
        for one in team:
            one.terminate()
        for one in team:
            _end(one)


def _end(one: subprocess.Popen[bytes]) -> None:
    """It still explains matches that nobody asked to see; what is killed there is done again."""
    try:
        one.wait(timeout=20)
    except subprocess.TimeoutExpired:
        one.kill()
        one.wait()


def rescored(
    challenge_ids: Sequence[int], *, meanwhile: Callable[[], None] = lambda: None
) -> float:
    began = time.perf_counter()
    run_ids = request_runs(challenge_ids=challenge_ids)
    tasks.share_out(run_ids)
    runs = MatchRun.objects.filter(pk__in=run_ids, state=RunState.DONE, is_settled=True)
    wait(lambda: runs.count() == len(run_ids), every=0.1, meanwhile=meanwhile)
    return time.perf_counter() - began


def saved_profiles(saves: int) -> dict[str, str]:
    company = Company.objects.active().order_by("pk")[7]
    user = User.objects.create_user(f"owner{time.time_ns()}@bench.example", name="Owner")
    CompanyMember.objects.create(company=company, user=user, role=CompanyRole.OWNER)
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    page = reverse("matching:for_company", args=[company.slug])

    def saved(number: int) -> float:
        began = time.perf_counter()
        text = NEW_TEXT.format(f"{number} big")
        update_profile(company=company, fields={"description": text}, by=user)
        fresh = CompanyRanking.objects.filter(
            company=company, revision=F("company__revision"), company__description=text
        )
        wait(fresh.exists, every=0.005)
        assert client.get(page).status_code == 200
        return time.perf_counter() - began

    took = [saved(number) for number in range(saves + 1)][1:]
    return {
        "(c) a saved profile, scored and on its page": in_words(statistics.median(took)),
    }


def edit_first() -> None:
    """A company edits its profile and is scored: the block it lies in is out of date."""
    company = Company.objects.active().order_by("pk")[7]
    user = CompanyMember.objects.filter(company=company).order_by("pk")[0].user
    update_profile(
        company=company, fields={"description": NEW_TEXT.format(time.time_ns())}, by=user
    )
    fresh = CompanyRanking.objects.filter(company=company, revision=F("company__revision"))
    wait(fresh.exists, every=0.005)


def saved_briefs(
    challenges: Sequence[Challenge],
    saves: int,
    title: str,
    before: Callable[[], None] = lambda: None,
) -> dict[str, str]:
    user = User.objects.create_user(f"manager{time.time_ns()}@bench.example", name="Manager")
    cluster = challenges[0].lab.cluster
    Membership.objects.create(user=user, organisation=cluster, role="cluster_manager")
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])

    def saved(number: int) -> float:
        challenge = Challenge.objects.get(pk=challenges[3 + number % 2].pk)
        before()
        began = time.perf_counter()
        text = NEW_TEXT.format(f"{time.time_ns()} old")
        revision = update_brief(challenge=challenge, changes={"need": text}, by=user).revision
        done = MatchRun.objects.filter(
            challenge=challenge, brief_revision=revision, state=RunState.DONE
        )
        wait(done.exists, every=0.01)
        page = reverse("matching:challenge", args=[challenge.slug])
        assert client.get(page).status_code == 200
        return time.perf_counter() - began

    took = [saved(number) for number in range(saves + 1)][1:]
    return {f"(c) {title}, scored and on its page": in_words(statistics.median(took))}


def wait(
    until: Callable[[], bool], *, every: float = 0.05, meanwhile: Callable[[], None] = lambda: None
) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        meanwhile()
        if time.monotonic() > end:
            raise TimeoutError("The workers did not come to an end.")
        time.sleep(every)


def held(team: Sequence[subprocess.Popen[bytes]]) -> int:
    """KiB that the processes and their children hold now; what several share counts once."""
    parents = {one.pid for one in team}
    family = parents | {pid for pid, parent in _parents() if parent in parents}
    return sum(_share(pid) for pid in family)


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            yield int(entry.name), int(stat[1])


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
