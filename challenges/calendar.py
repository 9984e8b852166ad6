"""A deadline as a calendar file."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from challenges.models import Challenge


def calendar_of(challenge: Challenge) -> bytes:
    """The same event each time, so that a calendar replaces it when the deadline moves."""
    calendar = Calendar()
    calendar.add("prodid", "-//Labmatch//Challenges//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(challenge))
    return calendar.to_ical()


def _event(challenge: Challenge) -> Event:
    address = settings.BASE_URL + challenge.get_absolute_url()
    if challenge.deadline is None:
        raise ValueError("no deadline to put into a calendar")
    event = Event()
    event.add("uid", f"challenge-{challenge.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("summary", _("Deadline: %(title)s") % {"title": challenge.title})
    event.add("description", f"{challenge.question}\n{address}")
    event.add("url", address)
    event.add("dtstamp", challenge.updated_at)
    event.add("last-modified", challenge.updated_at)
    event.add("sequence", int((challenge.updated_at - challenge.created_at).total_seconds()))
    event.add("dtstart", challenge.deadline.replace(second=0, microsecond=0))
    event.add("dtend", challenge.deadline.replace(second=0, microsecond=0))
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(challenge))
    return event


def _reminder(challenge: Challenge) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", challenge.title)
    alarm.add("trigger", timedelta(days=-2))
    return alarm
