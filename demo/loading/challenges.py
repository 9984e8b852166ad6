"""Challenges in every state: written, published and scored, each by its verb."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from challenges.actions import create_draft, publish, set_requirements, update_brief
from challenges.actions.briefs import BRIEF_FIELDS
from challenges.deadlines import deadline_from_local
from challenges.models import Challenge
from clusters.choices import MemberRole
from demo.reading import Entry, entries
from labs.models import LivingLab
from matching.actions import request_runs, score_challenge
from matching.models import MatchRun

LAST_MINUTE = time(23, 59)
FAR = timedelta(days=30)


def load_challenges(labs: dict[str, LivingLab]) -> dict[str, tuple[Entry, Challenge]]:
    """Entry and challenge by slug: drafts stay drafts, all others are open and scored.

    A finished story is opened with a deadline ahead; its real dates follow when it has been told.
    """
    found = {}
    for entry in entries("challenges.toml", "challenge"):
        challenge = _written(entry, labs[entry["lab"]])
        if entry["state"] != "draft":
            challenge = publish(challenge=challenge, by=manager_of(challenge))
            _score(challenge)
        found[entry["slug"]] = (entry, challenge)
    return found


def manager_of(challenge: Challenge) -> User | None:
    """Somebody who may have done it."""
    rows = challenge.lab.cluster.memberships.filter(role=MemberRole.MANAGER)
    membership = rows.select_related("user").order_by("pk").first()
    return membership.user if membership else None


def _written(entry: Entry, lab: LivingLab) -> Challenge:
    challenge = create_draft(
        lab=lab,
        title=entry["title"],
        language=entry["language"],
        slug=entry["slug"],
        is_demonstration=True,
        by=None,
    )
    changes = {name: entry[name] for name in BRIEF_FIELDS if name in entry}
    changes["deadline"] = deadline_of(entry, first=True)
    changes["decision_on"] = _day(entry, "decision", "decision_in_days")
    changes["pilot_starts_on"] = _day(entry, "pilot_start", "pilot_start_in_days")
    challenge = update_brief(challenge=challenge, changes=changes, by=None)
    return set_requirements(
        challenge=challenge, must=entry["must_have"], nice=entry["nice_to_have"], by=None
    )


def deadline_of(entry: Entry, *, first: bool = False) -> datetime:
    """The deadline of the story; `first`: the one it is published with, which lies ahead."""
    if "deadline" in entry:
        local = entry["deadline"]
        real = deadline_from_local(day=local.date(), minute=local.time(), zone=entry["time_zone"])
    else:
        today = timezone.now().astimezone(ZoneInfo(entry["time_zone"])).date()
        days = entry["deadline_in_days"] - (entry.get("extended_by_days", 0) if first else 0)
        day = today + timedelta(days=days)
        real = deadline_from_local(day=day, minute=LAST_MINUTE, zone=entry["time_zone"])
    if first and real <= timezone.now():
        return timezone.now() + FAR
    return real


def published_of(entry: Entry) -> datetime:
    """When the story says that it was published."""
    if "published" in entry:
        return datetime.combine(entry["published"], time(9), tzinfo=UTC)
    return timezone.now() - timedelta(days=entry.get("published_days_ago", 0))


def _day(entry: Entry, real: str, relative: str) -> date | None:
    if real in entry:
        return entry[real]
    if relative in entry:
        return timezone.localdate() + timedelta(days=entry[relative])
    return None


def _score(challenge: Challenge) -> None:
    for run_id in request_runs(challenge_ids=[challenge.pk]):
        score_challenge(run=MatchRun.objects.get(pk=run_id))
