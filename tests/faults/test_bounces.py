"""R14: an invitation leaves with a return address of its own, comes back, and a manager sees it.

All parts are real: a Celery worker, a mail server that takes letters and only then finds that it
cannot deliver them, the command that mail servers pipe into, and the door they post to.
"""

import base64
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.urls import reverse

from benchmarks._postmen import Postmen
from companies.choices import GroundKind
from companies.models import LawfulGround
from invitations.models import Invitation
from mail.actions import queue
from mail.models import Letter, Suppression
from mail.tasks import drain_outbox
from mail.tokens import return_address
from runner.checkout import ROOT
from runner.ports import free_port
from tests.faults.conftest import wait
from tests.invitations.conftest import (  # noqa: F401 - fixtures
    challenge,
    invited,
    manager,
    new_company,
    scored,
)
from tests.mail.reports import away, complaint, dsn
from tests.security.conftest import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

BOUNCES = "bounces@letters.example"
SECRET = "postfix:" + "s" * 24


class Exchange:
    """Takes every letter and remembers under whose name it came."""

    def __init__(self) -> None:
        self.senders: dict[str, str] = {}

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.senders[envelope.rcpt_tos[0]] = envelope.mail_from
        return "250 OK"


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    handler = Exchange()
    handler.port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def environment(exchange) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": django_settings.CELERY_BROKER_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{exchange.port}",
        "LABMATCH_BOUNCE_ADDRESS": BOUNCES,
    }


@pytest.fixture
def worker(environment, tmp_path) -> Iterator[Postmen]:
    found = Postmen(environment=environment, log=tmp_path / "celery.log")
    found.start()
    yield found
    found.kill()
    found.wait()


def pipe(raw: bytes, environment: dict[str, str]) -> tuple[int, str]:
    """As Postfix does for a line `bounces: "|… receive_bounce"`."""
    command = [sys.executable, ROOT / "manage.py", "receive_bounce"]
    run = subprocess.run(command, input=raw, env=environment, capture_output=True, check=False)
    return run.returncode, run.stdout.decode() + run.stderr.decode()


def post(live_server, raw: bytes, *, secret: str = SECRET) -> int:
    address = urlsplit(live_server.url)
    line = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    basic = base64.b64encode(secret.encode()).decode()
    line.request(
        "POST", reverse("mail:returned"), body=raw, headers={"Authorization": f"Basic {basic}"}
    )
    status = line.getresponse().status
    line.close()
    return status


def everything() -> list[tuple]:
    """All rows that a message could have changed."""
    return [
        *Letter.objects.order_by("pk").values_list("pk", "state", "last_error"),
        *Suppression.objects.order_by("pk").values_list("pk", "reason"),
        *Invitation.objects.order_by("pk").values_list("pk", "status", "refused_because"),
        *LawfulGround.objects.order_by("pk").values_list("pk", "kind"),
    ]


def test_a_letter_comes_back_and_the_manager_sees_it(  # noqa: PLR0917
    worker,
    exchange,
    environment,
    live_server,
    settings,
    client,
    invited,  # noqa: F811 - a fixture
    manager,  # noqa: F811
    challenge,  # noqa: F811
):
    settings.BOUNCE_SECRET = SECRET
    gone, angry, _silent = (invited(name) for name in ("Gone", "Angry", "Silent"))
    drain_outbox.apply_async()
    wait(lambda: sent() == 3, seconds=90, log=worker.log)
    came_from = {name: exchange.senders[f"post@{name}.example"] for name in ("gone", "angry")}

    before = everything()
    forged = [
        dsn(BOUNCES, recipient="post@gone.example"),
        dsn(f"bounces+{'a' * 52}@letters.example", recipient="post@gone.example"),
        dsn(came_from["gone"], recipient="post@silent.example"),
        away(came_from["gone"]),
    ]
    assert [post(live_server, raw) for raw in forged] == [204] * 4
    assert post(live_server, dsn(came_from["gone"]), secret="postfix:guessed") == 401
    assert everything() == before

    bounce = dsn(came_from["gone"], recipient="post@gone.example")
    code, said = pipe(bounce, environment)
    assert (code, "letter_came_back" in said, "gone.example" in said) == (0, True, False)
    report = complaint("feedback@letters.example", sender=came_from["angry"])
    assert post(live_server, report) == 204
    wait(lambda: refused() == {gone.pk, angry.pk}, seconds=30, log=worker.log)
    after = everything()
    assert pipe(bounce, environment) == (0, "")
    assert post(live_server, report) == 204

    assert everything() == after
    assert came_from["gone"] == return_address_of(gone, settings)
    assert angry.company.grounds.filter(kind=GroundKind.COMPLAINED).count() == 1
    client.force_login(manager)
    tab = reverse("invitations:challenge", args=[challenge.slug])
    assert named(client.get(tab, {"status": "came_back"})) == ["Gone"]
    assert named(client.get(tab, {"status": "unwanted"})) == ["Angry"]
    assert named(client.get(tab, {"status": "sent"})) == ["Silent"]
    again = queue(
        key="again",
        kind="nominate",
        to="post@angry.example",
        language="en",
        context={},
        list_name="invitations",
    )
    assert not isinstance(again, Letter)


def sent() -> int:
    return Invitation.objects.filter(status="sent").count()


def refused() -> set[int]:
    return set(Invitation.objects.filter(status="refused").values_list("pk", flat=True))


def return_address_of(invitation: Invitation, settings) -> str:
    settings.BOUNCE_ADDRESS = BOUNCES
    return return_address(Letter.objects.get(pk=invitation.letter_id).pk)


def named(page) -> list[str]:
    assert page.status_code == 200
    return sorted(row.one.name for row in page.context["rows"])


def test_the_mail_server_keeps_a_message_while_the_database_is_away(environment):
    environment["DATABASE_URL"] = "postgres://labmatch:labmatch@127.0.0.1:1/labmatch"

    kept = pipe(dsn(BOUNCES), environment)

    assert kept == (75, "CommandError: The database is away.\n")
