"""The letters of this room, one function each."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from challenges.emails import answer_context, answer_key
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.choices import CompanyRole
from companies.models import Company, CompanyMember
from invitations.choices import NominationKind
from invitations.models import Invitation, InvitationQuestion, Nomination
from invitations.tokens import PREVIEW
from invitations.wording import ToldReason, told_reasons
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
    """The company's own language where letters are written in it, else English."""
    offered = dict(settings.LANGUAGES)
    return company.language if company.language in offered else settings.LANGUAGE_CODE


def letter_context(
    invitation: Invitation, *, token: str, asker: User | None, shown_as: str = ""
) -> dict[str, Any]:
    """What the letter says, in the company's language.

    With `shown_as` it reads as somebody may see it who may not know the company's name.
    """
    challenge = invitation.challenge
    language = language_of(invitation.company)
    reasons = told_reasons(invitation, language, anonymous=bool(shown_as))
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
        "reasons": [_reason(one) for one in reasons],
        "rest": exact(invitation.total - sum(one.tenths for one in reasons)),
        "brief_language": challenge.language,
        "profile_language": invitation.company.language,
        "deadline": deadline_written_out(challenge, language=language),
        "note": Passage(invitation.note),
        "url": own_url(reverse("invitations:answer", args=[token])),
    }


def _reason(told: ToldReason) -> dict[str, Any]:
    return {
        "text": Passage(told.text),
        "points": exact(told.tenths),
        "asked": Passage(told.words.asked),
        "offered": Passage(told.words.offered),
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


def tell_company_answer(*, asked: InvitationQuestion) -> None:
    """Bring the answer to a company that asked by the link in its letter.

    It asked for this letter, so the lists it stopped do not hold it back.
    """
    company, question = asked.invitation.company, asked.question
    queue(
        key=answer_key(question, "company"),
        kind="question-answered",
        to=recipient_of(company) or "",
        name=company.name,
        language=language_of(company),
        context=answer_context(question, question.answer),
        related=("question", question.pk),
    )


def write_to_nominee(*, nomination: Nomination, by: User | None) -> str:
    """Write to an address that an invited company gave: why nobody is written to, or nothing.

    The letter holds no word that the company typed but the name it is known by.
    """
    invitation = nomination.invitation
    challenge = invitation.challenge
    letter = queue(
        key=f"nominate:{challenge.pk}:{hash_of_address(nomination.email)[:16]}",
        kind="nominate",
        to=nomination.email,
        language=language_of(invitation.company),
        context=nomination_context(nomination),
        list_name=LIST,
        related=("nomination", nomination.pk),
        reply_to=by.email if by else "",
        by=by,
    )
    return str(letter) if isinstance(letter, Refusal) else ""


def nomination_context(nomination: Nomination) -> dict[str, Any]:
    challenge = nomination.invitation.challenge
    company = nomination.invitation.company
    return {
        "company": company.name,
        "cluster": challenge.lab.cluster.name,
        "sender_name": challenge.lab.cluster.name,
        "lab": challenge.lab.name,
        "city": challenge.lab.city,
        "owner": challenge.lab.owner,
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "brief_language": challenge.language,
        "is_colleague": nomination.kind == NominationKind.COLLEAGUE,
        "deadline": deadline_written_out(challenge, language=language_of(company)),
        "url": own_url(challenge.get_absolute_url()),
    }
