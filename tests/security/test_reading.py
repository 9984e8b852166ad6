"""Reading changes nothing: people, crawlers, prefetching browsers, and scanners of letters.

PostgreSQL itself says which rows were written. What a visit leaves in a session is left aside.
"""

import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from celery.signals import before_task_publish
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts.actions import write_administrator_link
from accounts.models import AdministratorLink, User
from clusters.actions import write_access_letter
from clusters.models import AccessLetter, ClusterOrganisation
from companies.actions import claim_by_letter, invite_colleague
from companies.models import Claim, ColleagueLetter, Company
from companies.tokens import wishes_url
from invitations.models import Invitation
from mail.letters import stop_url
from mail.models import Letter, Suppression, hash_of
from tests.factories import AccountFactory, CompanyFactory
from tests.security.test_headers import SECRET_LINKS
from tests.world import kwargs_of, signed_in, two_organisations, written

pytestmark = pytest.mark.django_db(transaction=True)

OF_A_VISIT = {"django_session", "usersessions_usersession"}
LINK = re.compile(r'(?:href|hx-get|src)="([^"#]+)')
MOST_PAGES = 600
READERS = ("visitor", "partner", "company", "manager", "administrator")
ADDRESS = re.compile(r"https?://[^\s)>\"]+")
SCANNERS = (
    "Mozilla/5.0 (Windows NT 10.0) SafeLinks",
    "Barracuda Sentinel",
    "Slackbot-LinkExpanding 1.0",
    "curl/8.5",
)


def rows_written() -> dict[str, tuple[int, int, int]]:
    """Table -> (inserted, updated, deleted) since the beginning, of all connections."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables")
        return {name: tuple(counts) for name, *counts in cursor.fetchall()}


def others_have_told() -> bool:
    """A connection of an earlier test's server counts its writes after ten idle seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state_change > clock_timestamp() - interval '12 s')"
        )
        return cursor.fetchone()[0]


@contextmanager
def nothing_happens() -> Iterator[None]:
    """No row is written, and no task is sent."""
    sent: list[str] = []
    patience = time.monotonic() + 30
    while not others_have_told():
        assert time.monotonic() < patience
        time.sleep(0.5)

    def note(sender: str, **_kwargs: object) -> None:
        sent.append(sender)

    before_task_publish.connect(note)
    before = rows_written()
    try:
        yield
    finally:
        before_task_publish.disconnect(note)
    after = rows_written()
    changed = {name for name in after if after[name] != before.get(name)} - OF_A_VISIT
    assert (changed, sent) == (set(), [])


@pytest.mark.parametrize("role", READERS)
def test_reading_every_page_twice_writes_nothing(role, settings, tmp_path):
    settings.MEDIA_ROOT, settings.OUTBOX_OPEN = tmp_path, True
    people, nouns = two_organisations()
    client = signed_in(people.get(role))
    starts = [
        reverse(name, kwargs=kwargs_of(name, nouns)) for name, how in written() if how == "get"
    ]

    with nothing_happens():
        seen = crawl(client, starts)

    assert len(starts) < len(seen) < MOST_PAGES


def crawl(client: Client, starts: list[str]) -> set[str]:
    """Every page that links lead to, each with GET, with HEAD, and again."""
    waiting, seen = deque(starts), set(starts)
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        for ask in (client.get, client.head, client.get):
            reply = ask(path)
            found = [link for link in links_in(path, reply) if link not in seen]
            seen.update(found)
            waiting.extend(found)
            if reply.streaming:
                reply.close()
    return seen


def links_in(path: str, reply) -> list[str]:
    """Addresses of ours on a page, those with one question at most: filters combine endlessly."""
    said = [reply.headers["Location"]] if "Location" in reply.headers else []
    if not reply.streaming and "text/html" in reply.headers.get("Content-Type", ""):
        said += LINK.findall(reply.content.decode().replace("&amp;", "&"))
    parts = [urlsplit(urljoin(path, link)) for link in said]
    ours = [part for part in parts if not part.netloc and not part.scheme]
    return list(
        dict.fromkeys(
            part._replace(fragment="").geturl()
            for part in ours
            if len(parse_qs(part.query)) <= 1 and not part.path.startswith("/static/")
        )
    )


@pytest.fixture
def secret_links(settings, tmp_path) -> list[str]:
    """One working link of every kind that a letter carries."""
    settings.MEDIA_ROOT = tmp_path
    people, _nouns = two_organisations()
    User.objects.filter(is_administrator=True).delete()
    imported = CompanyFactory(source="imported", email="file@kabelro.example")
    claim_by_letter(company=imported, by=people["stranger"])
    company = Company.objects.get(members__user=people["company"])
    organisation = ClusterOrganisation.objects.get(memberships__user=people["manager"])
    more = {"language": "en", "email": "new@people.example"}
    invite_colleague(company=company, role="company_editor", by=people["company"], **more)
    write_access_letter(organisation=organisation, role="partner", by=people["manager"], **more)
    stop = stop_url(address_hash=hash_of("new@people.example"), list_name="invitations")
    return [
        urlsplit(stop).path,
        "/invitations/answer/a-token/",
        wishes_url(hash_of("file@kabelro.example")),
        reverse("accounts:first_administrator_link", args=[write_administrator_link()]),
        urlsplit(
            stop_url(address_hash=hash_of("new@people.example"), list_name="invitations")
        ).path,
        *links_of_letters(),
    ]


def links_of_letters() -> list[str]:
    found = {
        urlsplit(link.rstrip(".,")).path
        for letter in Letter.objects.all()
        for link in ADDRESS.findall(letter.text)
    }
    kinds = {name_of(path): path for path in sorted(found) if name_of(path) in SECRET_LINKS}
    return list(kinds.values())


def name_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def states() -> list[object]:
    """What pressing the button on any of the pages would change."""
    return [
        list(Invitation.objects.values_list("status", flat=True)),
        Suppression.objects.count(),
        Claim.objects.usable().count(),
        ColleagueLetter.objects.usable().count(),
        AccessLetter.objects.usable().count(),
        AdministratorLink.objects.usable().count(),
    ]


def test_a_thousand_scanners_change_nothing(secret_links):
    before, asked = states(), 0
    reader = signed_in(AccountFactory())

    with nothing_happens():
        while asked < 1000:
            client = Client(headers={"User-Agent": SCANNERS[asked % len(SCANNERS)]})
            if asked % 3 == 0:
                client.cookies = reader.cookies  # a browser that fetches ahead has the reader's
            for link in secret_links:
                ask = client.head if asked % 5 == 4 else client.get
                reply = ask(link, follow=True)
                assert reply.status_code in {200, 302}
                asked += 1 + len(reply.redirect_chain)

    assert {name_of(link) for link in secret_links} == SECRET_LINKS
    assert states() == before == [["sent"], 0, 1, 1, 1, 1]


def test_the_count_of_rows_written_sees_one():
    with pytest.raises(AssertionError, match="accounts_user"), nothing_happens():
        AccountFactory()
