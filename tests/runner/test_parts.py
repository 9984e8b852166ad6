import gettext
import os

import pytest

from runner import freshness, install, postgres
from runner.environment import allowed_hosts
from runner.ports import FIRST, LAST, free_port
from runner.state import State
from runner.translations import compile_all

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "company"\n'


def test_catalogue_is_compiled_when_it_is_newer(tmp_path):
    source = tmp_path / "locale/da/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(f'{CATALOGUE}msgstr "virksomhed"\n')

    first, second = compile_all(tmp_path), compile_all(tmp_path)

    assert (first, second) == ([source.with_suffix(".mo")], [])
    danish = gettext.translation("django", tmp_path / "locale", ["da"])
    assert danish.gettext("company") == "virksomhed"


def test_ports_lie_below_those_the_system_hands_out():
    assert FIRST <= free_port() < LAST


def test_stamp_changes_with_the_lock_file(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("django==5.2.1")
    before = install.stamp_of(lock)

    lock.write_text("django==5.2.2")

    assert install.stamp_of(lock) != before


@pytest.mark.parametrize(
    "base_url, hosts",
    [
        ("http://localhost:8000", "localhost,127.0.0.1"),
        ("https://match.example.org", "match.example.org,localhost,127.0.0.1"),
    ],
)
def test_the_address_people_use_is_an_allowed_host(base_url, hosts):
    assert allowed_hosts(base_url) == hosts


def test_private_folder_is_not_open_to_all(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    assert postgres.open_to_all(private) is False


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its cluster to another account")
def test_cluster_of_a_private_checkout_lies_where_its_account_can_go(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "FOR_ALL_USERS", tmp_path / "public")
    state = tmp_path / "private"
    state.mkdir(mode=0o700)

    cluster = postgres.cluster_folder(state / "postgres", postgres.unprivileged())

    assert cluster.parent.parent == tmp_path / "public"
    assert (state / "postgres").readlink() == cluster


def test_new_database_cluster_is_not_taken_for_the_prepared_one(tmp_path):
    state, root = State(tmp_path / "data"), tmp_path / "checkout"
    for path in (state.postgres / "PG_VERSION", root / "staticfiles/.stamp"):
        path.parent.mkdir(parents=True)
        path.touch()
    (root / "requirements.lock").touch()
    before = freshness.mark_of(state, root)

    (state.postgres / "PG_VERSION").unlink()
    without = freshness.mark_of(state, root)
    (state.postgres / "PG_VERSION").touch()

    assert without is None
    assert freshness.mark_of(state, root) != before
