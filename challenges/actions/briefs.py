"""Writing a brief: create, edit, set requirements, copy."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from slugify import slugify

from accounts.models import User
from challenges.actions.refusals import ChallengeRefused, ChangedMeanwhile, NotReady
from challenges.choices import Priority, Status
from challenges.models import Challenge, Requirement
from challenges.profiles import completeness
from challenges.signals import challenge_changed
from challenges.wording import PARTS
from labs.models import LivingLab
from taxonomy.capabilities import CAPABILITY_BY_CODE

MATCHED_FIELDS = frozenset(
    {
        "title",
        "question",
        "language",
        "themes",
        "need",
        "practice_today",
        "wanted_outcome",
        "success_criteria",
        "out_of_scope",
        "site_access",
        "trl_min",
        "trl_max",
        "trl_is_must",
        "countries",
        "size_classes",
        "languages_of_work",
        "needs_presence",
    }
)
OFFER_FIELDS = frozenset(
    {"offer_kind", "budget_min", "budget_max", "in_kind", "pilot_weeks", "follow_on"}
)
POLICY_FIELDS = frozenset({"policy", "threshold", "minimum", "maximum", "remind_after"})
DATE_FIELDS = frozenset({"deadline", "time_zone"})
LATER_FIELDS = frozenset({"decision_on", "pilot_starts_on"})
BRIEF_FIELDS = MATCHED_FIELDS | OFFER_FIELDS | POLICY_FIELDS | DATE_FIELDS | LATER_FIELDS

REQUIREMENTS = "requirements"
EDITABLE: dict[str, frozenset[str]] = {
    Status.DRAFT: BRIEF_FIELDS | {REQUIREMENTS},
    Status.OPEN: (BRIEF_FIELDS | {REQUIREMENTS}) - DATE_FIELDS,
    Status.CLOSED: LATER_FIELDS,
}


def can_edit(challenge: Challenge, parts: Iterable[str]) -> bool:
    """Whether these parts of the brief may be edited in the challenge's state."""
    return set(parts) <= EDITABLE.get(challenge.status, frozenset())


def locked(challenge: Challenge) -> Challenge:
    """The row as it is now, held until the transaction ends; rows that name it may come and go."""
    rows = Challenge.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("lab__cluster").get(pk=challenge.pk)


@contextmanager
def recorded(verb: str, by: User | None) -> Iterator[None]:
    """The history keeps the verb and who called it; nobody means the clock."""
    with pghistory.context(verb=verb, user=by.pk if by else None):
        yield


def fingerprint(challenge: Challenge, parts: Iterable[str]) -> str:
    """What these parts hold, in 16 letters; `requirements` may stand among the fields."""
    held = {part: _held(challenge, part) for part in sorted(parts)}
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]


def _held(challenge: Challenge, part: str) -> Any:
    if part == REQUIREMENTS:
        return sorted(challenge.requirements.values_list("capability", "priority"))
    return getattr(challenge, part)


@transaction.atomic
def create_draft(
    *,
    lab: LivingLab,
    title: str,
    language: str | None = None,
    slug: str = "",
    is_demonstration: bool = False,
    by: User | None,
) -> Challenge:
    """A new draft in `lab`; `slug` only where the address is already known elsewhere."""
    if not title.strip():
        raise ChallengeRefused(_("Give the challenge a title."))
    with recorded("create", by):
        return Challenge.objects.create(
            lab=lab,
            title=title.strip(),
            slug=_free_slug(slug or title),
            language=language or lab.language,
            is_demonstration=is_demonstration,
            created_by=by,
        )


def _free_slug(text: str) -> str:
    base = slugify(text, max_length=90, word_boundary=True) or "challenge"
    taken = set(Challenge.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken and slug not in RESERVED_SLUGS)


# Addresses of pages beside the challenges', here and among the matches.
RESERVED_SLUGS = frozenset({"new", "mine", "preview", "markdown", "quality"})


@transaction.atomic
def update_brief(
    *,
    challenge: Challenge,
    changes: Mapping[str, Any],
    seen: str | None = None,
    by: User | None,
) -> Challenge:
    """Save parts of the brief. Nothing happens when nothing differs.

    `seen` is the fingerprint of these parts as the editor last saw them; when they differ by now,
    ChangedMeanwhile. Announces only for an open challenge: reason "brief" when something that
    matching reads changed, "policy" when how invitations leave changed.
    """
    current = locked(challenge)
    _guard_editable(current, changes)
    changed = {name for name, value in changes.items() if getattr(current, name) != value}
    if not changed:
        return current
    if seen is not None and seen != fingerprint(current, changes):
        raise ChangedMeanwhile(_("Somebody else saved this step since you opened it."))
    for name in changed:
        setattr(current, name, changes[name])
    current.clean_parts(changed)
    _guard_ranges(current)
    current.revision += 1
    current.save(update_fields=[*changed, "revision", "updated_at"])
    _guard_still_whole(current)
    _announce(current, changed)
    return current


