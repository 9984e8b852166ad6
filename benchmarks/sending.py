"""10,000 invitations: the publish, the last look, the send, and all handed to a mail server.

`./labmatch bench sending [NUMBER]`. The mail server takes 4 ms for each letter. A worker of two
processes drains the outbox as in production; then a bare loop builds and sends the very same
messages over one connection.
"""

import argparse
import os
import re
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks import _invited  # noqa: E402
from benchmarks._clock import Took, in_words, timed  # noqa: E402
from benchmarks._postmen import Postmen, wait  # noqa: E402
from challenges.models import Challenge  # noqa: E402
from config.celery import app  # noqa: E402
from invitations.models import Invitation, Sending  # noqa: E402
from mail.message import message_of  # noqa: E402
from mail.models import Letter  # noqa: E402
from runner.checkout import ROOT  # noqa: E402
from runner.ports import exchange, free_port  # noqa: E402

NUMBER = 10_000
DELAY = 0.004
LOOKED_AT = re.compile(r'name="looked_at" value="(\w+)"')


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("number", type=int, nargs="?", default=NUMBER)
    number: int = parser.parse_args().number
    call_command("collectstatic", verbosity=0, interactive=False)
    manager = _invited.build(number)
    told: dict[str, Any] = {"publish, the request": published(manager)}
    challenge = Challenge.objects.get()
    _invited.propose(challenge, manager, number)
    app.control.purge()
    with tempfile.TemporaryDirectory() as folder:
        arrivals = Path(folder, "arrivals")
        with sink(arrivals) as url:
            team = Postmen(environment={**os.environ, "EMAIL_URL": url}, log=Path(folder, "log"))
            team.start()
            try:
                wait(lambda: bool(app.control.ping(timeout=2)), seconds=60)
                idle = team.cpu()
                told |= sent(challenge, manager)
                told |= handed_over(number, arrivals, team, idle)
            finally:
                team.stop()
            took = bare_loop(url)
    told["bare loop over one connection"] = took
    told["ours to the bare loop"] = f"{told['all handed over'] / took.wall:.2f}"
    tell(number, told)


@contextmanager
def sink(arrivals: Path) -> Iterator[str]:
    """A mail server in a process of its own; it writes down whom letters were for."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "benchmarks._sink", str(port), str(DELAY), str(arrivals)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait(lambda: exchange(port, b"QUIT\r\n").startswith(b"220"), seconds=30)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def published(manager: User) -> Took:
    client = Client(HTTP_HOST="localhost")
    client.force_login(manager, settings.AUTHENTICATION_BACKENDS[0])
    page = reverse("challenges:publish", args=[Challenge.objects.get().slug])
    client.get(page)
    took, answer = timed(lambda: client.post(page))
    if not Challenge.objects.get().is_open:
        raise AssertionError(answer.content.decode())
    return took


def sent(challenge: Challenge, manager: User) -> dict[str, Any]:
    """As a manager does it, by the pages; what is looked at first is looked at twice."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(manager, settings.AUTHENTICATION_BACKENDS[0])
    page = reverse("invitations:send", args=[challenge.slug])
    client.get(page, {"all": "1"})
    look, seen = timed(lambda: client.get(page, {"all": "1"}))
    found = LOOKED_AT.search(seen.content.decode())
    assert found is not None
    form = {"all": "1", "looked_at": found[1], "note": "", "send": "1"}
    took, answer = timed(lambda: client.post(page, form))
    assert answer.status_code == 302
    return {"the last look, the request": look, "send, the request": took}


def handed_over(number: int, arrivals: Path, team: Postmen, idle: float) -> dict[str, Any]:
    began = time.perf_counter()
    wait(lambda: not Sending.objects.waiting().exists())
    written = time.perf_counter() - began
    assert Letter.objects.count() == number
    wait(lambda: arrivals.exists() and arrivals.read_bytes().count(b"\n") >= number)
    seconds, cpu = time.perf_counter() - began, team.cpu() - idle
    wait(lambda: not Invitation.objects.exclude(status="sent").exists())
    told = time.perf_counter() - began
    recipients = arrivals.read_text().split()
    assert len(recipients) == len(set(recipients)) == number
    assert Letter.objects.filter(state="sent", attempts=1).count() == number
    return {
        "invitations and letters inserted, one transaction of the worker": f"{written:.1f} s",
        "all handed over": seconds,
        "and every invitation knows it": f"{told:.1f} s",
        "processor time of the worker until then": f"{cpu:.1f} s",
        "most memory of one process": f"{team.most_held():.0f} MiB",
    }


def bare_loop(url: str) -> Took:
    """Words and rows are there already; only messages are built, and sent."""
    letters = list(Letter.objects.order_by("pk"))
    host, _, port = url.rpartition("//")[2].partition(":")

    def loop() -> None:
        with smtplib.SMTP(host, int(port)) as line:
            for letter in letters:
                line.sendmail("letters@labmatch.example", [letter.recipient], message_of(letter))

    took, _nothing = timed(loop)
    return took


def tell(number: int, told: dict[str, Any]) -> None:
    one, five, fifteen = os.getloadavg()
    print(f"\nLoad of the machine: {one:.1f}, {five:.1f}, {fifteen:.1f}.\n")
    print(f"| {number:,} invitations | |\n|---|---:|")
    for name, value in told.items():
        print(f"| {name} | {in_words(value) if isinstance(value, float) else value} |")


if __name__ == "__main__":
    main()
