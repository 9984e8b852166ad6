import re

import pytest
from django.core.mail import EmailMessage, get_connection, send_mail

from mail.backend import blocks_of
from mail.choices import Priority
from mail.codes import code_in
from mail.models import Letter

BACKEND = "mail.backend.OutboxBackend"


@pytest.fixture(autouse=True)
def outbox_backend(settings):
    settings.EMAIL_BACKEND = BACKEND


@pytest.mark.django_db
def test_sign_in_codes_go_through_the_outbox_urgent_and_secret():
    sent = send_mail(
        "Sign-in code",
        "Your code is below.\n\nABCD-EFGH\n\nIgnore it.",
        None,
        ["anna@firm.example"],
    )

    letter = Letter.objects.get()
    assert sent == 1
    assert (letter.kind, letter.priority, letter.secret) == ("account", Priority.URGENT, True)
    assert letter.subject == "Sign-in code"
    assert letter.text.startswith("Your code is below.\n\nABCD-EFGH\n\nIgnore it.")
    assert code_in(letter.text) == "ABCD-EFGH"
    assert "ABCD-EFGH</p>" in letter.html


@pytest.mark.django_db
def test_addresses_of_this_site_become_links_and_others_do_not(settings):
    home = settings.BASE_URL
    words = f"Go to {home}/accounts/reset/?key=a-b. Not {home}.evil.example or http://evil.example"

    send_mail("Reset", words, None, ["anna@firm.example"])

    letter = Letter.objects.get()
    assert f"Go to {home}/accounts/reset/?key=a-b. Not" in letter.text
    assert f"{home}/accounts/reset/?key=a-b" in re.findall(r'href="([^"]*)"', letter.html)
    assert "evil.example" not in letter.text + letter.html


@pytest.mark.django_db
def test_the_kind_may_be_named_by_a_header():
    message = EmailMessage("S", "B", to=["anna@firm.example"], headers={"X-Letter-Kind": "code"})

    message.send()

    assert Letter.objects.get().kind == "code"


@pytest.mark.django_db
def test_a_bad_address_is_not_counted_as_sent():
    assert send_mail("S", "B", None, ["not-an-address"]) == 0


def test_attachments_are_refused_aloud():
    message = EmailMessage("S", "B", to=["anna@firm.example"])
    message.attach("x.txt", "x")

    with pytest.raises(ValueError, match="no attachments"):
        get_connection(BACKEND).send_messages([message])


def test_blocks_know_codes_from_words():
    assert [block["is_code"] for block in blocks_of("Hello\n\n123456\n\nBye")] == [
        False,
        True,
        False,
    ]
