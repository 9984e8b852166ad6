"""The one place that says what a status is called and which tone it has."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class Status(NamedTuple):
    label: str | Promise
    tone: str


QUIET, INFO, GOOD, BUSY, WARN, BAD = "neutral", "info", "success", "violet", "warning", "danger"

STATUSES: dict[str, dict[str, Status]] = {
    "challenge": {
        "draft": Status(pgettext_lazy("challenge", "Draft"), QUIET),
        "open": Status(pgettext_lazy("challenge", "Open"), GOOD),
        "closed": Status(pgettext_lazy("challenge", "Closed"), WARN),
        "decided": Status(pgettext_lazy("challenge", "Decided"), INFO),
        "archived": Status(pgettext_lazy("challenge", "Archived"), QUIET),
        "withdrawn": Status(pgettext_lazy("challenge", "Withdrawn"), BAD),
    },
    "invitation": {
        "proposed": Status(pgettext_lazy("invitation", "Proposed"), QUIET),
        "held": Status(pgettext_lazy("invitation", "In the next letter"), BUSY),
        "queued": Status(pgettext_lazy("invitation", "In the post"), BUSY),
        "sent": Status(pgettext_lazy("invitation", "Sent"), INFO),
        "interested": Status(pgettext_lazy("invitation", "Interested"), GOOD),
        "later": Status(pgettext_lazy("invitation", "Not now"), BUSY),
        "declined": Status(pgettext_lazy("invitation", "Declined"), BAD),
        "expired": Status(pgettext_lazy("invitation", "Expired"), WARN),
        "withdrawn": Status(pgettext_lazy("invitation", "Withdrawn"), QUIET),
        "refused": Status(pgettext_lazy("invitation", "Not sent"), WARN),
        "relayed": Status(pgettext_lazy("invitation", "To be passed on"), BUSY),
    },
    # The same as the company reads it that was invited.
    "received": {
        "proposed": Status(pgettext_lazy("invitation", "Proposed"), QUIET),
        "held": Status(pgettext_lazy("invitation", "In the next letter"), BUSY),
        "queued": Status(pgettext_lazy("received", "Waits for your answer"), INFO),
        "sent": Status(pgettext_lazy("received", "Waits for your answer"), INFO),
        "interested": Status(pgettext_lazy("received", "You are interested"), GOOD),
        "later": Status(pgettext_lazy("received", "You said: not now"), BUSY),
        "declined": Status(pgettext_lazy("received", "You declined"), QUIET),
        "expired": Status(pgettext_lazy("received", "Closed"), QUIET),
        "withdrawn": Status(pgettext_lazy("received", "Taken back"), QUIET),
        "refused": Status(pgettext_lazy("invitation", "Not sent"), WARN),
        "relayed": Status(pgettext_lazy("received", "Waits for your answer"), INFO),
    },
    "application": {
        "draft": Status(pgettext_lazy("application", "Draft"), QUIET),
        "submitted": Status(pgettext_lazy("application", "Submitted"), INFO),
        "shortlisted": Status(pgettext_lazy("application", "On the shortlist"), BUSY),
        "selected": Status(pgettext_lazy("application", "Chosen for a pilot"), GOOD),
        "reserve": Status(pgettext_lazy("application", "Reserve"), WARN),
        "declined": Status(pgettext_lazy("application", "Declined"), BAD),
        "withdrawn": Status(pgettext_lazy("application", "Withdrawn"), QUIET),
    },
    "letter": {
        "queued": Status(pgettext_lazy("letter", "Waiting"), QUIET),
        "claimed": Status(pgettext_lazy("letter", "Taken up"), BUSY),
        "sending": Status(pgettext_lazy("letter", "Being sent"), BUSY),
        "sent": Status(pgettext_lazy("letter", "Sent"), GOOD),
        "failed": Status(pgettext_lazy("letter", "Failed"), BAD),
        "in_doubt": Status(pgettext_lazy("letter", "In doubt"), WARN),
        "bounced": Status(pgettext_lazy("letter", "Came back"), BAD),
        "complained": Status(pgettext_lazy("letter", "Reported as unwanted"), BAD),
        "cancelled": Status(pgettext_lazy("letter", "Cancelled"), QUIET),
    },
    "contest": {
        "open": Status(pgettext_lazy("contest", "Open"), BUSY),
        "accepted": Status(pgettext_lazy("contest", "Accepted"), GOOD),
        "refused": Status(pgettext_lazy("contest", "Refused"), WARN),
        "withdrawn": Status(pgettext_lazy("contest", "Withdrawn"), QUIET),
    },
    "match_run": {
        "queued": Status(pgettext_lazy("match run", "Waiting"), QUIET),
        "running": Status(pgettext_lazy("match run", "Running"), BUSY),
        "done": Status(pgettext_lazy("match run", "Done"), GOOD),
        "failed": Status(pgettext_lazy("match run", "Failed"), BAD),
    },
}


def status_of(noun: str, value: str) -> Status:
    """Raises KeyError for a status nobody declared, so that a new one cannot stay nameless."""
    return STATUSES[noun][value]
