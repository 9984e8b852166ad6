"""A company without a name for the reader has words in its place, on every page."""

import re

import pytest
from django.urls import reverse

from companies.actions import erase_company
from companies.choices import Visibility
from matching import actions
from matching.models import Match
from matching.telling import names_of
from matching.whatif import points_of, shares_of
from tests.factories import AccountFactory, AdministratorFactory, MembershipFactory

pytestmark = pytest.mark.django_db
NOBODY = "A company of no cluster organisation"


@pytest.fixture
def hidden(new_company):
    """Seen by its own cluster organisation only, and it has none."""
    return new_company("Hidden", is_member=False, visibility=Visibility.CLUSTER, themes=[])


def test_a_manager_decides_by_hand_about_a_company_that_nobody_vouches_for(
    client, challenge, manager, hidden, scored
):
    scored()
    url = reverse("matching:override", args=[challenge.slug, Match.objects.get().pk])
    client.force_login(manager)

    page = client.get(url)

    assert page.status_code == 200
    assert page.context["name"] == NOBODY


def test_contests_and_tried_weights_name_it_in_the_same_words(
    client, challenge, manager, hidden, scored
):
    run = scored()
    actions.explain_waiting(may_go_on=lambda: True)
    said = {"statement": "See there.", "link": "https://hidden.example/", "by": AccountFactory()}
    row = actions.contest(challenge=challenge, company=hidden, criterion="theme", **said)
    actions.measure_shares(challenge=challenge)
    challenge.threshold = Match.objects.get().total // 10 + 1
    challenge.save()
    chosen = points_of(challenge, shares_of(run).asked) | {"theme": 0}
    client.force_login(manager)

    listed = client.get(reverse("matching:contests", args=[challenge.slug]))
    decided = client.get(row.get_absolute_url())
    tried = client.get(
        reverse("matching:weights", args=[challenge.slug]),
        {f"w_{code}": value for code, value in chosen.items()},
    )

    assert [one["name"] for one in listed.context["contests"]] == [NOBODY]
    assert decided.context["name"] == NOBODY
    assert [name for name, _score, _asked in tried.context["entering"]] == [NOBODY]


def test_an_administrator_reads_of_an_erased_company_that_it_is_one(
    client, challenge, new_company, explained
):
    administrator = MembershipFactory(
        organisation=challenge.lab.cluster, user=AdministratorFactory()
    ).user
    company = new_company("Kanariefuglen")
    explained()
    Match.objects.update(is_kept=True)
    erase_company(company=company, by=None)
    slug, match = challenge.slug, Match.objects.get()
    client.force_login(administrator)

    listed = client.get(reverse("matching:challenge", args=[slug])).content.decode()
    page = client.get(reverse("matching:detail", args=[slug, match.pk])).content.decode()
    texts = client.get(reverse("matching:texts", args=[slug, match.pk])).content.decode()
    data = client.get(reverse("matching:data", args=[slug, match.pk])).json()
    file = client.get(reverse("matching:export_challenge", args=[slug, "csv"])).getvalue().decode()

    assert '<span class="strong">Erased company</span>' in listed
    assert re.search("<h1[^>]*>Erased company</h1>", page)
    assert "beside the profile of Erased company" in texts
    assert ",Erased company," in file
    assert data["company"] == {"name": "Erased company", "url": None}
    assert company.get_absolute_url() not in listed + page
    assert names_of([company.pk], administrator) == {company.pk: "Erased company"}
