"""How an invitation is told: its reasons as sentences."""

from django.utils import translation

from invitations.models import Invitation
from matching.scoring import Finding
from matching.wording import sentence


def reasons_in(invitation: Invitation, language: str, *, anonymous: bool = False) -> list[str]:
    """The top reasons as sentences in a language."""
    findings = [Finding.from_data(entry) for entry in invitation.reasons]
    with translation.override(language):
        return [sentence(finding.reason, anonymous=anonymous) for finding in findings]
