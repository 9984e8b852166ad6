"""Invitations, answers and applications, and how each story ended."""

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from applications import actions as applications
from applications.models import Application
from challenges.actions import backdate, close, extend, reopen, withdraw
from challenges.models import Challenge
from companies.choices import CompanyRole
from companies.models import Company
from demo.loading.challenges import deadline_of, manager_of, published_of
from demo.reading import Entry, entries
from invitations import actions as invitations
from invitations.models import Invitation
from matching.actions import keep, write_wanted

Stories = dict[str, tuple[Entry, Challenge]]
DECISIONS = {
    "": (),
    "shortlisted": (applications.shortlist,),
    "pilot": (applications.shortlist, applications.agree_pilot),
}
TEXTS = ("pitch", "approach", "evidence", "pilot_plan", "team", "price_eur")


def load_journey(stories: Stories, companies: dict[str, Company]) -> None:
    """Everything that happened after publishing, in the order it happened."""
    for story in entries("answers.toml", "round"):
        _invite(*stories[story["challenge"]], story, companies)
    for story in entries("applications.toml", "application"):
        _apply(*stories[story["challenge"]], story, companies[story["company"]])
    for entry, challenge in stories.values():
        _end(entry, challenge)
    for story in entries("applications.toml", "application"):
        _decide(stories[story["challenge"]][1], story, companies[story["company"]])


def _invite(
    entry: Entry, challenge: Challenge, story: Entry, companies: dict[str, Company]
) -> None:
    manager = manager_of(challenge)
    ids = [companies[slug].pk for slug in story["invited"]]
    _explain(challenge, ids)
    proposed = invitations.propose(challenge=challenge, company_ids=ids, by=manager)
    sent = invitations.send(
        challenge=challenge, invitation_ids=[row.pk for row in proposed], by=manager
    )
    published = published_of(entry)
    invitations.record_fates(
        letters=[(row.letter_id, "sent") for row in sent], at=published + timedelta(days=2)
    )
    answered_at = min(published + timedelta(days=6), timezone.now())
    for answer in story.get("answer", []):
        invitations.answer(
            invitation=Invitation.objects.get(
                challenge=challenge, company=companies[answer["company"]]
            ),
            interested=answer["answer"] == "interested",
            reason=answer.get("reason", ""),
            note=answer["note"],
            arrived_at=answered_at,
            by=None,
        )


def _apply(entry: Entry, challenge: Challenge, story: Entry, company: Company) -> None:
    owner = company.members.filter(role=CompanyRole.OWNER).select_related("user").first()
    person = owner.user if owner else None
    _explain(challenge, [company.pk])
    application = applications.start_draft(challenge=challenge, company=company, by=person)
    content = {name: story[name] for name in TEXTS if name in story}
    content |= _contact(application, company)
    if story["state"] == "draft":
        applications.save_draft(application=application, content=content, by=person)
        return
    last = min(deadline_of(entry), timezone.now())
    arrived_at = min(last - timedelta(days=1, hours=5), timezone.now() - timedelta(hours=2))
    application = applications.submit(
        application=application, content=content, arrived_at=arrived_at, by=person
    )
    if story["state"] == "withdrawn":
        applications.withdraw(application=application, by=person)


def _decide(challenge: Challenge, story: Entry, company: Company) -> None:
    """What the managers made of it, if they have looked already."""
    for verb in DECISIONS[story.get("decision", "")]:
        row = Application.objects.get(challenge=challenge, company=company)
        verb(applications=[row], by=manager_of(challenge))


def _explain(challenge: Challenge, company_ids: list[int]) -> None:
    """The worker's part: what is told of them has its reasons."""
    keep(challenge=challenge, company_ids=company_ids, by=None)
    write_wanted(challenge_ids=[challenge.pk], may_go_on=lambda: True)


def _contact(application: Application, company: Company) -> dict[str, str]:
    return {
        "contact_name": application.contact_name or company.name,
        "contact_email": application.contact_email or company.email,
    }


def _end(entry: Entry, challenge: Challenge) -> None:
    manager = manager_of(challenge)
    if entry["state"] == "draft":
        return
    if entry.get("extended_by_days"):
        extend(challenge=challenge, deadline=deadline_of(entry), by=manager)
    if entry.get("reopened"):
        close(challenge=challenge, by=manager)
        reopen(challenge=challenge, deadline=deadline_of(entry), by=manager)
    if entry["state"] in ("closed", "withdrawn"):
        close(challenge=challenge, by=manager)
    if entry["state"] == "withdrawn":
        withdraw(challenge=challenge, reason=entry["withdrawn_reason"], by=manager)
    backdate(
        challenge=challenge,
        published_at=published_of(entry),
        deadline=deadline_of(entry),
        closed_at=_closed_at(entry),
        by=manager,
    )


def _closed_at(entry: Entry) -> datetime | None:
    if "closed" in entry:
        return datetime.combine(entry["closed"], time(0), tzinfo=UTC)
    return deadline_of(entry) if entry["state"] in ("closed", "withdrawn") else None
