"""How an invitation is told: whom it names, and its reasons as sentences."""

from django.utils import translation

from companies.models import Company
from invitations.models import Invitation
from matching.scoring import Finding
from matching.showing import unnamed
from matching.wording import sentence


def name_for(company: Company, *, is_named: bool, language: str) -> str:
    """The company's name, or "A company of" its cluster organisation."""
    if is_named:
        return company.name
    membership = company.cluster_memberships.select_related("cluster").order_by("pk").first()
    with translation.override(language):
        return unnamed(membership.cluster.name if membership else "")


def reasons_in(invitation: Invitation, language: str, *, anonymous: bool = False) -> list[str]:
    """The top reasons as sentences in a language."""
    findings = [Finding.from_data(entry) for entry in invitation.reasons]
    with translation.override(language):
        return [sentence(finding.reason, anonymous=anonymous) for finding in findings]
