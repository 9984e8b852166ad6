import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from mail.codes import code_in
from mail.models import Letter
from tests.factories import PASSWORD, AccountFactory

pytestmark = pytest.mark.django_db


def signed_in(client):
    return int(client.session.get("_auth_user_id", 0))


def newest_letter(address):
    return Letter.objects.filter(recipient=address).latest("created_at")


def code_for(address):
    return code_in(newest_letter(address).text)


def test_e_mail_and_password_sign_in(client):
    ilse = AccountFactory()

    reply = client.post("/accounts/login/", {"login": ilse.email, "password": PASSWORD})

    assert (reply.status_code, reply.url, signed_in(client)) == (302, "/dashboard/", ilse.pk)


def test_a_mailed_code_signs_in(client):
    ilse = AccountFactory()
    client.post("/accounts/login/code/", {"email": ilse.email})

    reply = client.post("/accounts/login/code/confirm/", {"code": code_for(ilse.email)})

    assert (reply.status_code, signed_in(client)) == (302, ilse.pk)


def test_the_code_letter_is_in_the_readers_language_and_secret(client):
    ilse = AccountFactory(language="da")

    client.post("/accounts/login/code/", {"email": ilse.email})

    letter = newest_letter(ilse.email)
    assert (letter.kind, letter.language, letter.secret) == ("login-code", "da", True)


def test_a_new_person_confirms_the_address_and_is_asked_what_to_do(client):
    client.post(
        "/accounts/signup/",
        {"name": "Ilse", "email": "ilse@new.example", "password1": PASSWORD, "language": "nb"},
    )

    reply = client.post("/accounts/confirm-email/", {"code": code_for("ilse@new.example")})

    ilse = User.objects.get(email="ilse@new.example")
    assert (ilse.name, ilse.language) == ("Ilse", "nb")
    assert (reply.url, signed_in(client)) == ("/accounts/welcome/", ilse.pk)


def test_next_is_kept_through_signing_up(client):
    client.post(
        "/accounts/signup/?next=/challenges/",
        {
            "name": "Ilse",
            "email": "ilse@new.example",
            "password1": PASSWORD,
            "language": "en",
            "next": "/challenges/",
        },
    )

    reply = client.post("/accounts/confirm-email/", {"code": code_for("ilse@new.example")})

    assert reply.url == "/challenges/"


def test_a_forgotten_password_is_replaced_by_a_mailed_code(client):
    ilse = AccountFactory()
    client.post("/accounts/password/reset/", {"email": ilse.email})
    client.post("/accounts/password/reset/confirm/", {"code": code_for(ilse.email)})

    client.post("/accounts/password/reset/complete/", {"password1": "another good phrase"})

    ilse.refresh_from_db()
    assert ilse.check_password("another good phrase")
    assert newest_letter(ilse.email).kind == "account-changed"


@pytest.mark.parametrize(
    "bad",
    [
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
    ],
)
def test_next_never_leads_away(client, bad):
    ilse = AccountFactory()

    reply = client.post(
        "/accounts/login/", {"login": ilse.email, "password": PASSWORD, "next": bad}
    )

    assert reply.url == "/dashboard/"


def test_the_sixth_wrong_password_is_429_and_the_account_can_still_be_reset(client):
    ilse = AccountFactory()
    wrong = {"login": ilse.email, "password": "not this one"}

    replies = [client.post("/accounts/login/", wrong).status_code for _ in range(6)]

    assert replies == [200, 200, 200, 200, 200, 429]
    assert client.post("/accounts/password/reset/", {"email": ilse.email}).status_code == 302


def test_a_forged_forwarded_address_does_not_help(client):
    replies = [
        client.post(
            "/accounts/login/",
            {"login": f"nobody{n}@people.example", "password": "x"},
            HTTP_X_FORWARDED_FOR=f"10.0.0.{n}",
        ).status_code
        for n in range(21)
    ]

    assert replies == [200] * 20 + [429]


def test_the_fourth_code_for_an_address_within_the_hour_is_429():
    ilse = AccountFactory()

    replies = [
        Client().post("/accounts/login/code/", {"email": ilse.email}).status_code for _ in range(4)
    ]

    assert replies == [302, 302, 302, 429]
    assert Letter.objects.filter(recipient=ilse.email).count() == 3


def shape(reply):
    """What an onlooker sees of a reply, without the address that was typed and the tokens."""
    page = reply.content.decode()
    for address in (KNOWN, UNKNOWN):
        page = page.replace(address, "ADDRESS")
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    cookies = {
        (name, *(cookie[mark] for mark in ("path", "samesite", "httponly", "secure", "max-age")))
        for name, cookie in reply.cookies.items()
    }
    headers = {name: sorted(value.split("; ")) for name, value in reply.headers.items()}
    headers.pop("Expires", None)  # the time now
    return reply.status_code, headers, cookies, page


# Of one length, so that even the length of a page that repeats it tells nothing.
KNOWN, UNKNOWN = "known@people.example", "other@people.example"


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/accounts/login/", {"login": "EMAIL", "password": "not this one"}),
        ("/accounts/login/code/", {"email": "EMAIL"}),
        ("/accounts/password/reset/", {"email": "EMAIL"}),
        (
            "/accounts/signup/",
            {"name": "A", "email": "EMAIL", "password1": PASSWORD, "language": "en"},
        ),
        ("/accounts/email/", {"action_add": "1", "email": "EMAIL"}),
    ],
)
def test_nobody_can_tell_who_has_an_account(url, fields):
    AccountFactory(email=KNOWN)

    def ask(address):
        client = Client()
        if "action_add" in fields:
            client.force_login(AccountFactory(name="Me", email=f"me-{address}"))
            client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        data = {name: value.replace("EMAIL", address) for name, value in fields.items()}
        first = client.post(url, data)
        second = client.get(first.url) if first.status_code == 302 else first
        return shape(first), shape(second), Letter.objects.filter(recipient=address).count()

    assert ask(KNOWN) == ask(UNKNOWN)


def test_signing_up_with_a_known_address_makes_and_changes_nobody():
    ilse = AccountFactory(email=KNOWN, name="Ilse")
    before = list(User.objects.values()), list(EmailAddress.objects.values())
    fields = {"name": "Eve", "email": KNOWN, "password1": "another good phrase", "language": "da"}

    Client().post("/accounts/signup/", fields)

    assert (list(User.objects.values()), list(EmailAddress.objects.values())) == before
    assert newest_letter(ilse.email).kind == "account-already-exists"


def test_links_in_letters_ignore_the_host_header(client, settings):
    client.post(
        "/accounts/login/code/", {"email": "stranger@people.example"}, HTTP_HOST="127.0.0.1"
    )

    text = newest_letter("stranger@people.example").text
    assert f"{settings.BASE_URL}/accounts/signup/" in text
    assert "127.0.0.1" not in text


def test_an_address_is_added_only_after_its_code(client):
    ilse = AccountFactory()
    client.post("/accounts/login/", {"login": ilse.email, "password": PASSWORD})

    client.post("/accounts/email/", {"action_add": "1", "email": "second@people.example"})
    before = EmailAddress.objects.filter(user=ilse, verified=True).count()
    client.post("/accounts/confirm-email/", {"code": code_for("second@people.example")})

    assert (before, EmailAddress.objects.filter(user=ilse, verified=True).count()) == (1, 2)
