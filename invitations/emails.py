"""The letters of this room, one function each."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.choices import CompanyRole
from companies.models import Company, CompanyMember
from invitations.models import Invitation
from invitations.tokens import PREVIEW, hash_of
from invitations.wording import reasons_in
from mail.actions import Refusal, queue
from mail.letters import Draft, Passage, compose, own_url
from mail.models import Letter
from mail.models import hash_of as hash_of_address
from matching.wording import exact

LIST = "invitations"


def recipient_of(company: Company) -> str | None:
    """The address on file, else that of the first owner."""
    return addresses_of([company]).get(company.pk)


def addresses_of(companies: Sequence[Company]) -> dict[int, str]:
    """The same for many, by company; those without any are left out."""
    found = {company.pk: company.email for company in companies if company.email}
    lacking = [company.pk for company in companies if not company.email]
    if lacking:
        owners = CompanyMember.objects.filter(company__in=lacking, role=CompanyRole.OWNER)
        found |= dict(owners.order_by("-pk").values_list("company", "user__email"))
    return found


def language_of(company: Company) -> str:
    """What the company chose, or its own language where letters are written in it, or English."""
    wanted = company.letter_language or company.language
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def letter_context(
    invitation: Invitation, *, token: str, asker: User | None, shown_as: str = ""
) -> dict[str, Any]:
    """What the letter says, in the company's language.

    With `shown_as` it reads as somebody may see it who may not know the company's name.
    """
    challenge = invitation.challenge
    language = language_of(invitation.company)
    reasons = reasons_in(invitation, language, anonymous=bool(shown_as))
    told = [entry["tenths"] for entry in invitation.reasons]
    return {
        "company": shown_as or invitation.company.name,
        "asker": asker.name if asker else "",
        "cluster": challenge.lab.cluster.name,
        "sender_name": challenge.lab.cluster.name,
        "lab": challenge.lab.name,
        "city": challenge.lab.city,
        "owner": challenge.lab.owner,
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "score": exact(invitation.total),
        "reasons": [
            {"text": Passage(reason), "points": exact(tenths)}
            for reason, tenths in zip(reasons, told, strict=True)
        ],
        "rest": exact(invitation.total - sum(told)),
        "deadline": deadline_written_out(challenge, language=language),
        "note": Passage(invitation.note),
        "url": own_url(reverse("invitations:answer", args=[token])),
    }


def invite_company(*, invitation: Invitation, token: str, by: User | None) -> Letter | None:
    """Ask a company to look. None when it stopped such letters or has no usable address."""
    company = invitation.company
    letter = queue(
        key=f"invite-company:{invitation.pk}:{invitation.attempt}",
        kind="invite-company",
        to=recipient_of(company) or "",
        name=company.name,
        language=language_of(company),
        context=letter_context(invitation, token=token, asker=by),
        list_name=LIST,
        related=("invitation", invitation.pk),
        reply_to=by.email if by else "",
        by=by,
    )
    return None if isinstance(letter, Refusal) else letter


def collect_for_company(
    *, invitations: Sequence[Invitation], tokens: Sequence[str]
) -> Letter | None:
    """Ask a company to look at several challenges in one letter, in the order given."""
    company = invitations[0].company
    parts = "+".join(f"{row.pk}.{row.attempt}" for row in invitations)
    letter = queue(
        key=f"invite-digest:{company.pk}:{hash_of_address(parts)[:32]}",
        kind="invite-digest",
        to=recipient_of(company) or "",
        name=company.name,
        language=language_of(company),
        context=digest_context(invitations, tokens=tokens),
        list_name=LIST,
        related=("company", company.pk),
    )
    return None if isinstance(letter, Refusal) else letter


def digest_context(invitations: Sequence[Invitation], *, tokens: Sequence[str]) -> dict[str, Any]:
    company = invitations[0].company
    language = language_of(company)
    return {
        "company": company.name,
        "count": len(invitations),
        "invitations": [
            digest_entry(row, token=token, language=language)
            for row, token in zip(invitations, tokens, strict=True)
        ],
    }


def digest_entry(invitation: Invitation, *, token: str, language: str) -> dict[str, Any]:
    """One challenge among several: its best reason only, for the rest is behind its link."""
    challenge = invitation.challenge
    (reason,) = reasons_in(invitation, language)[:1] or [""]
    return {
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "owner": challenge.lab.owner,
        "lab": challenge.lab.name,
        "city": challenge.lab.city,
        "cluster": challenge.lab.cluster.name,
        "score": exact(invitation.total),
        "reason": Passage(reason),
        "note": Passage(invitation.note),
        "deadline": deadline_written_out(challenge, language=language),
        "url": own_url(reverse("invitations:answer", args=[token])),
    }


def remind_company(*, invitation: Invitation, token: str, by: User | None) -> Letter | None:
    """Ask once more a company that has not answered."""
    company, challenge = invitation.company, invitation.challenge
    language = language_of(company)
    letter = queue(
        key=f"invite-reminder:{invitation.pk}:{hash_of(token)[:16]}",
        kind="invite-reminder",
        to=recipient_of(company) or "",
        name=company.name,
        language=language,
        context={
            "company": company.name,
            "sender_name": challenge.lab.cluster.name,
            "lab": challenge.lab.name,
            "city": challenge.lab.city,
            "cluster": challenge.lab.cluster.name,
            "challenge": challenge.title,
            "question": Passage(challenge.question),
            "deadline": deadline_written_out(challenge, language=language),
            "url": own_url(reverse("invitations:answer", args=[token])),
        },
        list_name=LIST,
        related=("invitation", invitation.pk),
        reply_to=by.email if by else "",
        by=by,
    )
    return None if isinstance(letter, Refusal) else letter


def preview(invitation: Invitation, *, asker: User, shown_as: str = "") -> Draft:
    """The letter as the company will get it, with links that lead nowhere."""
    return compose(
        "invite-company",
        language_of(invitation.company),
        letter_context(invitation, token=PREVIEW, asker=asker, shown_as=shown_as),
        list_name=LIST,
        stop_url=own_url(reverse("mail:stop", args=[PREVIEW])),
    )


def news_key(*, event: str, challenge: Challenge, occasion: str, address: str) -> str:
    """The same for every room that tells this news, so that an address reads it once.

    `occasion` is the challenge's `updated_at` when it was announced, as ISO text.
    """
    return f"challenge-{event}:{challenge.pk}:{occasion}:{hash_of_address(address)[:16]}"


def tell_invited(*, invitation: Invitation, event: str, occasion: str) -> None:
    """Tell a company that what it was invited to was extended, reopened, closed or withdrawn."""
    company = invitation.company
    address = recipient_of(company)
    if address is None:
        return
    challenge = invitation.challenge
    queue(
        key=news_key(event=event, challenge=challenge, occasion=occasion, address=address),
        kind=f"challenge-{event}",
        to=address,
        name=company.name,
        language=language_of(company),
        context=news_context(challenge, event=event, language=language_of(company)),
        list_name=LIST,
        related=("invitation", invitation.pk),
    )


def news_context(challenge: Challenge, *, event: str, language: str) -> dict[str, Any]:
    """What the four letters of news say; `url` leads nowhere once a challenge is withdrawn."""
    return {
        "challenge": challenge.title,
        "lab": challenge.lab.name,
        "cluster": challenge.lab.cluster.name,
        "deadline": deadline_written_out(challenge, language=language),
        "reason": Passage(challenge.withdrawn_reason),
        "url": "" if event == "withdrawn" else own_url(challenge.get_absolute_url()),
    }
