"""What a log, a queue and an error may hold: ids. Never a person, a password or a key.

A story runs on the real web server and a real worker, with their real logs; Valkey tells every
message that passed through it.
"""

import base64
import inspect
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection

from challenges.models import Challenge
from clusters.choices import MemberRole
from companies.choices import CompanyRole
from companies.models import Company
from config.celery import app
from invitations.models import Invitation
from mail.codes import code_in
from mail.links import FIELD
from mail.models import Letter
from matching.models import Match
from runner.checkout import ROOT
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    ClusterMembershipFactory,
    CompanyFactory,
    MembershipFactory,
)
from tests.reader import page_of
from tests.security.conftest import SESSION, Reply, Server, database_url, session_of
from tests.security.test_errors import without_labs
from tests.security.test_reading import ADDRESS

COOKIE = "__Secure-letter"
QUEUES = ("celery", "mail", "heart", "encoding")
PASSWORD = "nine-cranes-by-the-quay-47"
# Whoever and whatever the story tells of, besides what its letters carry.
PRIVATE = {
    "Frederikke",
    "Skovmose",
    "frederikke@skovmose.example",
    "Balthazar",
    "balthazar@brev.example",
    "file@gammelby.example",
    "asker@udenfor.example",
    "colleague@skovmose.example",
    "Gammelby Kabelfabrik",
    PASSWORD,
    "a-wrong-one-81",
    "+45 98 76 54 32",
}


ID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|extended|reopened|closed|withdrawn"
    r"|\d{4}-\d\d-\d\d[T ][\d:.+]+"
)
PARAMETER = re.compile(r"\w+_id: int|\w+_ids: list\[(int|str)\]|event: str|occasion: str")


