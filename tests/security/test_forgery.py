"""No other site can press a button here in the name of somebody who is signed in."""

import pytest
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.test import Client
from django.urls import reverse

from mail.models import Letter, Suppression
from tests.factories import AccountFactory, AdministratorFactory
from tests.security.doors import every_address
from tests.world import two_organisations, written

pytestmark = pytest.mark.django_db

# The secret of a letter is the proof, in the form or, for mail programs, in the address.
PROVED_BY_A_LETTER = {
    "companies:wishes_page",
    "invitations:answer_page",
    "mail:stop",
    "mail:stop_page",
}
# Mail servers have no cookies: their password is the proof.
PROVED_BY_A_PASSWORD = {"mail:events", "mail:returned"}
TOKEN = "a" * CSRF_TOKEN_LENGTH
FOREIGN = [
    "https://evil.example",
    "null",
    "http://testserver.evil.example",
    "http://testserver:8443",
    "http://evil.example?http://testserver",
    "https://testserver",
]


@pytest.fixture(autouse=True)
def demonstration(settings):
    """All doors open: the one-click sign-in takes a POST too."""
    settings.DEMONSTRATION = True


def browser_of(user=None, **headers) -> Client:
    client = Client(enforce_csrf_checks=True, headers=headers)
    if user is not None:
        client.force_login(user)
    return client


def is_refused(reply) -> bool:
    return reply.status_code == 403 and b"This form has waited too long" in reply.content


@pytest.mark.parametrize("maker", [None, AdministratorFactory])
def test_no_address_takes_a_form_without_its_token(maker):
    client = browser_of(maker() if maker else None)
    addresses = every_address()

    taken = {name for name, path in addresses.items() if not is_refused(client.post(path))}

    assert taken == PROVED_BY_A_LETTER | PROVED_BY_A_PASSWORD
    assert {name for name, how in written() if how == "post"} <= set(addresses)
    assert len(addresses) > 150


def test_no_address_takes_another_method_without_its_token():
    client = browser_of(AdministratorFactory())

    taken = {name for name, path in every_address().items() if not is_refused(client.delete(path))}

    assert taken == PROVED_BY_A_LETTER | PROVED_BY_A_PASSWORD


def test_a_page_of_another_site_is_refused_even_with_a_token():
    client = browser_of(AccountFactory(), Origin=FOREIGN[0])
    client.cookies["csrf"] = TOKEN

    taken = {
        name
        for name, path in every_address().items()
        if not is_refused(client.post(path, {"csrfmiddlewaretoken": TOKEN}))
    }

    assert taken == PROVED_BY_A_LETTER | PROVED_BY_A_PASSWORD


@pytest.mark.parametrize("origin", FOREIGN)
def test_nothing_that_only_looks_like_us_is_taken(origin):
    client = browser_of(AccountFactory(), Origin=origin)
    client.cookies["csrf"] = TOKEN

    assert is_refused(client.post("/contact/", {"csrfmiddlewaretoken": TOKEN}))


def test_over_https_a_foreign_referrer_is_refused_too():
    client = browser_of(AccountFactory(), Referer="https://evil.example/page")
    client.cookies["csrf"] = TOKEN

    reply = client.post("/contact/", {"csrfmiddlewaretoken": TOKEN}, secure=True)

    assert is_refused(reply)


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://testserver"}])
def test_our_own_page_with_its_token_is_taken(headers):
    client = browser_of(AccountFactory(), **headers)
    client.cookies["csrf"] = TOKEN

    reply = client.post("/contact/", {"csrfmiddlewaretoken": TOKEN})

    assert reply.status_code == 200


def test_a_token_of_somebody_else_is_refused():
    client = browser_of(AccountFactory())
    client.cookies["csrf"] = TOKEN

    other = "b" * (CSRF_TOKEN_LENGTH // 2) + "c" * (CSRF_TOKEN_LENGTH // 2)
    assert is_refused(client.post("/contact/", {"csrfmiddlewaretoken": other}))


def test_doors_proved_by_a_letter_refuse_whoever_has_none(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    two_organisations()
    before = Letter.objects.count()
    client = browser_of()

    replies = [
        client.post(reverse(name, args=["guessed"]), {"answer": "interested", **one_click})
        for name in sorted(PROVED_BY_A_LETTER)
        for one_click in ({}, {"List-Unsubscribe": "One-Click"})
    ]

    # Pressing another button at the link itself only leads to its page.
    assert [reply.status_code for reply in replies] == [403, 403, 403, 403, 302, 404, 403, 403]
    assert (Letter.objects.count(), Suppression.objects.count()) == (before, 0)
