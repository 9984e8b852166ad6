"""The letters of this room, one function each."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.choices import CompanyRole
from companies.models import Company
from invitations.models import Invitation
from mail.actions import Refusal, queue
from mail.letters import Passage, own_url
from mail.models import Letter
from matching.scoring import Finding
from matching.wording import points, sentence

LIST = "invitations"


def recipient_of(company: Company) -> str | None:
    """The address on file, else that of the first owner."""
    if company.email:
        return company.email
    owner = company.members.filter(role=CompanyRole.OWNER).select_related("user").first()
    return owner.user.email if owner else None


def language_of(company: Company) -> str:
    """The company's own language where letters are written in it, else English."""
    offered = dict(settings.LANGUAGES)
    return company.language if company.language in offered else settings.LANGUAGE_CODE


def reasons_in(invitation: Invitation, language: str) -> list[str]:
    """The top reasons as sentences in a language."""
    with translation.override(language):
        return [sentence(Finding.from_data(entry).reason) for entry in invitation.reasons]


def letter_context(invitation: Invitation, *, token: str) -> dict[str, Any]:
    """What the letter says, in the company's language; the preview uses the same."""
    challenge = invitation.challenge
    language = language_of(invitation.company)
    with translation.override(language):
        score = points(invitation.total)
    return {
        "company": invitation.company.name,
        "cluster": challenge.lab.cluster.name,
        "lab": challenge.lab.name,
        "city": challenge.lab.city,
        "owner": challenge.lab.owner,
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "score": score,
        "reasons": [Passage(reason) for reason in reasons_in(invitation, language)],
        "deadline": deadline_written_out(challenge, language=language),
        "note": Passage(invitation.note),
        "url": own_url(reverse("invitations:answer", args=[token])),
        "challenge_url": own_url(challenge.get_absolute_url()),
    }


def invite_company(*, invitation: Invitation, token: str, by: User | None) -> Letter | None:
    """Ask a company to look. None when it stopped such letters or has no usable address."""
    company = invitation.company
    letter = queue(
        key=f"invite-company:{invitation.pk}",
        kind="invite-company",
        to=recipient_of(company) or "",
        name=company.name,
        language=language_of(company),
        context=letter_context(invitation, token=token),
        list_name=LIST,
        related=("invitation", invitation.pk),
        reply_to=by.email if by else "",
        by=by,
    )
    return None if isinstance(letter, Refusal) else letter


def tell_invited(*, invitation: Invitation, event: str, context: Mapping[str, Any]) -> None:
    """Tell a company that what it was invited to was extended, reopened, closed or withdrawn."""
    challenge: Challenge = invitation.challenge
    company = invitation.company
    language = language_of(company)
    queue(
        key=f"challenge-{event}:{challenge.pk}:{challenge.revision}:{recipient_of(company)}",
        kind=f"challenge-{event}",
        to=recipient_of(company) or "",
        name=company.name,
        language=language,
        context={
            "challenge": challenge.title,
            "lab": challenge.lab.name,
            "deadline": deadline_written_out(challenge, language=language),
            "challenge_url": own_url(challenge.get_absolute_url()),
            **context,
        },
        list_name=LIST,
        related=("invitation", invitation.pk),
    )
