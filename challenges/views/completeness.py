"""The completeness meter as pages show it."""

from typing import Any

from django.urls import reverse

from challenges.models import Challenge
from challenges.profiles import completeness
from challenges.wording import PARTS


def meter(challenge: Challenge) -> dict[str, Any]:
    """Percent and what is missing, each with its words and the address of its step."""
    found = completeness(challenge)
    return {
        "percent": found.percent,
        "ready": not found.required,
        "missing": [
            {
                "label": PARTS[item.code],
                "url": reverse("challenges:edit", args=[challenge.slug, item.step])
                + f"#id_{FIELD_OF.get(item.code, item.code)}",
                "required": item.required,
            }
            for item in found.missing
        ],
    }


FIELD_OF = {
    "must_have": "capabilities",
    "nice_to_have": "capabilities",
    "trl": "trl_min",
    "budget": "budget_min",
    "deadline": "deadline_day",
}