def _guard_editable(challenge: Challenge, parts: Collection[str]) -> None:
    unknown = set(parts) - EDITABLE[Status.DRAFT]
    if unknown:
        raise ValueError(f"not a part of the brief: {sorted(unknown)}")
    if can_edit(challenge, parts):
        return
    if challenge.status == Status.OPEN:
        raise ChallengeRefused(_("This challenge is open; move its deadline with “Extend”."))
    raise ChallengeRefused(
        _("This challenge is %(status)s; its brief cannot be edited now.")
        % {"status": str(challenge.get_status_display()).lower()}
    )


def _guard_ranges(challenge: Challenge) -> None:
    if _reversed(challenge.trl_min, challenge.trl_max):
        raise ChallengeRefused(_("The lowest TRL is higher than the highest."))
    if _reversed(challenge.budget_min, challenge.budget_max):
        raise ChallengeRefused(_("The lower end of the budget is above its upper end."))
    if challenge.minimum > challenge.maximum:
        raise ChallengeRefused(_("The fewest invitations are more than the most."))


def _reversed(low: int | None, high: int | None) -> bool:
    return low is not None and high is not None and low > high


def _guard_still_whole(challenge: Challenge) -> None:
    """An open brief keeps every part that publishing asked for."""
    if challenge.status != Status.OPEN:
        return
    missing = completeness(challenge).required
    if missing:
        raise NotReady(
            _("This challenge is open, so it must keep: %(parts)s.") % {"parts": in_words(missing)},
            missing,
        )


def in_words(codes: Iterable[str]) -> str:
    return ", ".join(str(PARTS[code]) for code in codes)


def _announce(challenge: Challenge, changed: set[str]) -> None:
    if challenge.status != Status.OPEN:
        return
    for reason, fields in (("brief", MATCHED_FIELDS | {REQUIREMENTS}), ("policy", POLICY_FIELDS)):
        if changed & fields:
            challenge_changed.send(sender=Challenge, challenge_ids=[challenge.pk], reason=reason)


@transaction.atomic
def set_requirements(
    *,
    challenge: Challenge,
    must: Collection[str],
    nice: Collection[str],
    seen: str | None = None,
    by: User | None,
) -> Challenge:
    """The capabilities asked for, by code. Replaces what was there; `seen` as in update_brief."""
    current = locked(challenge)
    _guard_editable(current, [REQUIREMENTS])
    _guard_capabilities(must, nice)
    wanted = dict.fromkeys(nice, Priority.NICE) | dict.fromkeys(must, Priority.MUST)
    present = dict(current.requirements.values_list("capability", "priority"))
    if wanted == present:
        return current
    if seen is not None and seen != fingerprint(current, [REQUIREMENTS]):
        raise ChangedMeanwhile(_("Somebody else saved this step since you opened it."))
    _replace_requirements(current, wanted, present)
    current.revision += 1
    current.save(update_fields=["revision", "updated_at"])
    _guard_still_whole(current)
    _announce(current, {REQUIREMENTS})
    return current


def _guard_capabilities(must: Collection[str], nice: Collection[str]) -> None:
    unknown = (set(must) | set(nice)) - set(CAPABILITY_BY_CODE)
    if unknown:
        raise ValueError(f"not in the shared list: {sorted(unknown)}")
    if set(must) & set(nice):
        raise ChallengeRefused(_("A capability is either a must-have or nice to have, not both."))


def _replace_requirements(
    challenge: Challenge, wanted: dict[str, Any], present: dict[str, str]
) -> None:
    gone = [code for code, priority in present.items() if wanted.get(code) != priority]
    challenge.requirements.filter(capability__in=gone).delete()
    Requirement.objects.bulk_create(
        Requirement(challenge=challenge, capability=code, priority=priority)
        for code, priority in wanted.items()
        if present.get(code) != priority
    )


COPIED_FIELDS = BRIEF_FIELDS - {"title", "deadline"} - LATER_FIELDS


@transaction.atomic
def duplicate(*, challenge: Challenge, by: User | None) -> Challenge:
    """A draft with the same brief, without dates."""
    title = _("%(title)s (copy)") % {"title": challenge.title[:130]}
    copy = create_draft(lab=challenge.lab, title=title, by=by)
    for name in COPIED_FIELDS:
        setattr(copy, name, getattr(challenge, name))
    copy.copied_from = challenge
    copy.is_demonstration = challenge.is_demonstration
    copy.save()
    Requirement.objects.bulk_create(
        Requirement(challenge=copy, capability=row.capability, priority=row.priority)
        for row in challenge.requirements.all()
    )
    return copy
