"""One search over everything one may see."""

import re

import pytest

from dashboard.search import SHOWN
from tests.factories import ChallengeFactory, CompanyFactory, LivingLabFactory

pytestmark = pytest.mark.django_db


def more_links(page):
    return re.findall(r'<p><a href="([^"]+)">More in', page)


def test_more_leads_to_the_list_with_the_same_words(client):
    for _number in range(SHOWN + 1):
        CompanyFactory(summary="Heat & power for quays.")
    CompanyFactory(summary="Something else.")

    page = client.get("/search/", {"q": "heat & quays"}).content.decode()
    (link,) = more_links(page)

    assert link == "/companies/?q=heat+%26+quays"


@pytest.mark.parametrize(
    ("factory", "words"),
    [(CompanyFactory, "name"), (LivingLabFactory, "name"), (ChallengeFactory, "title")],
)
def test_the_list_that_goes_on_holds_what_was_found_and_nothing_else(client, factory, words):
    more = {"open": True} if factory is ChallengeFactory else {}
    for number in range(SHOWN + 1):
        factory(**{words: f"Zephyr {number}"}, **more)
    factory(**{words: "Another"}, **more)

    (link,) = more_links(client.get("/search/?q=zephyr").content.decode())
    rows = client.get(link).content.decode()

    assert all(f"Zephyr {number}" in rows for number in range(SHOWN + 1))
    assert "Another" not in rows
