"""A company without a name for the reader has words in its place, on every page."""

import pytest
from django.urls import reverse

from companies.choices import Visibility
from matching import actions
from matching.models import Match
from matching.whatif import points_of, shares_of
from tests.factories import AccountFactory

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
    assert [name for name, _score in tried.context["entering"]] == [NOBODY]
