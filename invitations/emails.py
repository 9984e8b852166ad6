"""The letters of this room, one function each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.urls import reverse

from accounts.models import User
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.choices import CompanyRole
from companies.models import Company, CompanyMember
from invitations.models import Invitation
from invitations.tokens import PREVIEW
from invitations.wording import reasons_in
from mail.actions import queue, queue_many
from mail.letters import Draft, Passage, compose, own_url
from mail.models import Letter
from mail.models import hash_of as hash_of_address
from matching.wording import exact

KIND = "invite-company"
LIST = "invitations"

# What `recipient_of` and `language_of` say of one company, for the database to say of many.
ADDRESS = Coalesce(
    NullIf("company__email", Value("")),
    Subquery(
        CompanyMember.objects.filter(company=OuterRef("company"), role=CompanyRole.OWNER)
        .order_by("pk")
        .values("user__email")[:1]
    ),
    Value(""),
)
KEY = Concat(Value(f"{KIND}:"), Cast("pk", CharField()), Value(":"), Cast("attempt", CharField()))
LANGUAGE = Case(
    When(company__language__in=dict(settings.LANGUAGES), then=F("company__language")),
    default=Value(settings.LANGUAGE_CODE),
)


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


def invite_companies(*, invitation_ids: Sequence[int], by: User | None) -> None:
    """Queue the letter of each invitation, unwritten. Who stopped such letters gets none."""
    queue_many(
        kind=KIND,
        recipients=Invitation.objects.filter(pk__one_of=invitation_ids),
        key=Concat(
            Value(f"{KIND}:"), Cast("pk", CharField()), Value(":"), Cast("attempt", CharField())
        ),
        address=ADDRESS,
        name="company__name",
        language=LANGUAGE,
        related_noun="invitation",
        list_name=LIST,
        reply_to=by.email if by else "",
        by=by,
    )


def contexts_of(
    invitations: Sequence[Invitation], *, tokens: Mapping[int, str]
) -> dict[str, dict[str, Any]]:
    """What the letters of many say, by invitation; each must have its company with it."""
    challenges = Challenge.objects.select_related("lab__cluster").defer("search")
    known = challenges.in_bulk({row.challenge_id for row in invitations})
    letters = Letter.objects.filter(pk__in=[row.letter_id for row in invitations])
    askers = {str(one.pk): one.caused_by for one in letters.select_related("caused_by")}
    for row in invitations:
        row.challenge = known[row.challenge_id]
    return {
        str(row.pk): letter_context(row, token=tokens[row.pk], asker=askers[row.letter_id])
        for row in invitations
    }


def preview(invitation: Invitation, *, asker: User, shown_as: str = "") -> Draft:
    """The letter as the company will get it, with links that lead nowhere."""
    return compose(
        KIND,
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
