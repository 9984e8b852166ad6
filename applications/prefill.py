"""What a new application already says, taken from the company's profile."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from challenges.choices import Priority
from challenges.models import Challenge
from companies.models import Company, Reference, Solution
from taxonomy.languages import LANGUAGE_BY_CODE

PITCH_LENGTH = 240
REFERENCES = 5


def prefilled(*, challenge: Challenge, company: Company, person: User | None) -> dict[str, Any]:
    """Answers by field name. The company's own words, framed in the reader's language."""
    solution = best_solution(challenge, company.solutions.all())
    return {
        "solution_id": solution.pk if solution else None,
        "pitch": _pitch(company, solution),
        "approach": _approach(company, solution),
        "evidence": _evidence(company.references.all()[:REFERENCES]),
        "team": _team(company),
        "contact_name": person.name if person else "",
        "contact_email": (person.email if person else "") or company.email,
    }


def best_solution(challenge: Challenge, solutions: Iterable[Solution]) -> Solution | None:
    """The one that meets most of what is asked; must-haves count double, then the TRL range."""
    asked = dict(challenge.requirements.values_list("capability", "priority"))

    def worth(solution: Solution) -> tuple[int, bool, int]:
        met = [asked[code] for code in solution.capabilities if code in asked]
        points = sum(2 if priority == Priority.MUST else 1 for priority in met)
        return points, _in_range(challenge, solution.trl), -solution.pk

    return max(solutions, key=worth, default=None)


def _in_range(challenge: Challenge, trl: int | None) -> bool:
    if trl is None:
        return False
    return (challenge.trl_min or 1) <= trl <= (challenge.trl_max or 9)


def _pitch(company: Company, solution: Solution | None) -> str:
    words = company.summary
    if solution and solution.name not in words:
        words = f"{solution.name}: {words}" if words else solution.name
    return Truncator(words).chars(PITCH_LENGTH)


def _approach(company: Company, solution: Solution | None) -> str:
    if solution and solution.description:
        return f"{solution.name}\n\n{solution.description}"
    return company.description


def _evidence(references: Iterable[Reference]) -> str:
    return "\n\n".join(_reference(reference) for reference in references)


def _reference(reference: Reference) -> str:
    where = ", ".join(str(part) for part in (reference.place, reference.year) if part)
    heading = f"{reference.title} ({where})" if where else reference.title
    return f"{heading}\n{reference.description}" if reference.description else heading


def _team(company: Company) -> str:
    return "\n".join(line for line in (_people(company), _languages(company)) if line)


def _people(company: Company) -> str:
    if company.staff is None:
        return ""
    people = ngettext("%(count)s person", "%(count)s people", company.staff) % {
        "count": company.staff
    }
    if not company.city:
        return people
    return _("%(people)s in %(city)s") % {"people": people, "city": company.city}


def _languages(company: Company) -> str:
    spoken = [str(LANGUAGE_BY_CODE[code]) for code in company.languages_of_work]
    return _("We work in: %(languages)s") % {"languages": ", ".join(spoken)} if spoken else ""
