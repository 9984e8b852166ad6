"""When a letter may leave: within working hours of the recipient, and not too soon after the last.

Bank holidays are those of the whole country: a region's own do not keep a letter back.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

OPENS = time(8)
CLOSES = time(18)
# Longer than any row of closed days there is; beyond it a calendar must be wrong.
MOST_DAYS = 21

# The zone of most people of a country; who lives elsewhere in it is an hour or two off.
ZONES = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FO": "Atlantic/Faroe",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GL": "America/Nuuk",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IS": "Atlantic/Reykjavik",
    "IT": "Europe/Rome",
    "LI": "Europe/Vaduz",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
    "TR": "Europe/Istanbul",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}
ELSEWHERE = "Europe/Brussels"


def leave_at(
    *,
    now: datetime,
    country: str,
    last_letter_at: datetime | None = None,
    pause: timedelta = timedelta(),
) -> datetime:
    """The first moment from now on that is `pause` after the last letter and in working hours."""
    earliest = now if last_letter_at is None else max(now, last_letter_at + pause)
    return next_working_time(earliest, country)


def next_working_time(at: datetime, country: str) -> datetime:
    """The moment itself within working hours, else when they begin the next time."""
    if is_working_time(at, country):
        return at
    zone = zone_of(country)
    local = at.astimezone(zone)
    first = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    days = (first + timedelta(days=number) for number in range(MOST_DAYS))
    day = next((one for one in days if is_working_day(one, country)), first)
    return datetime.combine(day, OPENS, zone).astimezone(at.tzinfo)


def is_working_time(at: datetime, country: str) -> bool:
    local = at.astimezone(zone_of(country))
    return OPENS <= local.time() < CLOSES and is_working_day(local.date(), country)


def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday, or what the country's own week is, without its bank holidays."""
    calendar = _calendar(country)
    return day.weekday() < 5 if calendar is None else bool(calendar.is_working_day(day))


def zone_of(country: str) -> ZoneInfo:
    return ZoneInfo(ZONES.get(country, ELSEWHERE))


@lru_cache(maxsize=300)
def _calendar(country: str) -> holidays.HolidayBase | None:
    """Years are added to a calendar as they are asked for."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None
