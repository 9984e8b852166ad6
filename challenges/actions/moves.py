"""Moving a challenge through its states: publish, close, reopen, extend, withdraw."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.actions.briefs import in_words, locked, recorded
from challenges.actions.refusals import ChallengeRefused, NotReady
from challenges.choices import MOVES, Status
from challenges.models import Challenge
from challenges.profiles import completeness
from challenges.signals import challenge_changed, challenge_closed, challenge_published
from challenges.wording import day_in


def _guard_move(challenge: Challenge, target: Status, sentence: str) -> None:
    if (challenge.status, target) not in MOVES:
        raise ChallengeRefused(sentence % {"status": str(challenge.get_status_display()).lower()})


@transaction.atomic
def publish(*, challenge: Challenge, by: User | None) -> Challenge:
    """Open a draft to applications. Refuses with the list of what is missing (NotReady)."""
    current = locked(challenge)
    if current.status != Status.DRAFT:
        raise ChallengeRefused(
            _("Only a draft can be published; this challenge is %(status)s.")
            % {"status": str(current.get_status_display()).lower()}
        )
    missing = list(completeness(current).required)
    if current.deadline and current.deadline <= timezone.now():
        missing.append("deadline_ahead")
    if missing:
        raise NotReady(_("Before publishing, add: %s.") % in_words(missing), missing)
    current.status = Status.OPEN
    current.published_at = timezone.now()
    with recorded("publish", by):
        current.save(update_fields=["status", "published_at", "updated_at"])
    challenge_published.send(sender=Challenge, challenge_ids=[current.pk])
    return current


@transaction.atomic
def close(*, challenge: Challenge, by: User | None) -> Challenge:
    """Stop taking applications. The clock (`by=None`) closes only what is past its deadline."""
    current = locked(challenge)
    _guard_move(
        current, Status.CLOSED, _("Only an open challenge can be closed; this one is %(status)s.")
    )
    if by is None and current.deadline and current.deadline >= timezone.now():
        raise ChallengeRefused(_("The deadline has not passed yet."))
    current.status = Status.CLOSED
    current.closed_at = timezone.now()
    with recorded("close", by):
        current.save(update_fields=["status", "closed_at", "updated_at"])
    challenge_closed.send(sender=Challenge, challenge_ids=[current.pk], reason="closed")
    return current


@transaction.atomic
def close_due(*, by: None = None) -> list[int]:
    """Close every challenge whose deadline has passed; rows another worker holds are left to it."""
    due = list(
        Challenge.objects.due().select_for_update(skip_locked=True, no_key=True, of=("self",))
    )
    with recorded("close", by):
        for challenge in due:
            challenge.status = Status.CLOSED
            challenge.closed_at = timezone.now()
            challenge.save(update_fields=["status", "closed_at", "updated_at"])
    ids = [challenge.pk for challenge in due]
    if ids:
        challenge_closed.send(sender=Challenge, challenge_ids=ids, reason="closed")
    return ids


@transaction.atomic
def reopen(*, challenge: Challenge, deadline: datetime | None = None, by: User | None) -> Challenge:
    """Take applications again, with a new deadline where one is given."""
    current = locked(challenge)
    if current.status == Status.DRAFT:
        raise ChallengeRefused(_("This challenge is a draft; publish it instead."))
    _guard_move(
        current,
        Status.OPEN,
        _("Only a closed challenge can be reopened; this one is %(status)s."),
    )
    current.deadline = deadline or current.deadline
    if current.deadline is None or current.deadline <= timezone.now():
        raise ChallengeRefused(_still_past(current))
    current.status = Status.OPEN
    current.closed_at = None
    with recorded("reopen", by):
        current.save(update_fields=["status", "deadline", "closed_at", "updated_at"])
    challenge_changed.send(sender=Challenge, challenge_ids=[current.pk], reason="reopened")
    return current


def _still_past(challenge: Challenge) -> str:
    closed = challenge.closed_at or challenge.deadline
    if closed is None:
        return _("Give a deadline in the future.")
    return _("This challenge closed on %(day)s; extend the deadline before reopening it.") % {
        "day": day_in(closed, challenge.time_zone)
    }


@transaction.atomic
def extend(*, challenge: Challenge, deadline: datetime, by: User | None) -> Challenge:
    """Move the deadline of an open or closed challenge later. A closed one stays closed."""
    current = locked(challenge)
    if current.status not in (Status.OPEN, Status.CLOSED) or current.deadline is None:
        raise ChallengeRefused(
            _("Only the deadline of an open or closed challenge can be extended.")
        )
    if deadline <= timezone.now():
        raise ChallengeRefused(_("The new deadline has already passed; choose a later one."))
    if deadline <= current.deadline:
        raise ChallengeRefused(
            _("The deadline is %(day)s already; an extension must end later than that.")
            % {"day": day_in(current.deadline, current.time_zone)}
        )
    current.deadline = deadline
    with recorded("extend", by):
        current.save(update_fields=["deadline", "updated_at"])
    if current.status == Status.OPEN:
        challenge_changed.send(sender=Challenge, challenge_ids=[current.pk], reason="extended")
    return current


@transaction.atomic
def withdraw(*, challenge: Challenge, reason: str, by: User | None) -> Challenge:
    """Take a draft or a closed challenge back for good; the public sees it no more."""
    current = locked(challenge)
    if current.status == Status.OPEN:
        raise ChallengeRefused(_("This challenge is open; close it before withdrawing it."))
    _guard_move(
        current,
        Status.WITHDRAWN,
        _("Only a draft or closed challenge can be withdrawn; this one is %(status)s."),
    )
    if not reason.strip():
        raise ChallengeRefused(_("Say why, in one sentence; it is kept with the challenge."))
    current.status = Status.WITHDRAWN
    current.withdrawn_reason = reason.strip()[:400]
    with recorded("withdraw", by):
        current.save(update_fields=["status", "withdrawn_reason", "updated_at"])
    challenge_closed.send(sender=Challenge, challenge_ids=[current.pk], reason="withdrawn")
    return current


@transaction.atomic
def backdate(
    *,
    challenge: Challenge,
    published_at: datetime,
    deadline: datetime | None = None,
    closed_at: datetime | None = None,
    by: User | None,
) -> Challenge:
    """Give a demonstration challenge the dates of its story; the state stays. Announces nothing."""
    current = locked(challenge)
    if not current.is_demonstration:
        raise ChallengeRefused(_("Only demonstration challenges can be given other dates."))
    if current.status == Status.OPEN and deadline and deadline <= timezone.now():
        raise ChallengeRefused(_("This challenge is open; close it before giving it past dates."))
    current.published_at = published_at
    current.deadline = deadline or current.deadline
    current.closed_at = closed_at or current.closed_at
    with recorded("backdate", by):
        current.save(update_fields=["published_at", "deadline", "closed_at", "updated_at"])
    return current
