"""What somebody reads when something went wrong, from the server as it stands in production.

Each page says what happened and what to do, in the reader's language, and tells an attacker
nothing. Faults are real ones: a table that is missing, a database that refuses.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from runner.checkout import ROOT
from tests.factories import AccountFactory
from tests.security.conftest import HOST, Reply, Server, database_url, serve, session_of
from tests.world import two_organisations

LANGUAGES = ("en", "da", "nb")
# The heading and one sentence of advice of each page, as they stand in its template.
PAGES = {
    "400": (
        400,
        "We could not read that request",
        (
            "Go back and try again. If you followed a link from a letter, check that the whole "
            "address came along."
        ),
    ),
    "403": (
        403,
        "This page is not open to you",
        (
            "If you hold several roles, switch to the right one in the account menu and try again. "
            "Otherwise ask the manager of your cluster."
        ),
    ),
    "403 csrf": (
        403,
        "This form has waited too long",
        "What you typed is not lost. Open the page again, look it over and send it.",
    ),
    "404": (
        404,
        "There is no page here",
        (
            "If you expected to see it, sign in first; some pages are only for the people they "
            "concern."
        ),
    ),
    "413": (
        413,
        "That is more than we take",
        (
            "Go back, make the file smaller, for example by saving it as a PDF with smaller "
            "pictures, and send it again."
        ),
    ),
    "429": (429, "That was a lot at once", "Wait a minute and try again."),
    "500": (
        500,
        "Something broke on our side",
        "Try again in a minute. If it happens again, tell us what you were doing.",
    ),
    "503": (
        503,
        "We are away for a moment",
        (
            "Try again in a minute. If you were sending a form, go back: what you typed is usually "
            "still there."
        ),
    ),
}
HEADING = re.compile(r"<h1>(.*?)</h1>")
LANG = re.compile(r'<html lang="([\w-]+)">')
NUMBER = re.compile(r"<code>([0-9a-f-]{36})</code>")
TELLTALES = re.compile(
    "|".join(
        [
            "Traceback",
            r"\bFile &quot;",
            r"site-packages",
            r"\bdjango\b",
            r"psycopg",
            r"Exception",
            r"\wError\b",
            r"postgres",
            r"redis",
            r"gunicorn",
            r"SELECT ",
            r"labs_livinglab",
            "DEBUG",
            "SECRET",
            "DATABASE_URL",
            r"127\.0\.0\.1",
            re.escape(str(ROOT)),
        ]
    ),
    re.IGNORECASE,
)
CLOSED_DOOR = "postgres://someone:a-secret-word@127.0.0.1:1/nowhere"


def told(reply: Reply) -> tuple[int, str, str]:
    """Status, language and heading of a page."""
    found = [pattern.search(reply.text) for pattern in (LANG, HEADING)]
    return reply.status, *(match[1] if match else "" for match in found)


def in_language(text: str, language: str) -> str:
    with translation.override(language):
        return translation.gettext(text)


def wishing(language: str) -> dict[str, str]:
    return {"Accept-Language": f"{language},en;q=0.1"}


def warm(server: Server, language: str) -> None:
    """A reader before, whose language must not stay behind in the server's thread."""
    other = "da" if language == "nb" else "nb"
    assert f'<html lang="{other}"' in server.ask("/about/", headers=wishing(other)).text


def every_error(server: Server, language: str, dead: Server) -> Iterator[tuple[str, Reply]]:
    """(which page, reply); a page may come twice, for another cause."""
    people, nouns = two_organisations()
    partner = people["partner"]
    partner.language = language
    partner.save()
    session, wish = session_of(partner), wishing(language)
    form = {"name": "A", "email": "a@people.example", "question": "May we?"}

    def ask(path: str, **how) -> Reply:
        warm(server, language)
        return server.ask(path, **{"headers": wish, **how})

    yield "400", ask("/", host="elsewhere.example")
    yield "400", ask("/contact/", method="POST", data={f"field{n}": "x" for n in range(1001)})
    # The person's own language goes before the browser's.
    own = {"session": session, "headers": {"Accept-Language": "de"}}
    yield "403", ask(f"/labs/{nouns['labs']['slug']}/edit/", **own)
    yield "403 csrf", ask("/contact/", method="POST", data={**form, "csrfmiddlewaretoken": "b"})
    yield "404", ask("/nothing-here/")
    yield "404", ask("/challenges/nothing/", **own)
    long = {"Content-Length": "9000000000", **wish}
    yield "413", ask("/contact/", method="POST", data=form, headers=long)
    yield "413", ask("/contact/", method="POST", data={**form, "question": "x" * 6_000_000})
    wrong = {"login": f"{language}@people.example", "password": "wrong"}
    for _try in range(5):
        ask("/accounts/login/", method="POST", data=wrong)
    yield "429", ask("/accounts/login/", method="POST", data=wrong)
    with without_labs():
        yield "500", ask("/labs/")
        yield "500", ask("/labs/", **own)
    with refusing_database():
        yield "503", server.ask("/labs/", headers=wish)
        yield "503", server.ask("/labs/", session=session, headers=wish)
        yield "503", server.ask("/contact/", method="POST", data=form, headers=wish)
    yield "503", dead.ask("/", headers=wish)
    yield "503", dead.ask("/dashboard/", session="x" * 32, headers=wish)


