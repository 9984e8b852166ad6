"""The secret of a letter's link stands in no address after the first one."""

import pytest
from django.test import Client
from django.urls import reverse

from mail.links import COOKIE, FIELD
from mail.models import Suppression, hash_of
from mail.tokens import stop_token
from tests.reader import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> str:
    return link_of("anna@firm.example")


def link_of(address: str) -> str:
    token = stop_token(address_hash=hash_of(address), list_name="news")
    return reverse("mail:stop", args=[token])


def test_it_goes_into_a_cookie_that_only_the_page_is_sent(client, link):
    page, secret = page_of(link)

    reply = client.get(link)

    cookie = reply.cookies[COOKIE]
    assert (reply.status_code, reply["Location"]) == (302, page)
    assert (cookie["path"], cookie["max-age"], cookie["expires"]) == (page, "", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert secret not in page
    assert "no-store" in reply["Cache-Control"]


def test_over_https_it_travels_nowhere_else(client, link, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert client.get(link).cookies[COOKIE]["secure"] is True


def test_the_page_holds_it_in_its_form_and_nowhere_else(client, link):
    _page, secret = page_of(link)

    text = client.get(link, follow=True).content.decode()

    assert text.count(secret) == text.count(f'name="{FIELD}" value="{secret}"') == 1


@pytest.mark.parametrize("kept", [None, "", "x", "another letter's"])
def test_without_its_own_cookie_the_page_says_how_to_get_in(client, link, kept):
    if kept is not None:
        client.cookies[COOKIE] = kept

    reply = client.get(page_of(link)[0])

    assert reply.status_code == 403
    assert reply["Referrer-Policy"] == "no-referrer"
    assert "Open the link in your letter again" in reply.content.decode()


@pytest.mark.parametrize("sent", [{}, {FIELD: ""}, {FIELD: "another letter's"}])
def test_a_form_without_it_does_nothing_whatever_the_cookie(client, link, sent):
    client.get(link)

    reply = client.post(page_of(link)[0], {"choice": "stop-all", **sent})

    assert reply.status_code == 403
    assert not Suppression.objects.exists()


def test_a_form_needs_no_cookie_and_its_answer_brings_one(link):
    page, secret = page_of(link)
    browser = Client(enforce_csrf_checks=True)

    reply = browser.post(page, {"choice": "stop-all", FIELD: secret}, follow=True)

    assert reply.redirect_chain == [(page, 302)]
    assert "You get no more letters from our lists" in reply.content.decode()


def test_pressing_a_button_at_the_link_itself_only_leads_to_the_page(client, link):
    reply = client.post(link, {"choice": "stop-all"})

    assert reply["Location"] == page_of(link)[0]
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("bad", ["x\r\nSet-Cookie: a=b", "æøå; Path=", "\x00", '"quoted', "%41"])
def test_a_link_that_was_never_one_is_told_so(client, bad):
    reply = client.get(reverse("mail:stop", args=[bad]), follow=True)

    assert reply.status_code == 404
    assert "This link is incomplete" in reply.content.decode()
    assert set(client.cookies) == {COOKIE}
