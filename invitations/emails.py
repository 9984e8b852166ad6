"""The letters of this room, one function each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, DateTimeField, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from challenges.emails import answer_context, answer_key
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.choices import GAVE_THEMSELVES
from companies.contacts import (
    ADDRESS,
    Contact,
    contacts_of,
    language_at,
    language_for,
    with_address,
)
from companies.models import Company, LawfulGround
from invitations.choices import LIST, NominationKind
from invitations.models import Invitation, InvitationQuestion, Nomination, Relay, Reminder
from invitations.tokens import relay_token
from invitations.wording import ToldReason, nominated_by, source_in, told_reasons
from mail.actions import Refusal, queue, queue_many
from mail.letters import Draft, Passage, compose, own_url, token_url, words
from mail.models import Letter, LetterQuerySet, tidy
from mail.models import hash_of as hash_of_address
from mail.tokens import PREVIEW
from matching.wording import exact

KIND = "invite-company"
DIGEST = "invite-digest"
REMINDER = "invite-reminder"

KEY = Concat(Value(f"{KIND}:"), Cast("pk", CharField()), Value(":"), Cast("attempt", CharField()))


def contact_of(company: Company) -> Contact:
    return contacts_of([company.pk])[company.pk]


def recipient_of(company: Company) -> str | None:
    """Where its letters go, if anywhere."""
    return contact_of(company).address or None


def language_of(company: Company) -> str:
    """In which its letters are written."""
    return contact_of(company).language


def sources_of(
    invitations: Collection[Invitation], *, contacts: Mapping[int, Contact]
) -> dict[int, str]:
    """By company: where its address came from, where a first letter must say so (GDPR Art. 14).

    Left out are those that gave it themselves and those whose letters went to this very address
    before: another address has another reader. Two queries for all; `contacts` says by company
    where the letter goes and in which language.
    """
    companies = {row.company_id for row in invitations}
    written = Invitation.objects.written().filter(company__in=companies)
    others = written.exclude(pk__in=[row.pk for row in invitations if row.pk])
    readers = others.recipients()
    told = {pk for pk in companies if (pk, tidy(contacts[pk].address)) in readers}
    origins = LawfulGround.objects.origins(companies).select_related("cluster")
    entries = {entry.company_id: entry for entry in origins}
    return {
        pk: source_in(entries.get(pk), contacts[pk].language)
        for pk in companies
        if pk not in told and not (pk in entries and entries[pk].kind in GAVE_THEMSELVES)
    }


def letter_context(
    invitation: Invitation,
    *,
    token: str,
    language: str,
    asker: User | None,
    shown_as: str = "",
    source: str = "",
    sender: str = "",
) -> dict[str, Any]:
    """What the letter says.

    With `shown_as` it reads as somebody may see it who may not know the company's name. `source`
    is where the address came from, if that must be said; `sender` who passes the letter on.
    """
    challenge = invitation.challenge
    reasons = told_reasons(invitation, language, anonymous=bool(shown_as))
    return {
        "company": shown_as or invitation.company.name,
        "asker": asker.name if asker else "",
        "cluster": challenge.lab.cluster.name,
        "sender_name": sender or challenge.lab.cluster.name,
        "passed_on_by": sender,
        "source": source,
        "privacy_url": own_url(reverse("dashboard:privacy")),
        "lab": challenge.lab.name,
        "lab_and_town": challenge.lab.name_and_town,
        "owner": challenge.lab.owner,
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "score": exact(invitation.total),
        "reasons": [_reason(one) for one in reasons],
        "rest": _rest(invitation, reasons),
        "brief_language": challenge.language,
        "profile_language": invitation.company.language,
        "deadline": deadline_written_out(challenge, language=language),
        "note": Passage(invitation.note),
        "url": token_url("invitations:answer", token),
    }


def _rest(invitation: Invitation, told: Iterable[ToldReason]) -> Decimal:
    """What the parts that are not told brought, so that those that are add up to the score."""
    return exact(invitation.total - sum(one.tenths for one in told))


def _reason(told: ToldReason) -> dict[str, Any]:
    return {
        "text": Passage(told.text),
        "points": exact(told.tenths),
        "asked": Passage(told.words.asked),
        "offered": Passage(told.words.offered),
    }


def invite_companies(
    *, invitation_ids: Sequence[int], leaves_at: Mapping[str, datetime], by: User | None
) -> None:
    """Queue the letter of each invitation, unwritten. Who stopped such letters gets none.

    `leaves_at` says by country when letters to it may leave.
    """
    queue_many(
        kind=KIND,
        recipients=with_address(
            Invitation.objects.filter(pk__one_of=set(invitation_ids)), "company__"
        ),
        key=KEY,
        address=ADDRESS,
        name="company__name",
        language=language_at("company__"),
        related_noun="invitation",
        list_name=LIST,
        reply_to=by.email if by else "",
        leaves_at=_by_country(leaves_at),
        by=by,
    )


def _by_country(leaves_at: Mapping[str, datetime]) -> Case:
    return Case(
        *(When(company__country=country, then=Value(at)) for country, at in leaves_at.items()),
        output_field=DateTimeField(),
    )


def invite_own_member(*, relay: Relay, token: str, by: User) -> Letter | None:
    """The member's own cluster organisation asks it to look, under its name. None when the company
    stopped such letters or has no usable address.
    """
    invitation = relay.invitation
    company = invitation.company
    contact = contact_of(company)
    sources = sources_of([invitation], contacts={company.pk: contact})
    letter = queue(
        key=f"{KIND}:{invitation.pk}:{invitation.attempt}",
        kind=KIND,
        to=contact.address,
        name=company.name,
        language=contact.language,
        context=letter_context(
            invitation,
            token=token,
            language=contact.language,
            asker=by,
            source=sources.get(company.pk, ""),
            sender=relay.cluster.name,
        ),
        list_name=LIST,
        related=("invitation", invitation.pk),
        reply_to=by.email,
        by=by,
    )
    return None if isinstance(letter, Refusal) else letter


def contexts_of(
    invitations: Sequence[Invitation], *, tokens: Mapping[int, str]
) -> dict[str, dict[str, Any]]:
    """What the letters of many say, by invitation; each must have its company with it.

    Each is in the language that was settled when its letter was queued.
    """
    known = _challenges_of(invitations)
    letters = _letters_of(invitations)
    contacts = {row.company_id: _contact_in(letters[row.letter_id]) for row in invitations}
    sources = sources_of(invitations, contacts=contacts)
    for row in invitations:
        row.challenge = known[row.challenge_id]
    return {
        str(row.pk): letter_context(
            row,
            token=tokens[row.pk],
            language=contacts[row.company_id].language,
            asker=letters[row.letter_id].caused_by,
            source=sources.get(row.company_id, ""),
        )
        for row in invitations
    }


def _challenges_of(invitations: Iterable[Invitation]) -> dict[int, Challenge]:
    challenges = Challenge.objects.select_related("lab__cluster").defer("search")
    return challenges.in_bulk({row.challenge_id for row in invitations})


def _letters_of(rows: Iterable[Invitation | Reminder]) -> dict[str, Letter]:
    """By number: where each goes, its language, and whose word it was that it leaves."""
    letters = Letter.objects.filter(pk__in=[row.letter_id for row in rows])
    asked = letters.select_related("caused_by").only("recipient", "language", "caused_by__name")
    return {str(one.pk): one for one in asked}


def _contact_in(letter: Letter) -> Contact:
    return Contact(letter.recipient, letter.language)


def collect_for_company(
    *, invitations: Sequence[Invitation], tokens: Sequence[str]
) -> Letter | Refusal:
    """Ask a company to look at several challenges in one letter, in the order given."""
    company = invitations[0].company
    contact = contact_of(company)
    parts = "+".join(f"{row.pk}.{row.attempt}" for row in invitations)
    source = sources_of(invitations, contacts={company.pk: contact}).get(company.pk, "")
    return queue(
        key=f"{DIGEST}:{company.pk}:{hash_of_address(parts)[:32]}",
        kind=DIGEST,
        to=contact.address,
        name=company.name,
        language=contact.language,
        context=digest_context(
            invitations, tokens=tokens, language=contact.language, source=source
        ),
        list_name=LIST,
        related=("company", company.pk),
    )


def digest_context(
    invitations: Sequence[Invitation], *, tokens: Sequence[str], language: str, source: str = ""
) -> dict[str, Any]:
    """`source` is where the address came from, if that must be said."""
    return {
        "company": invitations[0].company.name,
        "profile_language": invitations[0].company.language,
        "source": source,
        "privacy_url": own_url(reverse("dashboard:privacy")),
        "count": len(invitations),
        "invitations": [
            digest_entry(row, token=token, language=language)
            for row, token in zip(invitations, tokens, strict=True)
        ],
    }


def digest_entry(invitation: Invitation, *, token: str, language: str) -> dict[str, Any]:
    """One challenge among several: its reasons, and the words of the strongest that rests on some.

    Every quote would make a long letter of a few challenges.
    """
    challenge = invitation.challenge
    told = told_reasons(invitation, language)
    first = next((one for one in told if one.words.asked and one.words.offered), None)
    return {
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "owner": challenge.lab.owner,
        "lab": challenge.lab.name,
        "lab_and_town": challenge.lab.name_and_town,
        "cluster": challenge.lab.cluster.name,
        "score": exact(invitation.total),
        "reasons": [{**_reason(one), "is_quoted": one is first} for one in told],
        "rest": _rest(invitation, told),
        "brief_language": challenge.language,
        "note": Passage(invitation.note),
        "deadline": deadline_written_out(challenge, language=language),
        "url": token_url("invitations:answer", token),
    }


def remind_companies(
    *, invitation_ids: Collection[int], leaves_at: Mapping[str, datetime], by: User | None
) -> list[UUID]:
    """Queue a reminder of each invitation, unwritten. Returns the ids of the letters.

    Whoever answered and took it back may be reminded anew, so the key names the moment; that there
    is one reminder for an invitation is settled by the database.
    """
    moment = f":{timezone.now():%Y%m%d%H%M%S%f}"
    return queue_many(
        kind=REMINDER,
        recipients=with_address(
            Invitation.objects.filter(pk__one_of=set(invitation_ids)), "company__"
        ),
        key=Concat(Value(f"{REMINDER}:"), Cast("pk", CharField()), Value(moment)),
        address=ADDRESS,
        name="company__name",
        language=language_at("company__"),
        related_noun="invitation",
        list_name=LIST,
        reply_to=by.email if by else "",
        leaves_at=_by_country(leaves_at),
        by=by,
    )


def reminder_contexts_of(
    reminders: Sequence[Reminder], *, tokens: Mapping[int, str]
) -> dict[str, dict[str, Any]]:
    """What the reminders of many say, by invitation; each must have invitation and company."""
    known = _challenges_of(row.invitation for row in reminders)
    letters = _letters_of(reminders)
    return {
        str(row.pk): _reminder_context(
            row.invitation.company,
            known[row.invitation.challenge_id],
            token=tokens[row.pk],
            language=letters[row.letter_id].language,
        )
        for row in reminders
    }


def _reminder_context(
    company: Company, challenge: Challenge, *, token: str, language: str
) -> dict[str, Any]:
    """Ask once more a company that has not answered."""
    return {
        "company": company.name,
        "sender_name": challenge.lab.cluster.name,
        "lab": challenge.lab.name,
        "lab_and_town": challenge.lab.name_and_town,
        "cluster": challenge.lab.cluster.name,
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "deadline": deadline_written_out(challenge, language=language),
        "url": token_url("invitations:answer", token),
    }


def preview(invitation: Invitation, *, asker: User, shown_as: str = "") -> Draft:
    """The letter as the company will get it, with links that lead nowhere.

    With `shown_as` it is in the reader's language: the company's own would tell where it is.
    """
    contact = contact_of(invitation.company)
    language = (shown_as and get_language()) or contact.language
    sources = sources_of([invitation], contacts={invitation.company_id: contact})
    context = letter_context(
        invitation,
        token=PREVIEW,
        language=language,
        asker=asker,
        shown_as=shown_as,
        source="" if shown_as else sources.get(invitation.company_id, ""),
    )
    return compose(
        KIND,
        language,
        context,
        list_name=LIST,
        stop_url=token_url("mail:stop", PREVIEW),
    )


def text_to_pass_on(relay: Relay, *, by: User) -> tuple[str, str]:
    """Subject and words for a manager to send from an own mailbox, in the reader's language.

    They quote the profile only to a manager who may read it.
    """
    invitation = relay.invitation
    language = language_of(invitation.company)
    token = relay_token(invitation.pk, invitation.attempt)
    context = letter_context(
        invitation, token=token, language=language, asker=by, sender=relay.cluster.name
    ) | {
        "manager": by.name,
        "is_member": relay.is_to_member,
        "is_own": relay.is_of_own_challenge,
    }
    if not Company.objects.visible_to(by).filter(pk=invitation.company_id).exists():
        reasons = told_reasons(invitation, language, anonymous=True)
        context["reasons"] = [_reason(one) for one in reasons]
    subject = words("invitations/pass_on/subject.txt", language, context)
    return " ".join(subject.split()), words("invitations/pass_on/text.txt", language, context)


def news_key(*, event: str, challenge: Challenge, occasion: str, address: str) -> str:
    """The same for every room that tells this news, so that an address reads it once.

    `occasion` is the challenge's `updated_at` when it was announced, as ISO text.
    """
    return f"challenge-{event}:{challenge.pk}:{occasion}:{hash_of_address(address)[:16]}"


def tell_invited(*, invitation: Invitation, event: str, occasion: str) -> None:
    """Tell a company that what it was invited to was extended, reopened, closed or withdrawn."""
    company = invitation.company
    contact = contact_of(company)
    if not contact.address:
        return
    challenge = invitation.challenge
    queue(
        key=news_key(event=event, challenge=challenge, occasion=occasion, address=contact.address),
        kind=f"challenge-{event}",
        to=contact.address,
        name=company.name,
        language=contact.language,
        context=news_context(challenge, event=event, language=contact.language),
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
    contact = contact_of(company)
    queue(
        key=answer_key(question, "company"),
        kind="question-answered",
        to=contact.address,
        name=company.name,
        language=contact.language,
        context=answer_context(question, question.answer),
        related=("question", question.pk),
    )


def letters_to_nominee(nomination: Nomination) -> LetterQuerySet:
    """About this challenge to this address, whichever company gave it."""
    return Letter.objects.about("nomination").filter(key__startswith=_nominee_key(nomination))


def _nominee_key(nomination: Nomination) -> str:
    trace = hash_of_address(nomination.email)[:16]
    return f"nominate:{nomination.invitation.challenge_id}:{trace}"


def write_to_nominee(*, nomination: Nomination, by: User | None) -> Letter | Refusal:
    """Write to an address that an invited company gave.

    The letter holds no word that the company typed but the name it is known by. One that was
    stopped before it left is written anew, under another key.
    """
    invitation = nomination.invitation
    language = language_for(invitation.company_id, nomination.email)
    stopped = letters_to_nominee(nomination).count()
    return queue(
        key=_nominee_key(nomination) + (f":{stopped + 1}" if stopped else ""),
        kind="nominate",
        to=nomination.email,
        language=language,
        context=nomination_context(nomination, language=language),
        list_name=LIST,
        related=("nomination", nomination.pk),
        reply_to=by.email if by else "",
        by=by,
    )


def nomination_context(nomination: Nomination, *, language: str) -> dict[str, Any]:
    challenge = nomination.invitation.challenge
    company = nomination.invitation.company
    return {
        "company": company.name,
        "cluster": challenge.lab.cluster.name,
        "sender_name": challenge.lab.cluster.name,
        "lab": challenge.lab.name,
        "lab_and_town": challenge.lab.name_and_town,
        "owner": challenge.lab.owner,
        "challenge": challenge.title,
        "question": Passage(challenge.question),
        "brief_language": challenge.language,
        "source": nominated_by(company.name, language),
        "is_once": True,
        "privacy_url": own_url(reverse("dashboard:privacy")),
        "is_colleague": nomination.kind == NominationKind.COLLEAGUE,
        "deadline": deadline_written_out(challenge, language=language),
        "url": own_url(challenge.get_absolute_url()),
    }
