"""When letters leave. Pure: no database, no clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invitations.timing import (
    CLOSES,
    OPENS,
    ZONES,
    is_working_day,
    is_working_time,
    leave_at,
    zone_of,
)

MOMENTS = st.integers(0, 8_000_000).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
COUNTRIES = st.sampled_from([*ZONES, "", "XX", "JP", "AE"])


def in_zone(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    "country, zone, asked, leaves",
    [
        ("DK", "Europe/Copenhagen", "2026-11-26T10:15", "2026-11-26T10:15"),
        ("DK", "Europe/Copenhagen", "2026-11-26T07:59", "2026-11-26T08:00"),
        ("DK", "Europe/Copenhagen", "2026-11-26T18:00", "2026-11-27T08:00"),
        # Friday evening, and a Saturday.
        ("DK", "Europe/Copenhagen", "2026-11-27T18:30", "2026-11-30T08:00"),
        ("DK", "Europe/Copenhagen", "2026-11-28T12:00", "2026-11-30T08:00"),
        # Easter: Maundy Thursday is free in Denmark and Norway and not in Sweden.
        ("DK", "Europe/Copenhagen", "2027-03-24T20:00", "2027-03-30T08:00"),
        ("NO", "Europe/Oslo", "2027-03-25T09:00", "2027-03-30T08:00"),
        ("SE", "Europe/Stockholm", "2027-03-25T09:00", "2027-03-25T09:00"),
        # 17 May is Norway's alone, 3 October Germany's, 6 December Finland's.
        ("NO", "Europe/Oslo", "2027-05-17T09:00", "2027-05-18T08:00"),
        ("DK", "Europe/Copenhagen", "2027-05-18T09:00", "2027-05-18T09:00"),
        ("DE", "Europe/Berlin", "2028-10-03T09:00", "2028-10-04T08:00"),
        ("FI", "Europe/Helsinki", "2027-12-06T09:00", "2027-12-07T08:00"),
        # Nobody knows the country: working days of Brussels' clock.
        ("", "Europe/Brussels", "2026-11-28T12:00", "2026-11-30T08:00"),
    ],
)
def test_letters_leave_in_the_working_hours_of_the_country(country, zone, asked, leaves):
    assert leave_at(now=in_zone(asked, zone), country=country) == in_zone(leaves, zone)


def test_the_same_moment_is_work_in_one_country_and_not_in_another():
    seven = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)

    assert is_working_time(seven, "FI")
    assert is_working_time(seven, "DK")
    assert not is_working_time(seven, "GB")


@pytest.mark.parametrize(
    "evening, opens", [("2027-03-26T20:00", "07:00"), ("2027-10-29T20:00", "08:00")]
)
def test_eight_o_clock_stays_eight_o_clock_when_the_clocks_change(evening, opens):
    """In Britain on a Sunday; the Monday after Easter 2027 is free there."""
    found = leave_at(now=in_zone(evening, "Europe/London"), country="GB")

    assert found.astimezone(ZoneInfo("Europe/London")).time() == OPENS
    assert f"{found.astimezone(UTC):%H:%M}" == opens


def test_a_letter_waits_out_the_pause_after_the_last_one():
    last = in_zone("2026-11-26T10:00", "Europe/Copenhagen")

    found = leave_at(
        now=last + timedelta(days=1), country="DK", last_letter_at=last, pause=timedelta(days=7)
    )

    assert found == last + timedelta(days=7)


def test_a_letter_of_long_ago_keeps_none_back():
    now = in_zone("2026-11-26T10:00", "Europe/Copenhagen")

    found = leave_at(
        now=now,
        country="DK",
        last_letter_at=now - timedelta(days=30),
        pause=timedelta(days=7),
    )

    assert found == now


@given(MOMENTS, COUNTRIES)
def test_it_is_always_working_time_and_never_in_the_past(now, country):
    found = leave_at(now=now, country=country)

    local = found.astimezone(zone_of(country))
    assert found >= now
    assert OPENS <= local.time() < CLOSES
    assert is_working_day(local.date(), country)


@given(MOMENTS, COUNTRIES)
def test_no_letter_waits_longer_than_twelve_days_for_work_to_begin(now, country):
    assert leave_at(now=now, country=country) - now <= timedelta(days=12)


@given(MOMENTS, COUNTRIES)
def test_asking_again_at_that_moment_changes_nothing(now, country):
    found = leave_at(now=now, country=country)

    assert leave_at(now=found, country=country) == found


@given(MOMENTS, st.integers(1, 3000), COUNTRIES)
def test_who_asks_later_never_leaves_earlier(now, hours, country):
    later = now + timedelta(hours=hours)

    assert leave_at(now=now, country=country) <= leave_at(now=later, country=country)


@given(MOMENTS, st.integers(0, 20), st.integers(0, 14), COUNTRIES)
def test_the_pause_is_always_kept(last, days_since, days, country):
    pause = timedelta(days=days)

    found = leave_at(
        now=last + timedelta(days=days_since), country=country, last_letter_at=last, pause=pause
    )

    assert found >= last + pause
    assert is_working_time(found, country)


@pytest.mark.parametrize("country", sorted(ZONES))
def test_every_country_of_the_table_has_a_zone_and_a_calendar(country):
    """Christmas Day is free in all of them but Turkey, and Ukraine while it is at war."""
    assert zone_of(country).key == ZONES[country]
    assert is_working_day(date(2026, 12, 25), country) == (country in ("TR", "UA"))
