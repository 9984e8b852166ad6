"""Every kind of notice the rooms know, through the verb that sends it: each way can be refused."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.actions import change_wishes
from accounts.models import Notice, User
from accounts.registry import notice_kinds
from applications import actions as applications
from challenges import actions as challenges
from clusters import actions as clusters
from clusters.choices import MemberRole
from companies import actions as companies
from companies.choices import CompanyRole, Source, Visibility
from companies.models import ColleagueLetter, Company
from invitations.actions import (
    accept_nomination,
    answer,
    bring_back_nominations,
    nominate,
    postpone,
    send,
)
from invitations.models import Invitation
from mail.models import Letter
from matching import actions as matching
from matching.models import Contest, MatchRun
from tests.factories import (
    AccountFactory,
    ChallengeFactory,
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
    ReferenceFactory,
)

pytestmark = pytest.mark.django_db
# Before any test registers one of its own.
KINDS = [kind.code for kind in notice_kinds()]
Happening = tuple[User, Callable[[], object]]
ANSWERS = {
    "pitch": "Ears on every cable",
    "approach": "We listen.",
    "pilot_plan": "Week 1: ears.",
    "contact_name": "Freja Holm",
    "contact_email": "freja@kabelro.example",
}


def claimed() -> tuple[Company, User, User]:
    """An imported company, the manager who vouches for it, and somebody who says it is theirs."""
    company = CompanyFactory(source=Source.IMPORTED)
    membership = ClusterMembershipFactory(company=company)
    manager = MembershipFactory(organisation=membership.cluster).user
    return company, manager, AccountFactory()


def claim_waiting() -> Happening:
    company, manager, person = claimed()
    return manager, lambda: companies.claim_by_manager(company=company, message="", by=person)


def claim_decided(decide: Callable[..., object]) -> Happening:
    company, manager, person = claimed()
    claim = companies.claim_by_manager(company=company, message="", by=person)
    return person, lambda: decide(claim=claim, by=manager)


def company_vouched() -> Happening:
    member, cluster = CompanyMemberFactory(), ClusterOrganisationFactory()
    return member.user, lambda: companies.vouch(
        companies=[member.company], cluster=cluster, by=None
    )


def colleague_accepted() -> Happening:
    owner = CompanyMemberFactory()
    letter = ColleagueLetter.objects.create(
        email="bo@kabelro.example",
        company=owner.company,
        role=CompanyRole.EDITOR,
        written_by=owner.user,
        expires_at=timezone.now() + timedelta(days=1),
    )
    return owner.user, lambda: companies.accept_colleague_letter(letter=letter, by=AccountFactory())


def colleague_touched(verb: Callable[..., object], **more: object) -> Happening:
    owner = CompanyMemberFactory()
    editor = CompanyMemberFactory(company=owner.company, role=CompanyRole.EDITOR)
    return editor.user, lambda: verb(member=editor, by=owner.user, **more)


def list_imported() -> Happening:
    manager = MembershipFactory()
    member_list = companies.upload_list(
        cluster=manager.organisation,
        file_name="members.csv",
        content=b"Name,City\nKabelro ApS,Varde\n",
        visibility=Visibility.CLUSTER,
        by=manager.user,
    )
    companies.map_columns(
        member_list=member_list,
        mapping={"0": "name", "1": "city"},
        country="DK",
        language="en",
        by=manager.user,
    )
    companies.start_import(member_list=member_list, by=manager.user)
    return manager.user, lambda: companies.import_block(member_list_id=member_list.pk)


def access_accepted() -> Happening:
    manager = MembershipFactory()
    letter = clusters.write_access_letter(
        organisation=manager.organisation,
        email="ny@people.example",
        role=MemberRole.PARTNER,
        language="en",
        by=manager.user,
    )
    return manager.user, lambda: clusters.accept_access_letter(letter=letter, by=AccountFactory())


def partner_touched(verb: Callable[..., object], **more: object) -> Happening:
    manager = MembershipFactory()
    partner = MembershipFactory(organisation=manager.organisation, role=MemberRole.PARTNER)
    return partner.user, lambda: verb(membership=partner, by=manager.user, **more)


def managed_challenge() -> tuple[object, User]:
    challenge = ChallengeFactory(open=True)
    return challenge, MembershipFactory(organisation=challenge.lab.cluster).user


def answered(verb: Callable[..., object], **given: object) -> Happening:
    challenge, manager = managed_challenge()
    invitation = Invitation.objects.create(
        challenge=challenge, company=CompanyFactory(), status="sent", letter_id="one"
    )
    return manager, lambda: verb(invitation=invitation, by=None, **given)


def nominee_not_reached() -> Happening:
    manager, name = answered(nominate, kind="colleague", name="Bo", email="bo@kabelro.example")
    row = name()
    Company.objects.filter(pk=row.invitation.company_id).update(country="FI")
    row = accept_nomination(nomination=row, by=None)
    return manager, lambda: bring_back_nominations(letter_ids=[row.letter_id])


def sent(application: object, pitch: str) -> object:
    return applications.submit(
        application=application,
        content={**ANSWERS, "pitch": pitch},
        arrived_at=timezone.now(),
        by=None,
    )


def applied(then: Callable[[object], object] | None = None) -> Happening:
    challenge, manager = managed_challenge()
    draft = applications.start_draft(challenge=challenge, company=CompanyFactory(), by=None)
    if then is None:
        return manager, lambda: sent(draft, "Ears")
    row = sent(draft, "Ears")
    return manager, lambda: then(row)


def contested(then: Callable[..., object] | None = None) -> Happening:
    """A company contests a finding; whoever wrote gets a letter, the others are told."""
    challenge, manager = managed_challenge()
    challenge.themes = ["sensors_grid"]
    challenge.save()
    member = CompanyMemberFactory(company__themes=["smart_home"])
    (run_id,) = matching.request_runs(challenge_ids=[challenge.pk])
    matching.score_challenge(run=MatchRun.objects.get(pk=run_id))
    matching.explain_waiting(may_go_on=lambda: True)

    def contest() -> Contest:
        return matching.contest(
            challenge=challenge,
            company=member.company,
            criterion="theme",
            statement="Our meters are grid sensors.",
            link="https://sensor.example/grid",
            by=member.user,
        )

    if then is None:
        return manager, contest
    made = contest()
    colleague = CompanyMemberFactory(company=member.company, role=CompanyRole.EDITOR)
    return colleague.user, lambda: then(contest=made, answer="We have looked.", by=manager)


def reopened() -> Happening:
    reader, refuse = contested(matching.refuse_contest)
    refuse()
    row = Contest.objects.get()
    return reader, lambda: matching.reconsider_contest(contest=row, by=row.decided_by)


def asked_to_pass_on() -> Happening:
    challenge, _manager = managed_challenge()
    company = CompanyFactory(asked=False, email="bo@kabelro.example")
    member = ClusterMembershipFactory(company=company)
    manager = MembershipFactory(organisation=member.cluster).user
    row = Invitation.objects.create(challenge=challenge, company=company)
    return manager, lambda: send(challenge=challenge, invitation_ids=[row.pk], by=None)


def asked_about() -> Happening:
    challenge, manager = managed_challenge()
    return manager, lambda: challenges.ask(
        challenge=challenge, text="May we see the site?", language="en", by=None
    )


def reference_confirmed() -> Happening:
    member = CompanyMemberFactory()
    reference = ReferenceFactory(company=member.company)
    partner = MembershipFactory(role=MemberRole.PARTNER)
    return member.user, lambda: companies.confirm_reference(
        reference=reference,
        organisation=partner.organisation,
        revision=reference.revision,
        by=partner.user,
    )


HAPPENINGS: dict[str, Callable[[], Happening]] = {
    "access-accepted": access_accepted,
    "application_arrived": applied,
    "application_changed": lambda: applied(lambda row: sent(row, "Better ears")),
    "application_withdrawn": lambda: applied(
        lambda row: applications.withdraw(application=row, by=None)
    ),
    "claim-confirmed": lambda: claim_decided(companies.confirm_claim),
    "claim-refused": lambda: claim_decided(companies.refuse_claim),
    "claim-waiting": claim_waiting,
    "colleague-accepted": colleague_accepted,
    "company-person-removed": lambda: colleague_touched(companies.remove_person),
    "company-role-changed": lambda: colleague_touched(
        companies.change_role, role=CompanyRole.OWNER
    ),
    "company-vouched": company_vouched,
    "contest_accepted": lambda: contested(partial(matching.accept_contest, granted="full")),
    "contest_made": contested,
    "contest_refused": lambda: contested(matching.refuse_contest),
    "contest_reopened": reopened,
    "invitation_to_pass_on": asked_to_pass_on,
    "invitation_declined": lambda: answered(answer, interested=False),
    "invitation_interested": lambda: answered(answer, interested=True),
    "invitation_later": lambda: answered(postpone, until=timezone.localdate() + timedelta(days=30)),
    "list-imported": list_imported,
    "nomination_came_back": nominee_not_reached,
    "nomination_made": lambda: answered(
        nominate, kind="colleague", name="Bo", email="bo@kabelro.example"
    ),
    "question_asked": asked_about,
    "member-removed": lambda: partner_touched(clusters.remove_member),
    "reference-confirmed": reference_confirmed,
    "role-changed": lambda: partner_touched(clusters.change_role, role=MemberRole.MANAGER),
}


def test_every_kind_happens_here():
    assert sorted(HAPPENINGS) == KINDS


@pytest.mark.parametrize("on_page", [True, False])
@pytest.mark.parametrize("by_mail", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_each_way_of_each_kind_is_a_wish(kind, by_mail, on_page):
    reader, happen = HAPPENINGS[kind]()
    other_kinds = {one: (True, True) for one in KINDS if one != kind}
    change_wishes(user=reader, wishes={**other_kinds, kind: (on_page, by_mail)}, by=reader)

    letters = Letter.objects.filter(recipient=reader.email, kind="notice")
    earlier = letters.count()

    happen()

    notices = [notice for notice in Notice.objects.of(reader) if notice.kind == kind]
    assert (len(notices), letters.count() - earlier) == (int(on_page), int(by_mail))


def test_the_page_of_wishes_offers_both_ways_of_every_kind(client):
    client.force_login(AccountFactory())

    page = client.get("/accounts/wishes/").content.decode()

    assert all(f'name="{kind}:{way}"' in page for kind in KINDS for way in ("page", "mail"))
