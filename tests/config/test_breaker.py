"""Servers that do not answer: asked once, waited for only where waiting helps."""

import time

import pytest
from django.db import OperationalError, connection

from config.breaker import PAUSE_SECONDS, SLOW_SECONDS, Breaker
from config.database import base
from config.database.base import Patience, is_restarting


def test_only_a_slow_failure_opens_the_breaker_and_only_for_a_while():
    breaker = Breaker()
    began = time.monotonic()

    breaker.note_failure(began=began)
    refused = breaker.is_open()
    breaker.note_failure(began=began - SLOW_SECONDS - 0.1)
    hanging = breaker.is_open()
    later = breaker._until - time.monotonic()

    assert (refused, hanging) == (False, True)
    assert PAUSE_SECONDS - 1 < later <= PAUSE_SECONDS


def test_after_waiting_in_vain_nobody_waits_for_a_while():
    patience = Patience()
    began = time.monotonic()
    waits = patience.ends() - began

    patience.resign()

    assert waits == pytest.approx(base.PATIENCE_SECONDS, abs=0.5)
    assert patience.ends() - time.monotonic() <= 0.01


@pytest.mark.parametrize(
    ("error", "waited_for"),
    [
        ("connection to server at 127.0.0.1 failed: Connection refused", True),
        ("FATAL:  the database system is starting up", True),
        ("FATAL:  the database system is in recovery mode", True),
        ('FATAL:  password authentication failed for user "labmatch"', False),
        ('FATAL:  database "nowhere" does not exist', False),
    ],
)
def test_a_server_that_made_up_its_mind_is_not_waited_for(error, waited_for):
    assert is_restarting(error) is waited_for


def test_a_database_that_stays_away_is_waited_for_once(monkeypatch):
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(base, "patience", Patience())
    away = connection.copy()
    away.settings_dict = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": "1"}
    took = []

    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(OperationalError), away.wrap_database_errors:
            away.get_new_connection(away.get_connection_params())
        took.append(time.monotonic() - began)

    assert took[0] >= 0.5
    assert took[1] < 0.4
