"""What every test can rely on.

Run one folder or one test: `.labmatch/venv/bin/pytest tests/labs -k name`, or the same through
`./labmatch test tests/labs -k name`.

* PostgreSQL 18, Valkey and a mail sink of this run's own are there before Django reads its
  settings (`runner.pytest_plugin`). The environment: LABMATCH_DEBUG=1, LABMATCH_DEMO=0. With
  DATABASE_URL set, that server is used instead.
* Each xdist worker has its own database (pytest-django) and its own Valkey database, emptied
  before every test that uses the database: caches and rate limits start at zero.
* `page` of pytest-playwright opens the Chromium that `runner.browser` finds or installs, and the
  product runs at its base address: `page.goto("/labs/")`. Nothing is skipped for want of a browser.
  Addresses say `localhost`, because passkeys do not work on 127.0.0.1.
* Code that waits for a commit (`transaction.on_commit`, `delay_on_commit`) runs in tests marked
  `@pytest.mark.django_db(transaction=True)` or inside `django_capture_on_commit_callbacks`.
  Such a test empties all tables when it ends; rows that migrations brought are put back at once.
* Tasks are not run by themselves. A test that wants the worker's part calls the task.
* Tests that share something expensive of a module say `pytest.mark.xdist_group(name)`.
* Time: the fixture `time_machine` moves Python's clock. Deadlines that PostgreSQL compares with
  its own clock are tested by moving the deadline in the database.
* Warnings are errors. A test that expects one says so with `pytest.warns`.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils import translation
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from config.breaker import valkey
from runner.browser import launch_arguments

MILLISECONDS_FOR_THE_LAST = 3_000
DJANGO_PUTS_BACK = ("auth", "contenttypes")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What migrations put into tables is part of the product, whatever ran before a test.

    A process that a test killed may hold its line to the database longer than the last test: it
    is cut before the database goes. Our own line may be one that a test has cut.
    """
    with django_db_blocker.unblock():
        tables = set(connection.introspection.table_names())
        brought = {
            model: list(model._base_manager.all())
            for model in apps.get_models()
            if model._meta.db_table in tables and model._meta.app_label not in DJANGO_PUTS_BACK
        }

    def put_back(sender: Any, **told: Any) -> None:
        for model in sender.get_models():
            model._base_manager.bulk_create(brought.get(model, ()), ignore_conflicts=True)

    post_migrate.connect(put_back, weak=False, dispatch_uid="what-migrations-brought")
    yield
    with django_db_blocker.unblock():
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
                [MILLISECONDS_FOR_THE_LAST],
            )


@pytest.fixture(autouse=True)
def bell_that_rings() -> None:
    """A test before may have found a Valkey hanging; the process then rings at none for a while."""
    while valkey.is_open():
        time.sleep(0.1)


@pytest.fixture(autouse=True)
def empty_cache(request: pytest.FixtureRequest) -> None:
    """Counters of one test are no concern of the next. Pure tests do not pay for it."""
    database_fixtures = {"db", "transactional_db", "live_server"}
    if request.node.get_closest_marker("django_db") or database_fixtures & set(
        request.fixturenames
    ):
        cache.clear()


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Makes every test with a `page` run against the product on its own database."""
    return live_server.url


@pytest.fixture(autouse=True)
def letters_go_to_the_outbox(request: pytest.FixtureRequest) -> None:
    """pytest-django would catch sign-in codes before they become letters."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("settings").EMAIL_BACKEND = "mail.backend.OutboxBackend"


@pytest.fixture(autouse=True)
def english() -> None:
    """A request leaves its language to the thread; the next test begins anew."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest) -> None:
    """A good password hash is slow on purpose; that is no claim of these tests."""
    if request.node.get_closest_marker("django_db"):
        hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        request.getfixturevalue("settings").PASSWORD_HASHERS = hashers


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_arguments()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/Copenhagen"}