@dataclass
class Passer:
    """Everything that passes through the queues, as Valkey itself saw it."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=None)
        own = client.connection_pool.connection_kwargs["db"]
        with client.monitor() as monitor:
            for command in monitor.listen():
                if self.stopping.is_set():
                    return
                words = command["command"].split(" ", 2)
                if command["db"] == own and words[0] == "LPUSH" and words[1] in QUEUES:
                    self.messages.append(self.read(words[2]))

    def read(self, raw: str) -> dict[str, Any]:
        message = json.loads(raw)
        return {**message, "body": json.loads(base64.b64decode(message["body"]))}

    @property
    def calls(self) -> list[tuple[str, list[Any], dict[str, Any]]]:
        """(task, arguments, named arguments) of each."""
        return [
            (message["headers"]["task"], *message["body"][:2])
            for message in self.messages
            if "task" in message["headers"]
        ]


@contextmanager
def listening() -> Iterator[Passer]:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    passer = Passer()
    thread = threading.Thread(target=passer.listen, daemon=True)
    thread.start()
    time.sleep(0.3)
    try:
        yield passer
    finally:
        passer.stopping.set()
        client.ping()  # one more command, so that the listener looks up
        thread.join(timeout=10)


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of every queue, until nothing waits any more."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "LABMATCH_DEBUG": "0",
        "LABMATCH_WORKING_HOURS": "0",
    }
    command = [sys.executable, "-P", "-m", "celery", "--app", "config", "worker", "--pool", "solo"]
    options = ["--loglevel", "INFO", "--queues", ",".join(QUEUES), "--without-gossip"]
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def at_rest(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Letters stay in the outbox meanwhile: once they are sent, the secrets in them are erased."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def wait_until(done, log: Path) -> None:
    give_up = time.monotonic() + 180
    while not done():
        if time.monotonic() > give_up:
            pytest.fail(f"The worker did not finish:\n{log.read_text()[-3000:]}")
        time.sleep(0.3)


def cookie_of(reply: Reply) -> str:
    cookies = SimpleCookie("; ".join(reply.headers.get_all("Set-Cookie", [])))
    return cookies[SESSION].value if SESSION in cookies else ""


def newest(address: str) -> Letter:
    return Letter.objects.filter(recipient=address).latest("created_at")


def secret_link(letter: Letter, part: str) -> str:
    (path,) = {
        urlsplit(found.rstrip(".,")).path for found in ADDRESS.findall(letter.text) if part in found
    }
    return path


@dataclass
class Story:
    """What was told, and which secrets came up on the way."""

    server: Server
    secrets: set[str] = field(default_factory=set)

    def post(self, path: str, *, session: str = "", expect: int = 302, **data: str) -> Reply:
        reply = self.server.ask(path, method="POST", session=session, data=data)
        assert reply.status == expect, (path, reply.status, reply.text[-2000:])
        self.secrets.add(cookie_of(reply))
        return reply

    def get(self, path: str, *, session: str = "") -> Reply:
        reply = self.server.ask(path, session=session)
        self.secrets.add(cookie_of(reply))
        return reply

    def signs_up(self) -> str:
        mail = "frederikke@skovmose.example"
        given = {"name": "Frederikke Skovmose", "email": mail, "language": "en"}
        session = cookie_of(self.post("/accounts/signup/", password1=PASSWORD, **given))
        code = code_in(newest(mail).text)
        self.secrets.add(code)
        reply = self.post("/accounts/confirm-email/", session=session, code=code)
        return cookie_of(reply) or session

    def mistypes(self) -> None:
        wrong = {"login": "frederikke@skovmose.example", "password": "a-wrong-one-81"}
        for _time in range(5):
            self.post("/accounts/login/", expect=200, **wrong)
        self.post("/accounts/login/", expect=429, **wrong)
        self.post("/accounts/login/code/", email="frederikke@skovmose.example")
        self.post("/accounts/password/reset/", email="frederikke@skovmose.example")
        for letter in Letter.objects.filter(recipient="frederikke@skovmose.example"):
            self.secrets.add(code_in(letter.text) or "")

    def claims(self, company: Company, session: str) -> None:
        self.post(f"/companies/claim/{company.slug}/", session=session, way="letter")
        self.opens(secret_link(newest("file@gammelby.example"), "claim"), session)
        self.post("/companies/claim/prove/", session=session)
        people = f"/companies/{company.slug}/people/"
        colleague = {
            "email": "colleague@skovmose.example",
            "role": CompanyRole.EDITOR.value,
            "language": "en",
        }
        self.post(people, session=session, verb="add", **colleague)
        self.opens(secret_link(newest(colleague["email"]), "colleague"), session)

    def opens(self, path: str, session: str = "") -> None:
        self.secrets.add(path.rstrip("/").rsplit("/", 1)[-1])
        self.get(path, session=session)

    def opens_page(self, link: str) -> Reply:
        """As a browser does that was sent there with a cookie."""
        self.opens(link)
        page, secret = page_of(link)
        return self.server.ask(page, headers={"Cookie": f"{COOKIE}={quote(secret)}"})

    def presses(self, link: str, *, expect: int = 302, **data: str) -> None:
        page, secret = page_of(link)
        self.post(page, expect=expect, **data, **{FIELD: secret})

    def invites(self, challenge: Challenge, company: Company, session: str, log: Path) -> str:
        number = str(Match.objects.get(challenge=challenge, company=company).pk)
        path = f"/invitations/challenge/{challenge.slug}"
        self.post(f"{path}/choose/", session=session, match=number)
        (invitation,) = Invitation.objects.filter(company=company)
        self.post(f"{path}/send/", session=session, i=str(invitation.pk), note="Kind regards")
        invitation.refresh_from_db()
        letters = Letter.objects.filter(pk=invitation.letter_id)
        wait_until(letters.exclude(subject="").exists, log)
        letter = letters.get()
        stop = secret_link(letter, "/letters/stop/")
        assert self.opens_page(f"{stop}?x=1").status == 200
        self.presses(stop, choice="again")
        return secret_link(letter, "/invitations/answer/")

    def answers(self, link: str) -> None:
        assert self.opens_page(link).status == 200
        self.presses(link, answer="interested", note="Balthazar will call you.")

    def breaks(self, link: str) -> None:
        """The worst moment: a fault at an address that is a secret, with words in the form."""
        with without_labs():
            assert self.opens_page(link).status == 500
            self.presses(link, expect=500, answer="interested", note="Balthazar, again")
        self.server.ask(link, method="POST", headers={"Origin": "https://evil.example"})
        self.server.ask(f"{link}x\x00".replace("\x00", "%00"))

    def applies(self, challenge: Challenge, session: str) -> None:
        answers = {
            "pitch": "Ears on every cable",
            "approach": "We listen.",
            "pilot_plan": "Week 1: ears.",
            "contact_name": "Frederikke Skovmose",
            "contact_email": "frederikke@skovmose.example",
            "contact_phone": "+45 98 76 54 32",
            "send": "1",
        }
        self.post(f"/applications/new/{challenge.slug}/", session=session, **answers)

    def asks(self) -> None:
        words = {"name": "Balthazar", "question": "Call me on +45 98 76 54 32"}
        self.post("/contact/", email="asker@udenfor.example", **words)


@pytest.mark.django_db(transaction=True)
def test_logs_and_queues_hold_ids_only(server, tmp_path):
    manager = AccountFactory(name="Balthazar", email="balthazar@brev.example")
    challenge = ChallengeFactory(lab__cluster=MembershipFactory(user=manager).organisation)
    company = CompanyFactory(
        name="Gammelby Kabelfabrik", source="imported", email="file@gammelby.example"
    )
    ClusterMembershipFactory(company=company, cluster=challenge.lab.cluster)
    story, log = Story(server), tmp_path / "worker.log"
    as_manager = session_of(manager)
    story.secrets.add(as_manager)

    with listening() as passer, worker(log) as process:
        with at_rest(process):
            as_owner = story.signs_up()
            story.mistypes()
            story.claims(company, as_owner)
        solution = {"name": "Kabeløre", "description": "Balthazar hears cables."}
        story.post(f"/companies/{company.slug}/solutions/new/", session=as_owner, **solution)
        story.post(f"/challenges/{challenge.slug}/publish/", session=as_manager)
        wait_until(Match.objects.exists, log)
        link = story.invites(challenge, company, as_manager, log)
        story.breaks(link)
        story.answers(link)
        story.applies(challenge, as_owner)
        story.asks()
        people = f"/organisations/{challenge.lab.cluster.slug}/people/"
        access = {
            "email": "balthazar2@brev.example",
            "role": MemberRole.PARTNER.value,
            "language": "en",
        }
        with at_rest(process):
            story.post(people, session=as_manager, verb="add", **access)
            story.opens(secret_link(newest(access["email"]), "access"))
        wait_until(lambda: not Letter.objects.exclude(state="sent").exists(), log)

    secrets = {word for word in story.secrets if len(word) > 5} | PRIVATE | passwords()
    logged = server.logged() + log.read_text()
    sent = json.dumps([message["body"] for message in passer.messages])
    carried = json.dumps([message["headers"] for message in passer.messages])
    assert [word for word in secrets if word in logged] == []
    assert [word for word in secrets if word in sent + carried] == []
    assert {name for name, *_arguments in passer.calls} >= TOLD
    assert [call for call in passer.calls if not only_ids(call)] == []
    assert len(story.secrets) > 8
    links = {word for word in story.secrets if len(word) > 30}
    assert [(table, word) for word in links for table in tables_with(word)] == []


def tables_with(word: str) -> list[str]:
    """Where a secret link or a key of a session lies in the open, letters and sessions aside."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
        found = []
        for name in sorted(names - {"mail_letter", "django_session", "usersessions_usersession"}):
            cursor.execute(
                f'SELECT count(*) FROM "{name}" row WHERE row::text LIKE %s', [f"%{word}%"]
            )
            found += [name] if cursor.fetchone()[0] else []
    return found


