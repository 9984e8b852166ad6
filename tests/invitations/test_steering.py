"""Invitations respect what a manager decided by hand about a company."""

import pytest

from challenges.choices import Policy
from invitations import actions
from invitations.choices import Refusal, Status
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from matching.actions import override, remove_override

pytestmark = pytest.mark.django_db
BREAD = {"description": "We bake bread.", "themes": [], "capabilities": []}


@pytest.fixture
def decide(challenge, manager):
    def act(company, kind):
        override(challenge=challenge, company=company, kind=kind, reason="Known.", by=manager)

    return act


def listed(**wanted) -> set[str]:
    return set(Invitation.objects.filter(**wanted).values_list("company__name", flat=True))


@pytest.mark.parametrize("policy", [Policy.BY_HAND, Policy.AUTOMATIC])
def test_a_pinned_company_takes_the_first_place_and_an_excluded_one_none(
    challenge, new_company, scored, decide, share_out, policy
):
    challenge.policy, challenge.maximum, challenge.threshold = policy, 2, 50
    challenge.save()
    names = {name: new_company(name) for name in ("One", "Two", "Three")}
    weak = new_company("Weak", **BREAD)
    scored()
    decide(weak, "pin")
    decide(names["One"], "exclude")

    share_out()

    assert listed() == {"Weak", "Two"}


def test_a_pinned_company_that_is_not_eligible_waits_for_a_hand(
    challenge, new_company, scored, decide, share_out
):
    challenge.policy, challenge.countries = Policy.AUTOMATIC, ["DK"]
    challenge.save()
    abroad = new_company("Abroad", country="SE")
    scored()
    decide(abroad, "pin")

    share_out()

    assert listed(status=Status.PROPOSED) == {"Abroad"}


def test_an_excluded_company_cannot_be_chosen_by_hand(
    challenge, manager, new_company, scored, decide
):
    company = new_company()
    scored()
    decide(company, "exclude")

    with pytest.raises(InvitationProblem, match="excluded from this challenge: Known"):
        actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)


def test_who_is_excluded_after_being_chosen_gets_no_letter_until_that_is_removed(
    challenge, manager, new_company, scored, decide
):
    company = new_company()
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    decide(company, "exclude")

    sent = actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert (sent, row.status, row.refused_because) == ([], Status.REFUSED, Refusal.EXCLUDED)
    remove_override(challenge=challenge, company=company, by=manager)
    actions.propose_again(invitation=row, by=manager)
    assert actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager) == [row]


def test_the_tab_names_the_excluded_with_the_reason_and_offers_no_box(
    client, challenge, manager, new_company, scored, decide
):
    company = new_company()
    scored()
    decide(company, "exclude")
    client.force_login(manager)

    page = client.get(f"/invitations/challenge/{challenge.slug}/").content.decode()

    assert "Excluded:" in page
    assert "Known." in page
    assert f'value="{company.pk}"' not in page
