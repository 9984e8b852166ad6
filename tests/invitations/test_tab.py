"""The Invitations tab: choose, preview, send, follow, and who may do so."""

import pytest
from django.urls import reverse

from companies.choices import Visibility
from companies.models import Company
from invitations import actions
from invitations.choices import Status
from invitations.models import Invitation
from mail.models import Letter
from matching.models import Match
from tests.factories import (
    AccountFactory,
    ClusterOrganisationFactory,
    CompanyMemberFactory,
    MembershipFactory,
    NetworkFactory,
)
from tests.invitations.conftest import write_queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def tab(challenge):
    return reverse("invitations:challenge", args=[challenge.slug])


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


def choose(client, challenge, *companies):
    rows = Match.objects.filter(challenge=challenge, company__in=companies)
    ids = list(rows.values_list("pk", flat=True))
    return client.post(
        reverse("invitations:choose", args=[challenge.slug]), {"match": ids}, follow=True
    )


def test_scored_companies_can_be_ticked(as_manager, tab, new_company, scored):
    new_company()
    scored()

    page = as_manager.get(tab).content.decode()

    assert f'name="match" value="{Match.objects.get().pk}"' in page
    assert "Sensorværket" in page


def test_ticking_leads_to_the_letters_and_sends_nothing(as_manager, challenge, new_company, scored):
    company = new_company()
    scored()

    page = choose(as_manager, challenge, company)

    assert "Invite 1 company" in page.content.decode()
    assert Invitation.objects.get().status == Status.PROPOSED
    assert not Letter.objects.filter(kind="invite-company").exists()


def test_all_of_the_page_can_be_chosen_by_one_button(as_manager, challenge, new_company, scored):
    for number in range(3):
        new_company(f"Firma {number}")
    scored()

    page = as_manager.post(
        reverse("invitations:choose", args=[challenge.slug]),
        {"all": "1", "on_page": list(Match.objects.values_list("pk", flat=True))},
        follow=True,
    )

    assert "Invite 3 companies" in page.content.decode()


@pytest.mark.parametrize("posted", [{}, {"match": "x"}, {"match": "9" * 30}])
def test_choosing_nobody_says_so(as_manager, challenge, posted):
    page = as_manager.post(
        reverse("invitations:choose", args=[challenge.slug]), posted, follow=True
    )

    assert "Tick at least one company first." in page.content.decode()


def test_the_last_look_says_who_gets_a_letter_and_who_does_not(
    as_manager, challenge, new_company, scored
):
    willing, unwilling = new_company("Willing"), new_company("Unwilling", wants_invitations=False)
    scored()

    page = choose(as_manager, challenge, willing, unwilling).content.decode()

    assert "Send 1 invitation" in page
    assert "The company wants no invitations by e-mail." in page


def test_sending_with_a_note(as_manager, challenge, new_company, scored, tab):
    company = new_company()
    scored()
    choose(as_manager, challenge, company)
    row = Invitation.objects.get()

    page = as_manager.post(
        reverse("invitations:send", args=[challenge.slug]),
        {"i": [row.pk], "note": "We met in Esbjerg.", "send": "1"},
        follow=True,
    )

    write_queued()
    assert "1 invitation is in the post." in page.content.decode()
    assert "We met in Esbjerg." in Letter.objects.get(kind="invite-company").text.replace(
        "\u200b", ""
    )


def test_keeping_the_note_shows_it_in_the_preview(as_manager, challenge, new_company, scored):
    company = new_company()
    scored()
    choose(as_manager, challenge, company)
    row = Invitation.objects.get()

    as_manager.post(
        reverse("invitations:send", args=[challenge.slug]),
        {"i": [row.pk], "note": "We met in Esbjerg", "keep": "1"},
    )
    match = Match.objects.get(company=company)
    html = as_manager.get(reverse("invitations:letter_html", args=[challenge.slug, match.pk]))

    assert "We met in Esbjerg" in html.content.decode()
    assert "sandbox" in html["Content-Security-Policy"]
    assert not Letter.objects.filter(kind="invite-company").exists()


def test_a_note_too_long_is_refused_and_kept(as_manager, challenge, new_company, scored):
    company = new_company()
    scored()
    choose(as_manager, challenge, company)

    page = as_manager.post(
        reverse("invitations:send", args=[challenge.slug]),
        {"i": [Invitation.objects.get().pk], "note": "y" * 601, "send": "1"},
    )

    assert "y" * 601 in page.content.decode()
    assert not Letter.objects.filter(kind="invite-company").exists()


def test_sending_twice_by_double_click_sends_once(as_manager, challenge, new_company, scored):
    company = new_company()
    scored()
    choose(as_manager, challenge, company)
    posted = {"i": [Invitation.objects.get().pk], "note": "", "send": "1"}

    for _ in range(2):
        as_manager.post(reverse("invitations:send", args=[challenge.slug]), posted)

    assert Letter.objects.filter(kind="invite-company").count() == 1


def test_the_tab_counts_and_says_why_none_was_sent(as_manager, tab, invited, challenge):
    invited()
    refused = invited("Mute", email="")

    page = as_manager.get(tab).content.decode()
    filtered = as_manager.get(tab, {"status": "refused"}).content.decode()

    assert "2 of 3" in page
    assert "No e-mail address is on file." in filtered
    assert refused.company.name in filtered
    assert "Sensorværket" not in filtered


