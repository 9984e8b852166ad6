"""Challenges like this one and companies like this one, on their pages and why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies.actions import register_company
from companies.choices import Visibility
from companies.models import Company
from matching.actions import encode_companies
from matching.actions.encoding import encode_briefs
from matching.alike import challenges_like, companies_like
from matching.encoders import encoders
from matching.models import BriefMeaning, ProfileMeaning
from tests.factories import AccountFactory, ChallengeFactory

pytestmark = pytest.mark.django_db

PROFILES = {
    "Kabelohr": ("de", "Wir hören schwache Stellen in Stromkabeln, bevor sie ausfallen."),
    "Brood": ("nl", "Wij bakken elke nacht brood voor scholen en kantines."),
    "Lyttepost": ("da", "Vores sensorer finder fejl i elnettets kabler, før de svigter."),
}
NEEDS = {
    "sensors": ("en", "Cables in the power grid fail without warning; find weak spots early."),
    "kabler": ("da", "Vi vil vide, hvilke kabler i elnettet der er ved at svigte."),
    "brot": ("de", "Unsere Schulen suchen frisches Brot für die Kantinen am Morgen."),
}


@pytest.fixture
def companies() -> dict[str, Company]:
    found = {}
    for name, (language, text) in PROFILES.items():
        fields = {
            "language": language,
            "description": text,
            "themes": ["sensors_grid"],
            "capabilities": ["grid_sensors"] if name != "Brood" else [],
            "visibility": Visibility.PUBLIC,
        }
        found[name] = register_company(name=name, fields=fields, owner=None, by=None)
    encode_companies(company_ids=[one.pk for one in found.values()])
    return found


@pytest.fixture
def challenges():
    found = {
        name: ChallengeFactory(
            open=True,
            title=name.title(),
            question=text,
            language=language,
            need=text,
            wanted_outcome="",
            success_criteria="",
            themes=["sensors_grid"],
            must=["grid_sensors"],
        )
        for name, (language, text) in NEEDS.items()
    }
    encode_briefs(challenges=[*found.values()], names=[one.name for one in encoders()])
    return found


def named(found) -> list[str]:
    return [getattr(one.noun, "name", "") or one.noun.title for one in found]


def test_the_company_of_the_same_trade_comes_first_in_whatever_language(companies):
    reader = AccountFactory()

    found = companies_like(companies["Lyttepost"], reader=reader)

    assert named(found)[0] == "Kabelohr"
    assert found[0].themes == ("sensors_grid",)
    assert found[0].capabilities == ("grid_sensors",)
    assert found[0].quote == PROFILES["Kabelohr"][1]


def test_without_vectors_what_is_shared_decides(companies):
    ProfileMeaning.objects.all().delete()

    found = companies_like(companies["Lyttepost"], reader=AccountFactory())

    assert named(found) == ["Kabelohr", "Brood"]
    assert [one.quote for one in found] == ["", ""]


def edit(one, **changes):
    """The worker has not read it yet."""
    for name, text in {"revision": one.revision + 1, **changes}.items():
        setattr(one, name, text)
    one.save()


LONG = "It must survive a winter in the north of the country without any service."


def test_an_edited_challenge_is_compared_by_what_it_shares_until_it_is_read(challenges):
    edit(challenges["kabler"], success_criteria=LONG, practice_today=LONG, wanted_outcome=LONG)

    found = challenges_like(challenges["kabler"], reader=AccountFactory())

    assert sorted(named(found)) == ["Brot", "Sensors"]
    assert [one.quote for one in found] == ["", ""]


def test_an_edited_company_is_compared_by_what_it_shares_until_it_is_read(companies):
    edit(companies["Lyttepost"], description="Brød.")

    found = companies_like(companies["Lyttepost"], reader=AccountFactory())

    assert named(found) == ["Kabelohr", "Brood"]
    assert [one.quote for one in found] == ["", ""]


def test_of_two_readings_of_a_brief_the_present_one_is_compared(challenges):
    """While a new brief is scored both are there."""
    bread = challenges["brot"]
    for row in BriefMeaning.objects.filter(challenge=challenges["kabler"]):
        row.pk, row.challenge_id, row.revision = None, bread.pk, bread.revision + 1
        row.save()

    found = challenges_like(challenges["kabler"], reader=AccountFactory())

    assert named(found) == ["Sensors", "Brot"]
    assert [one.quote for one in found] == [NEEDS["sensors"][1], NEEDS["brot"][1]]


def test_a_company_is_named_only_to_those_who_may_see_it(companies):
    hidden = companies["Kabelohr"]
    Company.objects.filter(pk=hidden.pk).update(visibility=Visibility.CLUSTER)

    found = companies_like(companies["Lyttepost"], reader=AccountFactory())

    assert hidden.name not in named(found)


def test_the_challenge_of_the_same_need_comes_first_in_whatever_language(challenges):
    found = challenges_like(challenges["kabler"], reader=AccountFactory())

    assert named(found)[0] == "Sensors"
    assert found[0].capabilities == ("grid_sensors",)
    assert found[0].quote == NEEDS["sensors"][1]


def test_drafts_are_like_nothing(challenges):
    ChallengeFactory(themes=["sensors_grid"], title="Draft")
    BriefMeaning.objects.all().delete()

    found = challenges_like(challenges["kabler"], reader=AccountFactory())

    assert sorted(named(found)) == ["Brot", "Sensors"]


@pytest.mark.parametrize("kind, statements", [("challenges", 5), ("companies", 9)])
def test_as_many_statements_for_three_as_for_many(client, challenges, companies, kind, statements):
    one = {"challenges": challenges["kabler"], "companies": companies["Lyttepost"]}[kind]
    address = reverse(f"matching:{kind}_like", args=[one.slug])
    client.get(address)

    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address, headers={"HX-Request": "true"})
        asked.append(len(queries))
        for n in range(12):
            ChallengeFactory(open=True, themes=["sensors_grid"])
            fields = {"themes": ["sensors_grid"], "visibility": Visibility.PUBLIC}
            register_company(name=f"Firma {n}", fields=fields, owner=None, by=None)

    assert asked == [statements] * 2


def test_both_pages_fetch_the_list_and_link_to_it(client, challenges, companies):
    pages = {
        challenges["kabler"].get_absolute_url(): "challenges_like",
        companies["Lyttepost"].get_absolute_url(): "companies_like",
    }

    for address, name in pages.items():
        page = client.get(address).content.decode()
        like = reverse(f"matching:{name}", args=[address.strip("/").split("/")[-1]])

        assert f'hx-get="{like}"' in page
        assert f'href="{like}"' in page
        assert "Both" in client.get(like, headers={"HX-Request": "true"}).content.decode()


def test_what_a_page_fetches_is_the_list_alone(client, challenges):
    address = reverse("matching:challenges_like", args=[challenges["kabler"].slug])

    whole = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"})

    assert "<html" in whole
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]
