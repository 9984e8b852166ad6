"""Whatever an address says of where to go next, nobody is sent to another site."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, AccountFactory, UserFactory
from tests.security.conftest import HOST, session_of

OURS = {"testserver", HOST}
PAYLOADS = [
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x1f//evil.example",
    "\u00a0//evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "HtTpS://evil.example",
    "ht\ntps://evil.example",
    "https://testserver@evil.example/",
    "https://testserver:x@evil.example/",
    "https://evil.example#testserver",
    "https://evil.example?testserver/",
    "https://evil.example\\@testserver/",
    "https://testserver.evil.example/",
    "https://testserver:8443/",
    "https://evil.example\u3002testserver",
    "//evil\u3002example",
    "//evil\uff0eexample",
    "//\u2100vil.example",
    "/\u2044/evil.example",
    "https://[::1]/",
    "https://[evil.example",
    "//0x7f.1/",
    "//localhost/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "/%0d%0aLocation:%20https://evil.example",
    "/x\r\nLocation: https://evil.example",
    "/challenges/\r\nSet-Cookie: session=evil",
]
LINKS = re.compile(r'\b(?:href|action|src|formaction|hx-get|hx-post)="([^"]*)"')


def where(location: str, base: str = "http://testserver/accounts/login/") -> tuple[str, str]:
    """Scheme and host a browser goes to: it drops tabs, line ends and blanks at the ends, and reads
    a backslash as a slash."""
    read = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    if re.match(r"(?i)https?:(?!//)", read):
        read = re.sub(r"(?i)^(https?:)/*", r"\1//", read)
    read = re.sub(r"^/{2,}", "//", read)
    there = urlsplit(urljoin(base, read))
    return there.scheme, there.hostname or ""


def is_ours(location: str) -> bool:
    scheme, host = where(location)
    return scheme in {"http", "https"} and host in OURS


def person():
    return AccountFactory(email="ilse@people.example")


def visiting() -> Client:
    return Client()


def signed_in() -> Client:
    client = Client()
    client.force_login(person())
    return client


def signing_in() -> Client:
    person()
    return Client()


def of_the_demonstration() -> Client:
    UserFactory(one_click="company", is_demonstration=True)
    return Client()


LOGIN = {"login": "ilse@people.example", "password": PASSWORD}
SIGN_UP = {
    "name": "N",
    "email": "new@people.example",
    "password1": PASSWORD,
    "language": "en",
}
DOORS = {
    "login": (signing_in, "/accounts/login/", LOGIN),
    "login again": (signed_in, "/accounts/login/", {}),
    "sign up": (visiting, "/accounts/signup/", SIGN_UP),
    "sign up signed in": (signed_in, "/accounts/signup/", {}),
    "logout": (signed_in, "/accounts/logout/", {}),
    "logout of nobody": (visiting, "/accounts/logout/", {}),
    "ask for a code": (signing_in, "/accounts/login/code/", {"email": LOGIN["login"]}),
    "reset": (signing_in, "/accounts/password/reset/", {"email": LOGIN["login"]}),
    "is it you": (signed_in, "/accounts/reauthenticate/", {"password": PASSWORD}),
    "language": (visiting, "/accounts/language/", {"language": "da"}),
    "language of somebody": (signed_in, "/accounts/language/", {"language": "da"}),
    "role": (signed_in, "/accounts/act-as/", {"key": "company:1"}),
    "notices": (signed_in, "/accounts/notices/read/", {}),
    "one click": (of_the_demonstration, "/accounts/demonstration/company/", {}),
    "a page that asks to sign in": (visiting, "/dashboard/", {}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_no_door_leads_away(door, settings):
    settings.DEMONSTRATION, settings.ACCOUNT_RATE_LIMITS = True, False
    maker, path, fields = DOORS[door]
    led_away = []

    maker()
    posted = [
        (payload, browser(door).post(path, {**fields, "next": payload})) for payload in PAYLOADS
    ]
    read = [(payload, browser(door).get(path, {"next": payload})) for payload in PAYLOADS[::6]]
    led_away += [(sent, said) for sent, reply in posted + read for said in leading_away(reply)]

    assert led_away == []


def browser(door: str) -> Client:
    """A fresh browser, of somebody signed in where the door is for such people."""
    client = Client()
    if DOORS[door][0] is signed_in:
        client.force_login(User.objects.get(email=LOGIN["login"]))
    return client


def leading_away(reply) -> list[str]:
    """What in this reply would take a browser elsewhere."""
    named = [reply.headers[name] for name in ("Location", "HX-Redirect") if name in reply.headers]
    injected = [name for name in reply.headers if name.lower() == "set-cookie"]
    links = LINKS.findall(reply.content.decode(errors="replace"))
    mailed = {link for link in links if link.startswith("mailto:") and "evil" not in link}
    return [
        link for link in [*named, *injected, *links] if link not in mailed and not is_ours(link)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("door", [name for name, (_, path, _f) in DOORS.items() if _f])
def test_every_door_that_goes_on_goes_where_we_may_go(door, settings):
    """The payloads are refused for where they lead, not because nothing is read."""
    settings.DEMONSTRATION = True
    maker, path, fields = DOORS[door]

    reply = maker().post(path, {**fields, "next": "/challenges/?theme=water"})

    assert reply.status_code == 302
    assert is_ours(reply.url)
    if door in {"login", "is it you", "language", "language of somebody"}:
        assert reply.url == "/challenges/?theme=water"


@pytest.mark.django_db(transaction=True)
def test_no_address_is_itself_a_way_out(server):
    """A path that begins with two slashes is a host to a browser."""
    session = session_of(AccountFactory())
    paths = [f"/{quote(payload, safe='/%')}/.." for payload in PAYLOADS]
    paths += ["//evil.example/dashboard", "//evil.example/%2e%2e", "/\\evil.example/challenges"]

    answers = [(path, server.ask(path, session=who)) for path in paths for who in ("", session)]

    away = [
        (path, reply.headers["Location"])
        for path, reply in answers
        if "Location" in reply.headers
        and where(reply.headers["Location"], f"https://{HOST}/")[1] != HOST
    ]
    assert away == []
    assert {reply.status for _path, reply in answers} <= {301, 302, 400, 404}


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/challenges/", ("http", "testserver")),
        ("//evil.example", ("http", "evil.example")),
        ("/\\evil.example", ("http", "evil.example")),
        ("\t/\n/evil.example", ("http", "evil.example")),
        ("https:evil.example", ("https", "evil.example")),
        ("java\tscript:alert(1)", ("javascript", "")),
    ],
)
def test_we_read_an_address_as_a_browser_does(location, expected):
    assert where(location) == expected
