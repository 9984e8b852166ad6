from datetime import UTC, datetime, timedelta

import pytest

from look.europe import point
from look.marks import initials_of, mark_of
from look.markup import clock, deadline, moment, relative

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=12, hours=3), "in 12 days"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(hours=5), "in 5 hours"),
        (timedelta(minutes=2), "in 2 minutes"),
        (timedelta(seconds=-90), "1 minute ago"),
        (timedelta(days=-3), "3 days ago"),
    ],
)
def test_distance_in_words(left, words):
    assert relative(left) == words


def test_deadline_names_its_time_zone(time_machine):
    time_machine.move_to(NOON, tick=False)

    html = deadline(NOON + timedelta(days=12), zone="Europe/Copenhagen")

    assert "13 December 2026, 13:00 CET" in html
    assert "in 12 days" in html


@pytest.mark.parametrize(
    ("zone", "told"),
    [("", "1 Dec 2026, 13:00 CET"), ("Europe/Helsinki", "1 Dec 2026, 14:00 EET")],
)
def test_a_time_names_its_time_zone(zone, told):
    assert moment(NOON, zone) == told
    assert clock(NOON, zone) == told.partition(", ")[2]
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("days", "state"),
    [(8, "deadline"), (6, "deadline deadline-near"), (-1, "deadline deadline-passed")],
)
def test_deadline_presses_in_its_last_week(time_machine, days, state):
    time_machine.move_to(NOON, tick=False)

    html = deadline(NOON + timedelta(days=days), short=True)

    assert html.startswith(f'<time class="{state}" ')


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Nordlys Robotics ApS", "NR"),
        ("Ørsgård", "ØR"),
        ("Vent & Drift AS", "VD"),
        ("AB", "AB"),
        ("", "?"),
    ],
)
def test_initials_leave_the_legal_form_out(name, initials):
    assert initials_of(name) == initials


def test_mark_does_not_depend_on_how_the_name_is_typed():
    assert mark_of("Nordlys Robotics") == mark_of(" nordlys robotics ")


def test_centre_of_the_projection_is_where_the_outline_expects_it():
    assert point(54, 10) == (448, 496)