@contextmanager
def without_labs() -> Iterator[None]:
    """The database as a careless hand left it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE labs_livinglab RENAME TO labs_mislaid")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE labs_mislaid RENAME TO labs_livinglab")


@contextmanager
def refusing_database() -> Iterator[None]:
    """No new connection, and those of the server ended; the test keeps its own."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    with connection._nodb_cursor() as cursor:
        allow = f"ALTER DATABASE {connection.ops.quote_name(name)} ALLOW_CONNECTIONS"
        cursor.execute(f"{allow} false")
        try:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND pid <> %s",
                [name, own],
            )
            yield
        finally:
            cursor.execute(f"{allow} true")


@pytest.fixture(scope="session")
def dead(collected: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose database was never there."""
    yield from serve(tmp_path_factory.mktemp("dead"), CLOSED_DOOR)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_error_helps_in_the_readers_language(server, dead, language):
    replies = list(every_error(server, language, dead))

    assert {name for name, _reply in replies} == set(PAGES)
    for name, reply in replies:
        status, heading, advice = PAGES[name]
        assert told(reply) == (status, language, in_language(heading, language)), name
        assert in_language(advice, language) in reply.text, name
        assert re.search(r'<a class="ds-button" href="/', reply.text), name


@pytest.mark.django_db(transaction=True)
def test_no_page_of_an_error_tells_how_we_are_made(server, dead):
    secrets = {settings.SECRET_KEY, database_url(), settings.CELERY_BROKER_URL, CLOSED_DOOR}

    for name, reply in every_error(server, "en", dead):
        seen = f"{reply.headers}\n{reply.text}"
        assert TELLTALES.findall(re.sub(r"(?m)^(Server|Via):.*$", "", seen)) == [], name
        assert [word for word in secrets if word in seen] == [], name
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8", name


def test_every_heading_is_another_in_each_language():
    told_in = {
        text: {in_language(text, language) for language in LANGUAGES}
        for _status, *texts in PAGES.values()
        for text in texts
    }

    assert [text for text, found in told_in.items() if len(found) < len(LANGUAGES)] == []


@pytest.mark.django_db(transaction=True)
def test_the_number_on_the_page_finds_the_fault_in_the_log(server):
    with without_labs():
        reply = server.ask("/labs/")

    number = NUMBER.search(reply.text)[1]
    lines = [line for line in server.logged().splitlines() if number in line]
    assert any("labs_livinglab" in line for line in lines)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_while_it_is_asked_is_no_fault_of_ours(server):
    """A restart of PostgreSQL ends the statements that run."""
    session = session_of(AccountFactory())
    replies: list[Reply] = []
    asking = threading.Thread(target=lambda: replies.append(server.ask("/labs/", session=session)))

    with connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE labs_livinglab IN ACCESS EXCLUSIVE MODE")
        asking.start()
        ended = end_whoever_waits(cursor)
        cursor.execute("ROLLBACK")
    asking.join()

    assert ended
    assert replies[0].status == 503
    assert replies[0].headers["Retry-After"] == "10"
    assert server.ask("/labs/", session=session).status == 200


def end_whoever_waits(cursor) -> bool:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if cursor.fetchone()[0]:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db(transaction=True)
def test_the_server_answers_again_as_soon_as_its_database_does(server):
    with refusing_database():
        away = server.ask("/labs/").status
    back = server.ask("/labs/").status

    assert (away, back) == (503, 200)


def test_a_stranger_host_is_not_named_back(server):
    reply = server.ask("/", host="evil.example")

    assert reply.status == 400
    assert "evil.example" not in reply.text
    assert HOST not in reply.text