TOLD = {
    "matching.tasks.score_challenges",
    "matching.tasks.rescore_companies",
    "mail.tasks.drain_outbox",
}


def passwords() -> set[str]:
    """Of the servers behind us, and the key that signs."""
    urls = (database_url(), settings.CELERY_BROKER_URL)
    return {urlsplit(url).password for url in urls} | {settings.SECRET_KEY}


def only_ids(call: tuple[str, list[Any], dict[str, Any]]) -> bool:
    """Numbers, ids of letters, and what happened to a challenge, and when."""
    _name, args, kwargs = call
    flat = [one for value in args for one in (value if isinstance(value, list) else [value])]
    return kwargs == {} and all(
        type(one) is int or (isinstance(one, str) and ID.fullmatch(one)) for one in flat
    )


def test_every_task_takes_ids_or_nothing():
    """By their signatures: a task of tomorrow, too."""
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}

    others = {
        name: str(parameter)
        for name, task in ours.items()
        for parameter in inspect.signature(task.run).parameters.values()
        if not PARAMETER.fullmatch(str(parameter))
    }

    assert others == {}
    assert len(ours) > 12


@pytest.mark.parametrize(
    ("call", "verdict"),
    [
        (("t", [1, [2, 3]], {}), True),
        (("t", [], {}), True),
        (("t", ["ida@berg.example"], {}), False),
        (("t", [[1, "x"]], {}), False),
        (("t", [1, "closed", "2026-05-03 12:00:00+00:00"], {}), True),
        (("t", ["Ida"], {}), False),
        (("t", [1], {"by": "Ida"}), False),
        (("t", [True], {}), False),
    ],
)
def test_ids_are_whole_numbers(call, verdict):
    assert only_ids(call) is verdict
