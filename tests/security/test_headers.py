"""What every address answers with, asked as a browser behind the proxy would ask."""

import base64
import hashlib
import re
from email.message import Message
from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse

from companies.tokens import wishes_url
from config.middleware import PERMISSIONS_POLICY
from mail.letters import stop_url
from mail.models import hash_of
from tests.factories import CompanyFactory
from tests.reader import PAGES, page_of
from tests.security.conftest import Reply, Server, session_of
from tests.security.observatory import directives, score, script_hashes
from tests.world import kwargs_of, two_organisations, written

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
LETTER = {
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
OTHER_POLICIES = {
    "applications:file": {"default-src": "'none'", "sandbox": ""},
    "invitations:letter_html": LETTER,
    "mail:letter_html": LETTER,
}
SECRET_LINKS = {
    "accounts:first_administrator_link",
    "clusters:access_link",
    "companies:claim_link",
    "companies:colleague_link",
    "companies:wishes",
    "invitations:answer",
    "mail:stop",
}
WITHOUT_REFERRER = SECRET_LINKS | set(PAGES.values())
OF_THE_LIBRARY = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_request_login_code",
    "account_change_password",
    "usersessions_list",
    "mfa_index",
    "account_email",
)
ASSETS = re.compile(r"<script[^>]*>|<link rel=\"stylesheet\"[^>]*>")


PERSONAL = ("company", "manager")


@pytest.mark.django_db(transaction=True)
def test_every_reply_carries_the_headers(server, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    replies = list(every_reply(server))

    wrong = [
        (who, name, reply.status, *found)
        for who, name, reply in replies
        for found in differences(who, name, reply)
    ]

    assert wrong == []
    assert {reply.status for _who, _name, reply in replies} <= {200, 302, 403, 404, 410, 503}


@pytest.mark.django_db(transaction=True)
def test_pages_behind_letters_carry_them_with_their_secret(server):
    two_organisations()
    address = hash_of(CompanyFactory(email="post@kabelro.example").email)
    stop = stop_url(address_hash=address, list_name="invitations")
    links = [urlsplit(stop).path, wishes_url(address), "/invitations/answer/a-token/"]

    replies = {}
    for link in links:
        opened = server.ask(link)
        cookie = opened.headers["Set-Cookie"]
        name, page = resolve(link).view_name, page_of(link)[0]
        assert cookie.startswith("__Secure-letter=")
        assert {"HttpOnly", f"Path={page}", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
        reply = server.ask(page, headers={"Cookie": cookie.partition(";")[0]})
        replies |= {name: opened, PAGES[name]: reply}

    assert {name: reply.status for name, reply in replies.items()} == {
        **dict.fromkeys(PAGES, 302),
        **dict.fromkeys(PAGES.values(), 200),
    }
    wrong = [found for name, it in replies.items() for found in differences("visitor", name, it)]
    assert wrong == []


def every_reply(server: Server):
    """(who, address name, reply) of every address, asked by a visitor and two roles."""
    people, nouns = two_organisations()
    names = sorted({name for name, how in written() if how == "get"})
    paths = {name: reverse(name, kwargs=kwargs_of(name, nouns)) for name in names}
    paths |= {name: reverse(name) for name in OF_THE_LIBRARY}
    for who in ("visitor", *PERSONAL):
        session = session_of(people.get(who))
        for name, path in paths.items():
            yield who, name, server.ask(path, session=session)


def differences(who: str, name: str, reply: Reply):
    """What this reply should say and does not."""
    for header, value in wanted(name, reply).items():
        if reply.headers.get(header) != value:
            yield header, reply.headers.get(header)
    policy = {key: " ".join(words) for key, words in given_policy(reply).items()}
    if policy != (OTHER_POLICIES.get(name, POLICY) if reply.status == 200 else POLICY):
        yield "Content-Security-Policy", policy
    if storable := kept_by_others(who, reply):
        yield "Cache-Control", storable
    if unchecked := [tag for tag in ASSETS.findall(reply.text) if 'integrity="sha384-' not in tag]:
        yield "integrity", unchecked
    if (points := score(reply.headers, reply.text)) < fewest_points(name, reply):
        yield "score", points


def wanted(name: str, reply: Reply) -> dict[str, str]:
    framed = OTHER_POLICIES.get(name) is LETTER and reply.status in {200, 302}
    return {
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
        "Referrer-Policy": "no-referrer" if name in WITHOUT_REFERRER else "same-origin",
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def given_policy(reply: Reply) -> dict[str, list[str]]:
    return directives(reply.headers.get("Content-Security-Policy", ""))


def kept_by_others(who: str, reply: Reply) -> str:
    """The Cache-Control that would let a cache on the way keep what is one person's."""
    said = reply.headers.get("Cache-Control", "")
    words = {word.strip() for word in said.split(",")}
    if who in PERSONAL and not {"private", "no-store"} <= words:
        return said or "missing"
    if reply.headers.get("Set-Cookie") and "private" not in words:
        return said or "missing"
    return ""


def fewest_points(name: str, reply: Reply) -> int:
    """Five of the points are for hashes of scripts, which a page of an error does not load."""
    if name in OTHER_POLICIES and reply.status == 200:
        return 100
    return 125 if "<script" in reply.text else 120


@pytest.mark.django_db(transaction=True)
def test_the_hashes_are_those_of_the_files_served(server):
    tags = ASSETS.findall(server.ask("/accounts/login/").text)

    found = {}
    for tag in tags:
        path, said = re.search(r'(?:src|href)="([^"]+)" integrity="sha384-([^"]+)"', tag).groups()
        served = hashlib.sha384(server.ask(path).body).digest()
        found[path] = base64.b64encode(served).decode() == said

    assert len(found) == 5
    assert set(found.values()) == {True}


@pytest.mark.parametrize(
    ("header", "value", "points"),
    [
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors *", 80),
        ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'", 120),
        ("Strict-Transport-Security", "max-age=60", 80),
        ("Referrer-Policy", "unsafe-url", 115),
        ("X-Content-Type-Options", "", 120),
        ("Set-Cookie", "a=b; Path=/", 80),
        ("Set-Cookie", "a=b; Secure; HttpOnly; SameSite=Lax", 130),
    ],
)
def test_the_count_goes_down_for_what_is_missing(header, value, points):
    headers = Message()
    good = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Strict-Transport-Security": "max-age=63072000",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        header: value,
    }
    for name, said in good.items():
        headers[name] = said

    counted = score(headers, '<script src="/x.js" integrity="sha384-x" defer></script>')

    assert counted == points


def test_a_script_without_a_hash_earns_nothing():
    with_hash = '<script src="/x.js" integrity="sha384-x"></script>'

    assert script_hashes([with_hash]) == 5
    assert script_hashes([with_hash, '<script src="/y.js"></script>']) == 0
    assert script_hashes(['<script src="http://elsewhere.example/y.js"></script>']) == -50
