"""Whatever is typed into an address, no list breaks and no database obeys."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from tests.world import kwargs_of, signed_in, two_organisations, written

CLASSICS = [
    "'",
    '"',
    "`",
    "\\",
    "\\'",
    "%",
    "%%",
    "%s",
    "%(pk)s",
    "{0}",
    "{}",
    "_",
    ";",
    "--",
    "-- -",
    "#",
    "/*",
    "*/",
    "/**/",
    "(",
    ")",
    "))",
    "()",
    "[",
    "]",
    "{",
    "}",
    "$$",
    "$1",
    "||",
    "&",
    "!",
    "<->",
    "a & b",
    "a | b",
    "!a",
    ":*",
    "a:*",
    "'a' <-> 'b'",
    "\x00",
    "a\x00b",
    "\x1a",
    "\x7f",
    "\n",
    "\r\n",
    "\t",
    "\ufeff",
    "\ufffe",
    "\u202e",
    "\U0001f600",
    "\ud7ff",
    "ŁŁ",
    "ﬀ",
    "İ",
    "' OR '1'='1",
    "' OR 1=1 --",
    '" OR ""="',
    "') OR ('1'='1",
    "')) OR (('1'='1",
    "1 OR 1=1",
    "1) OR (1=1",
    "1; SELECT 1",
    "1'; SELECT pg_sleep(30); --",
    "1; SELECT pg_sleep(30)",
    "'||pg_sleep(30)||'",
    "1 AND 1=(SELECT 1 FROM pg_sleep(30))",
    "' AND 1=(SELECT 1 FROM pg_sleep(30)) --",
    "1' UNION SELECT NULL --",
    "1 UNION ALL SELECT password FROM accounts_user",
    "'; DROP TABLE accounts_user; --",
    "1; DROP TABLE accounts_user",
    "'; COPY (SELECT 1) TO PROGRAM 'id'; --",
    "' || (SELECT version()) || '",
    "CAST((SELECT version()) AS int)",
    "1,CAST(version() AS int)",
    "(SELECT 1)",
    "pk; --",
    "pk DESC, (SELECT 1)",
    "-pk",
    "+pk",
    "?",
    "owner__password",
    "user__password",
    "lab__cluster__memberships__user__password",
    "pk__in",
    "pk__isnull",
    "_connector",
    "_negated",
    "0",
    "-1",
    "00",
    "0x10",
    "1e309",
    "-1e309",
    "NaN",
    "inf",
    "1.5",
    "१",
    "²",
    "2147483648",
    "9223372036854775808",
    "99999999999999999999999999999999",
    "true",
    "None",
    "null",
    "undefined",
    "2026-13-45",
    "0000-00-00",
    "9999-12-31",
    "99999-01-01",
    "00000000-0000-0000-0000-000000000000",
    "../../etc/passwd",
    "%27",
    "%00",
    "<script>",
    "a" * 5000,
    "' " * 400,
    "(" * 500,
]
WORST = ["'", "\x00", "99999999999999999999"]
EACH = 10  # every so manieth of the texts on a page; the next page takes the others
# Read by a view, or drawn as a link, without standing in a form of that page.
READ_BESIDES = {
    "applications:challenge": {"order", "step"},
    "applications:compare": {"a"},
    "applications:form": {"company"},
    "challenges:create": {"lab"},
    "challenges:mine": {"status"},
    "clusters:list": {"network"},
    "companies:claim": {"q"},
    "companies:import_list": {"show"},
    "dashboard:contact": {"challenge"},
    "dashboard:search": {"q"},
    "invitations:send": {"match"},
    "labs:create": {"cluster"},
}
READERS = ("manager", "partner", "company", "administrator")
PATIENCE = 20
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
NAME = re.compile(r'<(?:input|select)\b[^>]*\bname="([^"]+)"')
HREF = re.compile(r'href="([^"]*\?[^"]*)"')


@pytest.mark.django_db(transaction=True)
def test_no_text_in_an_address_breaks_a_page(settings, tmp_path):
    settings.MEDIA_ROOT, settings.OUTBOX_OPEN = tmp_path, True
    people, nouns = two_organisations()
    clients = {who: signed_in(people[who]) for who in READERS}
    pages = dict(readable(clients, nouns))
    asked, wrong = 0, []

    for turn, (path, (client, names)) in enumerate(pages.items()):
        for name, text in asked_of(sorted(names), turn):
            began = time.monotonic()
            reply = client.get(path, {name: text})
            if reply.streaming:
                reply.close()
            asked += 1
            if reply.status_code >= 500 or time.monotonic() - began > PATIENCE:
                wrong.append((path, name, text[:40], reply.status_code))

    assert wrong == []
    assert asked > 500
    assert {"q", "country", "theme", "page"} <= pages["/challenges/"][1]


def asked_of(names: list[str], turn: int) -> list[tuple[str, str]]:
    """Some of the texts, one in each name by turns, and the worst of them in all."""
    some = CLASSICS[turn % EACH :: EACH]
    by_turns = [(names[place % len(names)], text) for place, text in enumerate(some)]
    return by_turns + [(name, text) for name in names for text in WORST]


def readable(clients, nouns):
    """(path, (who may read it, names that its query may hold)) of every page with a query."""
    for name, how in sorted(written()):
        if how != "get":
            continue
        path = reverse(name, kwargs=kwargs_of(name, nouns))
        for client in clients.values():
            reply = client.get(path)
            if reply.status_code == 200:
                names = READ_BESIDES.get(name, set()) | names_in(path, reply)
                if names:
                    yield path, (client, names | {"page"})
                break


def names_in(path: str, reply) -> set[str]:
    """Names of fields of its search forms, and in its links to itself."""
    if reply.streaming:
        reply.close()
        return set()
    if "text/html" not in reply.headers["Content-Type"]:
        return set()
    html = reply.content.decode()
    forms = [form for form in FORM.findall(html) if 'method="post"' not in form]
    found = {name for form in forms for name in NAME.findall(form)}
    links = [urlsplit(link.replace("&amp;", "&")) for link in HREF.findall(html)]
    own = [link for link in links if link.path in {"", path}]
    return found | {name for link in own for name in parse_qs(link.query)}


@pytest.mark.django_db(transaction=True)
def test_no_name_in_an_address_becomes_a_question_to_the_database(settings, tmp_path):
    """A key that a careless filter would hand on."""
    settings.MEDIA_ROOT = tmp_path
    people, nouns = two_organisations()
    clients = {who: signed_in(people[who]) for who in READERS}
    keys = ["_connector", "_negated", "pk__in", "owner__password__startswith", "lab__cluster", "'"]

    wrong = [
        (path, key, reply.status_code)
        for path, (client, _names) in readable(clients, nouns)
        for key in keys
        if (reply := client.get(path, {key: "OR 1=1"})).status_code >= 500
    ]

    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["\x00", "9" * 30, "1; SELECT 1", "'"])
def test_no_text_behind_a_button_breaks_a_page(text, settings, tmp_path):
    """Buttons that name a noun without a form of their own."""
    settings.MEDIA_ROOT = tmp_path
    people, nouns = two_organisations()
    company, network = nouns["companies"]["slug"], nouns["clusters:network"]["slug"]
    buttons = [
        ("company", "/accounts/notices/read/", "notice"),
        ("company", "/accounts/act-as/", "key"),
        ("company", f"/companies/{company}/not-a-member/", "cluster"),
        ("company", f"/companies/{company}/people/", "id"),
        ("manager", "/challenges/new/", "lab"),
        ("manager", "/labs/new/", "cluster"),
        ("administrator", f"/organisations/networks/{network}/quit/", "organisation"),
        ("administrator", f"/organisations/networks/{network}/join/", "organisation"),
    ]

    statuses = {
        signed_in(people[who]).post(path, {name: text, "verb": "remove"}).status_code
        for who, path, name in buttons
    }

    assert statuses <= {200, 302, 404, 422}