def test_the_hint_counts_what_was_not_sent_yet(
    as_manager, tab, challenge, new_company, scored, share_out
):
    for n in range(2):
        new_company(f"Firma {n}")
    scored()
    share_out()

    page = as_manager.get(tab).content.decode()

    assert "0 of 2 proposed invitations sent" in page


def test_withdrawing_and_proposing_again_by_their_buttons(
    as_manager, challenge, new_company, scored
):
    company = new_company()
    scored()
    choose(as_manager, challenge, company)
    row = Invitation.objects.get()

    as_manager.post(reverse("invitations:withdraw", args=[row.pk]))
    row.refresh_from_db()
    withdrawn = row.status
    as_manager.post(reverse("invitations:propose_again", args=[row.pk]))
    row.refresh_from_db()

    assert (withdrawn, row.status) == (Status.WITHDRAWN, Status.PROPOSED)


CANARY = "Kanariefuglen"


def test_a_company_without_a_name_can_be_invited_and_stays_unnamed(
    as_manager, tab, challenge, new_company, scored
):
    company = new_company(
        CANARY,
        is_member=False,
        visibility=Visibility.CLUSTER,
        summary=f"{CANARY} hears faults in the grid.",
        city="Kanarieby",
        website="https://kanarie.example/",
    )
    scored()
    match = Match.objects.get()
    pages = [
        as_manager.get(tab),
        choose(as_manager, challenge, company),
        as_manager.get(reverse("invitations:letter", args=[challenge.slug, match.pk])),
        as_manager.get(reverse("invitations:letter_html", args=[challenge.slug, match.pk])),
        as_manager.get(reverse("invitations:list")),
    ]
    row = Invitation.objects.get()
    pages.append(
        as_manager.post(
            reverse("invitations:send", args=[challenge.slug]),
            {"i": [row.pk], "note": "", "send": "1"},
            follow=True,
        )
    )

    told = [page.content.decode().lower().replace("\u200b", "") for page in pages]
    assert [page.status_code for page in pages] == [200] * 6
    assert ["kanarie" in words for words in told] == [False] * 6
    found = as_manager.get(tab, {"search": CANARY}).content.decode()
    assert "No companies here" in found
    assert Letter.objects.get(kind="invite-company").recipient == company.email


def test_only_managers_of_the_challenge_come_in(client, challenge, tab, new_company, scored):
    company = new_company()
    scored()
    network = NetworkFactory()
    challenge.lab.cluster.networks.add(network)
    near = ClusterOrganisationFactory()
    near.networks.add(network)
    people = {
        "partner": MembershipFactory(
            organisation=challenge.lab.cluster, role="partner", user=AccountFactory()
        ).user,
        "manager elsewhere": MembershipFactory(organisation=near, user=AccountFactory()).user,
        "owner": CompanyMemberFactory(user=AccountFactory(), company=company).user,
        "stranger": AccountFactory(),
    }
    match = Match.objects.get()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=None)
    reads = [
        tab,
        reverse("invitations:send", args=[challenge.slug]) + f"?i={row.pk}",
        reverse("invitations:letter", args=[challenge.slug, match.pk]),
        reverse("invitations:letter_html", args=[challenge.slug, match.pk]),
    ]
    writes = [
        reverse("invitations:choose", args=[challenge.slug]),
        reverse("invitations:send", args=[challenge.slug]),
        reverse("invitations:withdraw", args=[row.pk]),
        reverse("invitations:propose_again", args=[row.pk]),
    ]

    refused = {}
    for name, person in people.items():
        client.force_login(person)
        codes = {client.get(url).status_code for url in reads}
        refused[name] = codes | {client.post(url).status_code for url in writes}

    assert refused == {name: {404} for name in people}


def test_reading_changes_nothing(as_manager, challenge, tab, invited):
    invited()
    before = list(Invitation.objects.values())
    match = Match.objects.get()

    for url in (tab, reverse("invitations:letter", args=[challenge.slug, match.pk])):
        as_manager.get(url)

    assert list(Invitation.objects.values()) == before


@pytest.mark.parametrize("number", [1, 30])
def test_the_tab_asks_the_same_whatever_its_length(
    as_manager, tab, challenge, new_company, scored, number, django_assert_num_queries
):
    for n in range(number):
        new_company(f"Firma {n}")
    scored()
    actions.propose(
        challenge=challenge, company_ids=Company.objects.values_list("pk", flat=True), by=None
    )
    as_manager.get(tab)

    with django_assert_num_queries(35):
        as_manager.get(tab)


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_asks_the_same_whatever_its_length(
    as_manager, challenge, new_company, scored, number, django_assert_num_queries
):
    for n in range(number):
        new_company(f"Firma {n}")
    scored()
    actions.propose(
        challenge=challenge, company_ids=Company.objects.values_list("pk", flat=True), by=None
    )
    url = reverse("invitations:list")
    as_manager.get(url)

    with django_assert_num_queries(12):
        as_manager.get(url)
