"""Nothing that a person typed becomes a header or a live link in a letter of invitation."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.conf import settings

from accounts.models import User
from challenges.models import Challenge
from companies.models import Company
from invitations.actions import propose, send
from labs.models import LivingLab
from mail.message import message_of
from mail.models import Letter
from tests.invitations.conftest import write_queued

pytestmark = pytest.mark.django_db

TYPED = (
    '<a href="http://evil.example">click</a>',
    "[x](http://evil.example)",
    "http://evil.example/?q=1",
    "www.evil.example",
    "eve@evil.example",
    "A\r\nBcc: eve@evil.example",
    '"><img src=http://evil.example/p.gif>',
)
# What a mail program would make clickable of its own accord.
CLICKABLE = re.compile(r"(?:https?://|www\.)[^\s<>\"\u200b]+|[\w.+-]+@[\w-]+\.[\w.]+")
HREF = re.compile(r'(?:href|src|background)="([^"]*)"')
OURS = (settings.BASE_URL, f"mailto:{settings.CONTACT_EMAIL}", settings.CONTACT_EMAIL)


@pytest.fixture
def sent(challenge, manager, new_company, scored):
    """The message that leaves when everybody has typed this wherever they may."""

    def make(typed: str) -> EmailMessage:
        title = f"{typed} {'x' * 140}"[:140]
        Challenge.objects.filter(pk=challenge.pk).update(
            title=title, question=typed, need=f"Sensors {typed} find faults in a grid"
        )
        LivingLab.objects.filter(pk=challenge.lab_id).update(name=typed, city=typed, owner=typed)
        User.objects.filter(pk=manager.pk).update(name=typed)
        challenge.refresh_from_db()
        manager.refresh_from_db()
        company = new_company(description=f"Sensors {typed} find faults in a grid. {'y' * 10_000}")
        Company.objects.filter(pk=company.pk).update(name=typed)
        scored()
        (row,) = propose(challenge=challenge, company_ids=[company.pk], by=manager)
        send(challenge=challenge, invitation_ids=[row.pk], note=typed * 20, by=manager)
        write_queued()
        letter = Letter.objects.get(kind="invite-company")
        return message_from_bytes(message_of(letter), policy=policy.default)

    return make


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


@pytest.mark.parametrize("typed", TYPED)
def test_the_only_live_links_are_ours(sent, typed):
    message = sent(typed)

    html, text = part(message, "html"), part(message, "plain")
    seen = re.sub(r"<[^>]+>", " ", html)
    assert [link for link in HREF.findall(html) if not link.startswith(OURS)] == []
    assert [link for link in CLICKABLE.findall(f"{text} {seen}") if not link.startswith(OURS)] == []
    assert "evil.example" not in f"{message['Subject']}{text}{html}"


@pytest.mark.parametrize("typed", TYPED)
def test_no_header_is_added_and_all_is_cut(sent, typed):
    message = sent(typed)

    assert (message["Bcc"], message["Cc"], len(message.get_all("To"))) == (None, None, 1)
    assert len(str(message["Subject"])) <= 200
    assert len(part(message, "plain")) < 6_000


def test_no_letter_asks_anybody_for_anything(sent):
    html = part(sent("Harbour"), "html")

    assert re.findall(r"<img|url\(|@import|<link|<script", html) == []
    assert '<meta name="color-scheme" content="light dark" />' in html
    assert "@media (prefers-color-scheme: dark)" in html
