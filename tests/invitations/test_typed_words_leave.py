"""S12, S13: what arrives at a mail server when everybody has typed the worst wherever they may."""

import re

import pytest
from django.utils import timezone

from accounts.models import User
from challenges.models import Challenge
from companies.models import Company
from invitations import actions
from invitations.choices import Status
from invitations.models import Invitation
from labs.models import LivingLab
from mail.delivery import drain
from mail.models import Letter
from tests.factories import ChallengeFactory
from tests.invitations.conftest import write_queued
from tests.invitations.test_stopping import _invite
from tests.invitations.test_typed_words import CLICKABLE, HREF, OURS, part
from tests.mail.conftest import sink  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = ["invite-company", "invite-digest", "invite-reminder"]
HEADERS = {
    "Auto-Submitted",
    "Content-Language",
    "Content-Type",
    "Date",
    "From",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
}
TYPED = (
    "A\r\nBcc: eve@evil.example\r\nX-Evil: 1",
    '<a href="http://evil.example">x</a> [x](http://evil.example) www.evil.example',
    "http://evil.example/" + "x" * 10_000,
    "Ρау\u202eраl\u200b ＝1+1",
)


@pytest.fixture
def arrived(challenge, manager, invited, settings, sink):  # noqa: F811
    """Each kind of letter of the list, as the server took it."""

    def make(typed: str) -> dict[str, object]:
        row = invited("Sensorværket")
        Letter.objects.all().delete()
        for model in (Challenge, LivingLab, User, Company):
            _type_everywhere(model, typed)
        Invitation.objects.update(status=Status.SENT, sent_at=timezone.now())
        actions.remind_silent(challenge=Challenge.objects.get(), by=manager)
        settings.LETTER_DAYS = 7
        lab = challenge.lab
        for _number in range(2):
            other = ChallengeFactory(open=True, lab=lab, themes=["sensors_grid"])
            _type_everywhere(Challenge, typed)
            _invite(other, [row.company_id], manager)
        settings.LETTER_DAYS = 0
        actions.write_next_letters()
        third = ChallengeFactory(open=True, lab=lab, themes=["sensors_grid"])
        _type_everywhere(Challenge, typed)
        _invite(third, [row.company_id], manager)
        write_queued()
        Letter.objects.update(next_attempt_at=timezone.now())
        drain()
        kinds = dict(Letter.objects.values_list("message_id", "kind"))
        return {kinds[str(one["Message-ID"])]: one for one in sink.taken}

    return make


def _type_everywhere(model: type, typed: str) -> None:
    """In each of its free texts that a letter may show, as long as the column takes."""
    names = {"title", "question", "need", "name", "city", "owner"}
    columns = [one for one in model._meta.fields if one.name in names]
    model.objects.update(
        **{one.name: typed[: one.max_length] if one.max_length else typed for one in columns}
    )


@pytest.mark.parametrize("typed", TYPED)
def test_every_kind_of_letter_arrives_without_a_foreign_header_or_link(arrived, typed):
    letters = arrived(typed)

    assert sorted(letters) == KINDS
    for message in letters.values():
        html, text = part(message, "html"), part(message, "plain")
        seen = f"{message['Subject']} {text} {re.sub(r'<[^>]+>', ' ', html)}"
        assert set(message.keys()) <= HEADERS
        assert len(message.keys()) == len(set(message.keys()))
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert [one for one in HREF.findall(html) if not one.startswith(OURS)] == []
        assert [one for one in CLICKABLE.findall(seen) if not one.startswith(OURS)] == []
        assert "x" * 1_001 not in seen
        assert len(str(message["Subject"])) <= 250
