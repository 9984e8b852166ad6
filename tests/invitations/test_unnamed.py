"""What a manager reads about an invitation to a company that has no name for her."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from companies.choices import Source, Visibility
from companies.models import Company
from invitations import actions
from invitations.choices import NominationKind, Refusal
from invitations.lastlook import last_look
from invitations.models import Nomination
from invitations.wording import STANDINGS, VERDICTS, judged, standing
from matching.models import Match
from matching.scoring import Reason
from tests.factories import (
    ClusterMembershipFactory,
    ClusterOrganisationFactory,
    CompanyFactory,
)
from tests.invitations.conftest import SENSORS

pytestmark = pytest.mark.django_db
HERE, THERE = (
    {"country": country, "kind": kind, "on": day}
    for country, kind, day in (("SE", "generic", "2026-02-03"), ("NO", "personal", "2025-07-08"))
)
OWN = ("Sweden", "Norway", "office", "2026", "2025", "February", "July")
CODES = sorted({*VERDICTS, *Refusal.values})


@pytest.fixture
def stranger(new_company):
    """Of another cluster organisation, in a country whose rules nobody knows."""
    other = ClusterOrganisationFactory(name="Elsewhere")

    def make(country: str = "SE", name: str = "Sensorverket", **fields) -> Company:
        fields = {"source": Source.IMPORTED, "is_member": False, **fields}
        company = new_company(name, country=country, **fields)
        ClusterMembershipFactory(company=company, cluster=other)
        return company

    return make


@pytest.mark.parametrize("code", CODES)
def test_every_verdict_of_the_gate_is_told_without_country_kind_and_day(code):
    told = [judged(Reason(code, **facts), anonymous=True) for facts in (HERE, THERE)]

    assert told[0] == told[1] != ""
    assert [word for word in OWN if word in told[0]] == []


def test_what_the_gate_says_of_a_company_with_a_name_is_told_whole():
    assert judged(Reason("free", **HERE)) == (
        "Sweden lets you write. Address: Shared (info@company)."
    )


@pytest.mark.parametrize("code", STANDINGS)
def test_no_standing_tells_what_a_company_stated_of_itself(code):
    shared = {
        "rank": 1, "of": 3, "is_newcomer": True, "line": 4, "days": 30, "times": 2,
        "next_on": "2026-12-01", "threshold": 40,
    }  # fmt: skip
    one, other = ({"until": "2027-02-03", "most": 1}, {"until": "2027-07-08", "most": 7})

    told = [standing(Reason(code, **shared, **own), anonymous=True) for own in (one, other)]

    if code == "cluster_full":  # what the network sets, not the company
        assert told[0] != told[1]
    else:
        assert told[0] == told[1] != ""


def test_the_tab_and_the_last_look_say_no_country(client, challenge, manager, stranger, scored):
    companies = [stranger("SE"), stranger("NO", "Målerne"), stranger("IS", "Islenska")]
    scored()
    ids = [company.pk for company in companies]
    rows = actions.propose(challenge=challenge, company_ids=ids, by=manager)
    client.force_login(manager)

    tab = client.get(reverse("invitations:challenge", args=[challenge.slug]))
    look = client.get(
        reverse("invitations:send", args=[challenge.slug]), {"i": [row.pk for row in rows]}
    )

    standings = [row.standing for row in tab.context["rows"]]
    assert len(standings) == 3
    assert "Gets no letter: The law of its country wants a request first." in " ".join(standings)
    groups = ("to_write", "held", "passed_on", "not_written")
    shown = [one for name in groups for one in getattr(look.context["look"], name).shown]
    told = [*standings, *(one.ground + one.refusal for one in shown)]
    assert len(told) == 6
    countries = ("Sweden", "Norway", "Iceland", "Address:")
    assert [word for text in told for word in countries if word in text] == []


def test_no_number_on_the_tab_says_that_two_rows_are_one_company(
    client, challenge, manager, scored
):
    company = CompanyFactory(id=700_001, name="Hemligt", visibility=Visibility.CLUSTER, **SENSORS)
    ClusterMembershipFactory(company=company, cluster__name="Elsewhere")
    scored()
    client.force_login(manager)

    page = client.get(reverse("invitations:challenge", args=[challenge.slug])).content.decode()

    assert "A company of Elsewhere" in page
    assert str(company.pk) not in page


def test_letters_that_wait_for_working_hours_are_told_without_country(
    challenge, manager, stranger, new_company, scored, settings, time_machine
):
    settings.WORKING_HOURS = True
    time_machine.move_to(datetime(2027, 1, 20, 20, tzinfo=UTC))
    known = new_company("Kendt", country="DK")
    hidden = stranger("SE", source=Source.REGISTERED)
    scored()
    ids = [known.pk, hidden.pk]
    rows = actions.propose(challenge=challenge, company_ids=ids, by=manager)

    later = last_look(challenge, [row.pk for row in rows], reader=manager).later

    assert [(one.country, one.count, one.local is None) for one in later] == [
        ("Denmark", 1, False),
        ("", 1, True),
    ]


def test_the_preview_is_in_the_language_of_who_reads_it(
    client, challenge, manager, stranger, scored
):
    stranger("DK", "Sensorværket", language="da")
    scored()
    client.force_login(manager)
    page = reverse("invitations:letter", args=[challenge.slug, Match.objects.get().pk])

    draft = client.get(page).context["draft"]

    assert "Hello A company of Elsewhere" in draft.text
    assert "Hej" not in draft.text


def test_a_nomination_names_no_company_that_has_no_name_for_the_manager(
    client, challenge, manager, invited, stranger
):
    row, hidden = invited(), stranger("SE", "Hemligt")
    Nomination.objects.create(
        invitation=row, kind=NominationKind.COMPANY, name=hidden.name, company=hidden
    )
    Nomination.objects.create(
        invitation=row, kind=NominationKind.COLLEAGUE, name="Bo Berg", email="bo@firm.example"
    )
    client.force_login(manager)

    page = client.get(reverse("invitations:challenge", args=[challenge.slug]))

    named = [one.name for one in page.context["nominations"]]
    assert sorted(named) == ["A company of Elsewhere", "Bo Berg"]
    assert "Hemligt" not in page.content.decode()
