from datetime import UTC, date, datetime, time

import pytest

from challenges.deadlines import UnusableTime, deadline_from_local, local_of

COPENHAGEN = "Europe/Copenhagen"


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2026, 10, 24), datetime(2026, 10, 24, 21, 59, 59, 999999, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, 999999, tzinfo=UTC)),
    ],
    ids=["summer time", "winter time"],
)
def test_last_minute_of_the_day_counts_whole_in_both_times_of_the_year(day, expected):
    deadline = deadline_from_local(day=day, minute=time(23, 59), zone=COPENHAGEN)

    assert deadline == expected


@pytest.mark.parametrize(
    "day, reason",
    [(date(2026, 10, 25), "ambiguous"), (date(2027, 3, 28), "nonexistent")],
)
def test_half_past_two_is_refused_when_clocks_change(day, reason):
    with pytest.raises(UnusableTime) as refused:
        deadline_from_local(day=day, minute=time(2, 30), zone=COPENHAGEN)

    assert refused.value.reason == reason


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland", COPENHAGEN])
def test_what_was_entered_comes_back(zone):
    deadline = deadline_from_local(day=date(2026, 12, 4), minute=time(12, 0), zone=zone)

    assert local_of(deadline, zone) == (date(2026, 12, 4), time(12, 0))
