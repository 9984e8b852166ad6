"""The letters of this room, and what it tells people on the page."""

from django.urls import reverse

from accounts.actions import language_of as language_of_person
from accounts.actions import notify
from accounts.models import User
from applications.models import Application
from applications.wording import moment_written_out
from challenges.models import Challenge
from challenges.wording import deadline_written_out
from companies.contacts import language_for
from invitations.emails import contact_of, news_context, news_key
from mail.actions import queue
from mail.letters import Passage, own_url
from mail.models import hash_of


def write_receipt(*, application: Application, by: User | None) -> None:
    """Say what was sent, when it arrived and until when it may be edited."""
    for address, language in _receivers(application, by).items():
        queue(
            key=f"application-receipt:{application.pk}:{application.revision}"
            f":{hash_of(address)[:16]}",
            kind="application-receipt",
            to=address,
            language=language,
            context=_receipt(application, language),
            related=("application", application.pk),
            by=by,
        )


def _receivers(application: Application, by: User | None) -> dict[str, str]:
    """Addresses with their language: the contact person, and whoever pressed the button."""
    found = {}
    if application.contact_email:
        address = application.contact_email.lower()
        found[address] = language_for(application.company_id, address)
    if by is not None:
        found[by.email.lower()] = language_of_person(by)
    return found


def _receipt(application: Application, language: str) -> dict[str, object]:
    challenge = application.challenge
    return {
        "challenge": challenge.title,
        "lab": challenge.lab.name,
        "company": application.company.name,
        "sender_name": challenge.lab.cluster.name,
        "pitch": Passage(application.pitch),
        "files": [attachment.name for attachment in application.attachments.all()],
        "arrived": moment_written_out(
            application.arrival, zone=challenge.time_zone, language=language
        ),
        "deadline": deadline_written_out(challenge, language=language),
        "url": own_url(application.get_absolute_url()),
    }


def tell_managers(*, application: Application, kind: str, by: User | None) -> None:
    """Tell the managers of the challenge's cluster; `kind` is a notice kind of this room."""
    challenge = application.challenge
    url = tab = reverse("applications:challenge", args=[challenge.slug])
    if application.has_arrived:
        url = reverse("applications:read", args=[challenge.slug, application.public_id])
    notify(
        user_ids=challenge.manager_ids,
        kind=kind,
        data={"company": application.company.name, "challenge": challenge.title},
        url=url,
        group=tab,
        by=by,
    )


def tell_applicant(*, application: Application, event: str, occasion: str) -> None:
    """Tell a company what became of a challenge it writes to. Nobody reads the same news twice."""
    challenge: Challenge = application.challenge
    company = application.company
    for address, language in _concerned(application).items():
        queue(
            key=news_key(event=event, challenge=challenge, occasion=occasion, address=address),
            kind=f"challenge-{event}",
            to=address,
            name=company.name,
            language=language,
            context=news_context(challenge, event=event, language=language),
            related=("application", application.pk),
        )


def _concerned(application: Application) -> dict[str, str]:
    """The contact person and whoever began to write; the company when neither is known."""
    found = _receivers(application, application.started_by)
    if found:
        return found
    contact = contact_of(application.company)
    return {contact.address.lower(): contact.language} if contact.address else {}
