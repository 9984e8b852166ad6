"""How good the matching is, as members read it and as everybody may."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.models import Company
from matching.actions import measure_network, record_outcome
from matching.choices import Outcome
from matching.models import (
    CorpusSnapshot,
    Match,
    Measurement,
    RecordedOutcome,
    WeightsChoice,
    WeightsVersion,
)
from matching.scoring import DEFAULT_WEIGHTS, ENGINE
from matching.weighing import weights_of
from tests.factories import ChallengeFactory, CompanyFactory, NetworkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(challenge):
    network = NetworkFactory(slug="north", name="North")
    challenge.lab.cluster.networks.add(network)
    return network


@pytest.fixture
def told(challenge, network):
    """Thirty Danes and three Finns were asked, at 65 points; a third of them applied."""
    over = ChallengeFactory(lab=challenge.lab, status="closed", deadline=timezone.now())
    companies = CompanyFactory.create_batch(30, country="DK", size_class="small")
    companies += CompanyFactory.create_batch(3, country="FI", size_class="small")
    rows = []
    for n, company in enumerate(companies):
        last = Outcome.APPLIED if n % 3 == 0 else Outcome.DECLINED
        for number, outcome in enumerate((Outcome.INVITED, last), start=1):
            rows.append(
                RecordedOutcome(
                    challenge=over,
                    company=company,
                    number=number,
                    outcome=outcome,
                    reason="fit" if outcome == Outcome.DECLINED else "",
                    at=timezone.now(),
                    total=650,
                    shares={"text": 0.65},
                    engine_version=ENGINE,
                    encoders=[],
                )
            )
    RecordedOutcome.objects.bulk_create(rows)
    return measure_network(network=network)


@pytest.fixture
def version(network):
    return WeightsVersion.objects.create(
        network=network,
        number=1,
        tenths=DEFAULT_WEIGHTS.tenths,
        decisions=300,
        held_back=100,
        is_better=True,
        figures={"loss_before": 0.66, "loss_after": 0.61, "auc_before": 0.6, "auc_after": 0.7},
    )


def words_of(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def page_of(client, network) -> str:
    return words_of(client.get(reverse("matching:quality", args=[network.slug])))


def test_members_read_counts_and_shares(client, told, manager, network):
    client.force_login(manager)

    page = page_of(client, network)

    assert "60 to 70 about 3 of ten 33" in page
    assert "Denmark 30 10 (33 %) 10 (33 %) Finland" in page
    assert "of the 10 best" in page


def test_a_share_of_fewer_than_ten_is_not_told(client, told, manager, network):
    client.force_login(manager)

    assert "Finland 3 1 1 By size" in page_of(client, network)


def test_everybody_reads_rounded_shares_of_no_recognisable_company(client, told, network):
    network.shows_quality = True
    network.save()

    page = page_of(client, network)

    assert "60 to 70 about 3 of ten" in page
    assert "Finland" not in page
    assert "All others about 30 about 3 of ten" in page
    assert "Weights learned" not in page
    assert not [name for name in Company.objects.values_list("name", flat=True) if name in page]


def test_six_companies_asked_twice_are_no_group_of_twelve(client, challenge, network):
    network.shows_quality = True
    network.save()
    companies = CompanyFactory.create_batch(6, country="DK", size_class="small")
    for days in (20, 10):
        over = ChallengeFactory(lab=challenge.lab, status="closed", deadline=timezone.now())
        at = timezone.now() - timedelta(days=days)
        for company in companies:
            RecordedOutcome.objects.create(
                challenge=over, company=company, number=1, outcome=Outcome.INVITED, at=at
            )
    measured = measure_network(network=network)

    page = page_of(client, network)

    assert {one.companies for one in measured.counts_by("newness").values()} == {6}
    assert "All others" not in page
    assert page.count("Too few companies were invited to tell.") == 4


@pytest.mark.parametrize("is_public", [True, False])
def test_pilots_are_told_from_the_first_one_on(client, told, manager, network, is_public):
    network.shows_quality = True
    network.save()
    if not is_public:
        client.force_login(manager)

    before = page_of(client, network)
    applied = RecordedOutcome.objects.filter(outcome=Outcome.APPLIED).first()
    record_outcome(
        challenge=applied.challenge, company=applied.company, outcome=Outcome.PILOTED, by=None
    )
    measure_network(network=network)
    after = page_of(client, network)

    assert ("Pilot" in before, "From invitation to application" in before) == (False, True)
    assert ("Applied Pilot" in after, "From invitation to pilot" in after) == (True, True)


@pytest.mark.parametrize("reader, widths", [("visitor", [300, 300]), ("manager", [333, 333])])
def test_the_picture_tells_everybody_no_more_than_the_words(
    client, told, manager, network, reader, widths
):
    network.shows_quality = True
    network.save()
    if reader == "manager":
        client.force_login(manager)

    page = client.get(reverse("matching:quality", args=["north"])).content.decode()

    drawn = page.split('class="funnel-table bands"')[1].split("</table>")[0]
    assert [int(width) for width in re.findall(r'"f[15]" width="(\d+)"', drawn)] == widths


def test_a_level_of_few_companies_asked_again_and_again_is_not_told(client, told, network):
    """A row more for each of the thirty, all by two companies: nobody reads what those two did."""
    first, second = Company.objects.order_by("pk")[:2]
    rows = RecordedOutcome.objects.filter(outcome=Outcome.INVITED)
    for row, company in zip(rows, [first, second] * 20, strict=False):
        over = ChallengeFactory(lab=row.challenge.lab, status="closed", deadline=timezone.now())
        RecordedOutcome.objects.create(
            challenge=over,
            company=company,
            number=1,
            outcome=Outcome.INVITED,
            at=timezone.now(),
            total=850,
            shares={"text": 0.85},
            engine_version=ENGINE,
            encoders=[],
        )

    measured = measure_network(network=network)

    assert [(band.low, band.high) for band in measured.bands] == [(600, 900)]


def test_a_network_that_keeps_its_figures_is_not_there(client, told, network):
    response = client.get(reverse("matching:quality", args=[network.slug]))

    assert response.status_code == 404


def test_before_the_first_night_nothing_is_counted(client, manager, network):
    client.force_login(manager)

    assert "Not counted yet" in page_of(client, network)


def test_with_nobody_asked_it_says_so(client, manager, network):
    client.force_login(manager)
    measure_network(network=network)

    page = page_of(client, network)

    assert "a level is told from 20 invitations to 10 different companies on" in page
    assert "no challenge that is over has invited ten companies" in page


def test_the_only_network_opens_at_once(client, manager, network):
    client.force_login(manager)

    response = client.get(reverse("matching:quality_list"))

    assert response.url == reverse("matching:quality", args=["north"])


def test_a_manager_rolls_back_in_one_click(client, challenge, told, manager, network, version):
    WeightsChoice.objects.create(network=network, version=version)
    client.force_login(manager)

    response = client.post(
        reverse("matching:choose_weights", args=["north"]), {"version": "defaults"}, follow=True
    )

    assert weights_of(challenge) == DEFAULT_WEIGHTS
    assert f"Chosen by {manager.name}" in words_of(response)
    assert challenge.match_runs.count() == 1


def test_the_page_says_where_another_network_has_the_say(
    client, challenge, told, manager, network, version
):
    """Its organisation is in a network whose worker learned more, until somebody chooses here."""
    other = NetworkFactory(name="Baltic")
    cluster = challenge.lab.cluster
    cluster.networks.add(other)
    fields = {"tenths": version.tenths, "held_back": 100, "is_better": True}
    found = WeightsVersion.objects.create(network=other, number=4, decisions=500, **fields)
    WeightsChoice.objects.create(network=other, version=found)
    measure_network(network=other)
    client.force_login(manager)

    before = page_of(client, network)
    choose = reverse("matching:choose_weights", args=["north"])
    after = words_of(client.post(choose, {"version": "defaults"}, follow=True))
    there = page_of(client, other)

    assert "This network uses the default weights." in before
    assert (
        f"Challenges of {cluster.name} are scored under version 4 of Baltic, "
        "learned there from 500 decisions." in before
    )
    assert "Baltic" not in after
    assert "This network uses version 4." in there
    assert (
        f"Challenges of {cluster.name} are scored under the default weights, "
        "which somebody chose in North." in there
    )


def test_a_manager_chooses_a_version_and_leaves_it_to_the_worker_again(
    client, challenge, told, manager, network, version
):
    client.force_login(manager)
    address = reverse("matching:choose_weights", args=["north"])

    client.post(address, {"version": "1"})
    client.post(address, {"version": "worker"})

    assert weights_of(challenge) == version.as_weights
    assert [one.is_fixed for one in WeightsChoice.objects.all()] == [False, True]


@pytest.mark.parametrize("chosen, status", [("2", 404), ("", 302), ("x", 302)])
def test_what_was_never_made_cannot_be_chosen(client, manager, network, version, chosen, status):
    client.force_login(manager)

    response = client.post(reverse("matching:choose_weights", args=["north"]), {"version": chosen})

    assert response.status_code == status
    assert not WeightsChoice.objects.exists()


def test_a_partner_reads_and_does_not_choose(client, told, challenge, partner, version):
    network = challenge.lab.cluster.networks.exclude(slug="north").get()
    client.force_login(partner)

    response = client.post(
        reverse("matching:choose_weights", args=[network.slug]), {"version": "defaults"}
    )

    assert client.get(reverse("matching:quality", args=[network.slug])).status_code == 200
    assert response.status_code == 404


@pytest.fixture
def at_level(challenge, told, new_company, scored):
    """A match at the level that was counted, with numbers made under the same weights."""
    company = new_company("Sensorer")
    scored()
    Match.objects.update(total=690, findings=[])
    return Match.objects.get(company=company)


def test_a_match_says_what_its_level_has_meant(client, challenge, manager, at_level):
    client.force_login(manager)

    row = words_of(client.get(reverse("matching:challenge", args=[challenge.slug])))
    page = words_of(client.get(reverse("matching:detail", args=[challenge.slug, at_level.pk])))

    assert "Of ten invited with such a score, about 3 apply" in row
    assert (
        "Of ten invited with such a score, about 3 apply. That is counted from 33 invitations"
        in page
    )


@pytest.mark.parametrize("fields", [{"total": 590}, {"weights_version": "learned-7"}])
def test_where_nothing_was_counted_it_says_so(client, challenge, manager, at_level, fields):
    """Another level, or numbers made under other weights."""
    Match.objects.update(**fields)
    client.force_login(manager)

    page = words_of(client.get(reverse("matching:detail", args=[challenge.slug, at_level.pk])))

    assert "is not known yet" in page
    assert "Of ten invited with such a score" not in page


def test_after_a_switch_the_page_says_what_is_not_counted(client, told, manager, network):
    CorpusSnapshot.objects.create(
        statistics=b"", engine_version="x", companies=1, encoders=["another"]
    )
    measure_network(network=network)
    client.force_login(manager)

    page = page_of(client, network)

    assert "Not enough data yet: a level is told from 20 invitations" in page
    assert "33 invitations are not counted here: another engine or other encoders" in page
    assert "Only those count that the present engine and encoders scored." in page


def test_under_weights_of_its_own_a_match_does_not_say_that_few_answered(
    client, challenge, manager, at_level
):
    Match.objects.update(weights_version=f"challenge-{challenge.pk}-1")
    client.force_login(manager)

    page = words_of(client.get(reverse("matching:detail", args=[challenge.slug, at_level.pk])))

    assert "this challenge has weights of its own" in page
    assert "too few have answered" not in page


def test_the_oldest_version_has_its_button(client, told, manager, network, version):
    fields = {"tenths": version.tenths, "decisions": 300, "held_back": 100, "is_better": False}
    WeightsVersion.objects.bulk_create(
        WeightsVersion(network=network, number=number, **fields) for number in range(2, 26)
    )
    client.force_login(manager)
    page = client.get(reverse("matching:quality", args=["north"]))

    buttons = re.findall(r'name="version"\s+value="(\d+)"', page.content.decode())

    assert sorted(map(int, buttons)) == list(range(1, 26))
    assert "5 older versions" in words_of(page)


def test_counting_twice_counts_the_same(network, told):
    again = measure_network(network=network)

    assert again.figures == told.figures
    assert Measurement.objects.count() == 1
