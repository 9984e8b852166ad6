"""Applications made ready to read: answers with their labels, scores, moments with zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.choices import ANSWERS, Status
from applications.models import Application
from companies.models import Solution
from matching.models import Match
from matching.showing import parts_of


@dataclass(frozen=True)
class Answer:
    """One answer: `is_long` stands in paragraphs of its own."""

    name: str
    label: str
    text: str
    is_long: bool


LONG = {"approach", "evidence", "pilot_plan", "team"}


def answers(application: Application, content: Mapping[str, Any] | None = None) -> list[Answer]:
    """Every answer in the order of the form; of `content` instead where it is given."""
    said = content if content is not None else {n: getattr(application, n) for n in ANSWERS}
    return [
        Answer(
            name, Application.label_of(name), _text(application, name, said.get(name)), name in LONG
        )
        for name in ANSWERS
    ]


def unsent_answers(application: Application) -> list[Answer]:
    """Those that were changed after it was sent, and not sent; an emptied one has no text."""
    changed = application.pending
    return [one for one in answers(application, changed) if one.name in changed]


def _text(application: Application, name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name == "price_eur":
        return _("%(amount)s euros") % {"amount": number_format(value, force_grouping=True)}
    if name == "solution_id":
        return _solution(application, value)
    return str(value)


def _solution(application: Application, pk: int) -> str:
    if application.solution and application.solution.pk == pk:
        return application.solution.name
    found = Solution.objects.filter(pk=pk, company=application.company_id).first()
    return found.name if found else _("a solution that is no longer in the profile")


@dataclass(frozen=True)
class NextStep:
    """A button: `door` names its address, and the form on the page that it belongs to."""

    door: str
    label: str | Promise
    is_back: bool = False


STEPS: dict[str, list[NextStep]] = {
    Status.SUBMITTED: [NextStep("shortlist", gettext_lazy("Put on the shortlist"))],
    Status.SHORTLISTED: [
        NextStep("agree_pilot", gettext_lazy("Agree a pilot")),
        NextStep("take_off_shortlist", gettext_lazy("Take off the shortlist"), is_back=True),
    ],
    Status.SELECTED: [
        NextStep("take_back_pilot", gettext_lazy("Take the pilot back"), is_back=True)
    ],
}


FORWARD = {step.door for steps in STEPS.values() for step in steps if not step.is_back}


def steps_from(status: str, *, is_over: bool) -> list[NextStep]:
    """What a manager may do now: a step back always, forward once the challenge is over."""
    return [step for step in STEPS.get(status, []) if is_over or step.is_back]


@dataclass(frozen=True)
class Arrived:
    """An application as the managers of its challenge see it; without a match it has no score."""

    application: Application
    total: int | None
    parts: list[dict[str, Any]]
    steps: list[NextStep] = field(default_factory=list)


def with_scores(applications: Sequence[Application]) -> list[Arrived]:
    """One query for the scores, however many applications of however many challenges.

    Parts follow in a moment where the worker has not written them yet: a pair that applied is kept.
    """
    pairs = Application.objects.filter(
        pk__in=[one.pk for one in applications],
        challenge=OuterRef("challenge"),
        company=OuterRef("company"),
    )
    matches = list(Match.objects.filter(Exists(pairs)))
    found = {(match.challenge_id, match.company_id): match for match in matches}
    return [_arrived(one, found.get((one.challenge_id, one.company_id))) for one in applications]


def _arrived(application: Application, match: Match | None) -> Arrived:
    if match is None:
        return Arrived(application, None, [])
    return Arrived(application, match.total, parts_of(match.findings))
