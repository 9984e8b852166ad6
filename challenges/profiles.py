"""From a challenge's rows to what pure code reads."""

from challenges.choices import Priority
from challenges.completeness import Completeness, completeness_of
from challenges.models import Challenge


def stated_in(challenge: Challenge) -> dict[str, bool]:
    """Which parts of the brief are there."""
    priorities = {row.priority for row in challenge.requirements.all()}
    return {
        "title": bool(challenge.title.strip()),
        "question": bool(challenge.question.strip()),
        "themes": bool(challenge.themes),
        "need": bool(challenge.need.strip()),
        "practice_today": bool(challenge.practice_today.strip()),
        "wanted_outcome": bool(challenge.wanted_outcome.strip()),
        "success_criteria": bool(challenge.success_criteria.strip()),
        "out_of_scope": bool(challenge.out_of_scope.strip()),
        "must_have": Priority.MUST in priorities,
        "nice_to_have": Priority.NICE in priorities,
        "site_access": bool(challenge.site_access.strip()),
        "trl": challenge.trl_min is not None or challenge.trl_max is not None,
        "languages_of_work": bool(challenge.languages_of_work),
        "offer_kind": bool(challenge.offer_kind),
        "budget": challenge.budget_min is not None or challenge.budget_max is not None,
        "pilot_weeks": challenge.pilot_weeks is not None,
        "deadline": challenge.deadline is not None,
    }


def completeness(challenge: Challenge) -> Completeness:
    return completeness_of(stated_in(challenge))
