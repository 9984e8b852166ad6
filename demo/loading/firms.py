"""The invented companies, what they offer and what they have done."""

from accounts.models import User
from clusters.models import ClusterOrganisation
from companies.actions import (
    confirm_reference,
    register_company,
    save_reference,
    save_solution,
    vouch,
)
from companies.actions.profiles import PROFILE_FIELDS
from companies.choices import Source
from companies.models import Company
from demo.reading import companies

SOLUTION_FIELDS = ("name", "description", "trl", "capabilities", "countries_served")
REFERENCE_FIELDS = ("title", "description", "place", "country", "year", "client_type")


def load_companies(
    organisations: dict[str, ClusterOrganisation], owners: dict[str, User]
) -> dict[str, Company]:
    """Companies by the slug in the files."""
    found = {}
    members: dict[str, list[Company]] = {}
    for entry in companies():
        owner = owners.get(entry["slug"])
        fields = {name: entry[name] for name in PROFILE_FIELDS - {"name"} if name in entry}
        lists = () if owner else [organisations[slug] for slug in entry["clusters"]]
        company = register_company(
            name=entry["name"],
            fields=fields,
            owner=owner,
            source=Source.IMPORTED if lists else Source.REGISTERED,
            listed_by=lists[0] if lists else None,
            is_demonstration=True,
            by=owner,
        )
        for solution in entry.get("solution", []):
            offered = {name: solution[name] for name in SOLUTION_FIELDS if name in solution}
            save_solution(company=company, fields=offered, by=owner)
        for reference in entry.get("reference", []):
            done = {name: reference[name] for name in REFERENCE_FIELDS if name in reference}
            saved = save_reference(company=company, fields=done, by=owner)
            if client := reference.get("confirmed_by"):
                confirm_reference(reference=saved, organisation=organisations[client], by=None)
        for slug in entry["clusters"]:
            members.setdefault(slug, []).append(company)
        found[entry["slug"]] = company
    for slug, vouched in members.items():
        vouch(companies=vouched, cluster=organisations[slug], by=None)
    return found
