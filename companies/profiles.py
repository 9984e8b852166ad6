"""A company's profile as completeness reads it, and its answer in words with links."""

from django.urls import reverse
from django.utils.translation import gettext as _

from companies.completeness import Stated, completeness
from companies.models import Company


def stated(company: Company) -> Stated:
    """Two queries unless solutions and references were fetched."""
    solutions = list(company.solutions.all())
    return Stated(
        summary=bool(company.summary),
        description=bool(company.description),
        themes=bool(company.themes),
        capabilities=len(company.capabilities),
        countries_served=bool(company.countries_served),
        languages_of_work=bool(company.languages_of_work),
        staff=company.staff is not None,
        place=bool(company.city and company.country),
        contact=bool(company.email),
        solutions=len(solutions),
        solutions_with_trl=sum(solution.trl is not None for solution in solutions),
        references=len(company.references.all()),
    )


def completeness_of(company: Company) -> tuple[int, list[dict[str, str]]]:
    """Percent, and what is missing as label and url."""
    found = completeness(stated(company))
    return found.percent, [_offer(company, code) for code in found.missing]


def _offer(company: Company, code: str) -> dict[str, str]:
    label, section = {
        "capabilities": (_("Capabilities"), "offer"),
        "solution": (_("A solution you offer"), ""),
        "description": (_("A description of what you do"), "offer"),
        "themes": (_("Themes"), "offer"),
        "trl": (_("How ready your solutions are (TRL)"), ""),
        "reference": (_("Something you have done"), ""),
        "summary": (_("What you do, in one sentence"), "offer"),
        "countries_served": (_("Countries you serve"), "offer"),
        "languages_of_work": (_("Languages you work in"), "offer"),
        "staff": (_("Number of people"), "size"),
        "place": (_("City and country"), "basics"),
        "contact": (_("An e-mail address for invitations"), "basics"),
    }[code]
    return {"label": label, "url": _url(company, code, section)}


def _url(company: Company, code: str, section: str) -> str:
    if section:
        return reverse("companies:edit", args=[company.slug, section])
    if code == "solution":
        return reverse("companies:solution_add", args=[company.slug])
    if code == "reference":
        return reverse("companies:reference_add", args=[company.slug])
    unready = next((one for one in company.solutions.all() if one.trl is None), None)
    if unready is None:
        return reverse("companies:solution_add", args=[company.slug])
    return reverse("companies:solution_edit", args=[company.slug, unready.pk])
