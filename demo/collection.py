"""A public collection of companies and briefs, taken in to try the product on real input."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from challenges.actions import create_draft, publish, set_requirements, update_brief
from challenges.choices import OfferKind, Policy
from challenges.models import Challenge
from clusters.actions import create_organisation
from clusters.choices import OrganisationKind
from clusters.models import ClusterOrganisation
from companies.actions import register_companies
from labs.actions import create_lab
from labs.models import LivingLab
from matching.quality.collection import read_lines
from taxonomy.capabilities import CAPABILITIES
from taxonomy.themes import THEMES

# What a collection does not say is filled with the same value everywhere, so that it sways nothing.
NEUTRAL_THEME = THEMES[-1].code
NEUTRAL_CAPABILITY = next(one.code for one in CAPABILITIES if one.theme == NEUTRAL_THEME)
OPEN_FOR = timedelta(days=90)


def is_imported(name: str) -> bool:
    """Whether a collection of this name was taken in before."""
    return ClusterOrganisation.objects.filter(name=organisation_name(name)).exists()


def organisation_name(name: str) -> str:
    return f"Collection {name}"


@transaction.atomic
def import_companies(*, folder: Path, country: str, language: str) -> tuple[LivingLab, int]:
    """One cluster organisation, one lab, and every company as its member."""
    rows = read_lines(folder, "companies.jsonl", "organisations.jsonl")
    organisation = create_organisation(
        fields={
            "name": organisation_name(folder.name),
            "kind": OrganisationKind.CLUSTER,
            "country": country,
        },
        by=None,
    )
    entries = [
        {
            "name": row["name"][:160],
            "description": row["text"],
            "language": language,
            "country": country,
        }
        for row in rows
    ]
    register_companies(entries=entries, cluster=organisation, by=None)
    lab = create_lab(
        cluster=organisation,
        fields={
            "name": organisation_name(folder.name),
            "owner": organisation.name,
            "city": "-",
            "country": country,
            "language": language,
            "themes": [NEUTRAL_THEME],
            "summary": "A public collection, for measuring.",
        },
        by=None,
    )
    return lab, len(entries)


def import_briefs(*, folder: Path, lab: LivingLab, language: str) -> Iterator[Challenge]:
    """Every query as an open challenge, policy by hand: nothing is sent."""
    for row in read_lines(folder, "queries.jsonl"):
        yield _published(row, lab, language)


@transaction.atomic
def _published(row: dict[str, Any], lab: LivingLab, language: str) -> Challenge:
    challenge = create_draft(lab=lab, title=row["title"][:140], language=language, by=None)
    changes = {
        "question": row["title"][:240],
        "themes": [NEUTRAL_THEME],
        "need": row["text"],
        "wanted_outcome": "-",
        "success_criteria": "-",
        "offer_kind": OfferKind.SCOUTING,
        "deadline": timezone.now() + OPEN_FOR,
        "policy": Policy.BY_HAND,
    }
    challenge = update_brief(challenge=challenge, changes=changes, by=None)
    challenge = set_requirements(challenge=challenge, must=[NEUTRAL_CAPABILITY], nice=[], by=None)
    return publish(challenge=challenge, by=None)
