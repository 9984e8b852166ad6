"""A deadline as people write it: a day, a minute, a time zone."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from challenges.deadlines import UnusableTime, deadline_from_local
from look.forms import DateInput

LAST_MINUTE = time(23, 59)
ZONE_AREAS = ("Europe/", "Atlantic/")


def zone_choices(present: str = "") -> list[tuple[str, str]]:
    names = {name for name in available_timezones() if name.startswith(ZONE_AREAS)}
    names |= {"UTC", present} - {""}
    return [(name, name.replace("_", " ")) for name in sorted(names)]


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs={"data-width": "s"}, format="%H:%M")


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(label=gettext_lazy("Deadline: day"), widget=DateInput(), **kwargs)


def time_field(**kwargs: Any) -> forms.TimeField:
    return forms.TimeField(
        label=gettext_lazy("Deadline: time"),
        widget=TimeInput(),
        initial=LAST_MINUTE,
        help_text=gettext_lazy("The minute counts to its end: 23:59 means until midnight."),
        **kwargs,
    )


def read_deadline(form: forms.BaseForm, *, day: date | None, minute: time, zone: str) -> Any:
    """The instant, or None with an error on the field that holds it."""
    if day is None:
        return None
    try:
        return deadline_from_local(day=day, minute=minute, zone=zone)
    except UnusableTime as unusable:
        form.add_error("deadline_time", _refusal(unusable.reason) % {"zone": zone})
    return None


def _refusal(reason: str) -> str:
    if reason == "ambiguous":
        return _(
            "That night the clocks in %(zone)s are set back, so this time comes twice. "
            "Choose a time before 02:00 or from 03:00."
        )
    return _(
        "That night the clocks in %(zone)s are set forward, so this time does not exist. "
        "Choose a time before 02:00 or from 03:00."
    )


def is_past(deadline: datetime) -> bool:
    return deadline <= datetime.now(UTC)
