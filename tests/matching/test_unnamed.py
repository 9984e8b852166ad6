"""What is told of a company without a name: every reason and every condition there is, and every
page, list and sheet that tells them.
"""

import csv
import io
import json

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from companies.choices import Visibility
from companies.models import Company
from matching.models import Match
from matching.scoring import Reason
from matching.scoring.unnamed import TOLD
from matching.wording import SENTENCES, sentence
from tests.factories import ReferenceFactory, SolutionFactory
from tests.matching.test_wording import CASES as CASES_OF_ALL

# Of each reason, what is told without the name. Those not here are told whole.
LESS = {
    "text_close": "Describes what the challenge asks for",
    "text_related": "Describes related work",
    "text_distant": "Has a little in common with the challenge",
    "trl_in_range": "A solution is within TRL 6–9",
    "trl_gap": "No solution is within TRL 6–9",
    "market_home": "Based in Norway, or serves it",
    "market_served": "Based in Norway, or serves it",
    "market_distance": "Its place matters to this challenge",
    "references_confirmed": "Has references that clients confirmed",
    "references_claimed": "Has references, not confirmed yet",
    "size_fits": "Of a size the challenge is meant for",
    "size_differs": "Of no size the challenge is meant for: Micro enterprise, Small enterprise",
    "must_country_met": "Based in a country the challenge is for: Norway",
    "must_country_not_met": "Based in no country the challenge is for: Norway, Denmark",
    "must_size_met": "Of a size the challenge is meant for",
    "must_size_not_met": "Of no size the challenge is meant for: Small enterprise",
    "must_trl_not_met": "No solution is within TRL 6–9, which is a must",
}
# What a company states beyond what was asked, and something else that it could state instead.
OWN = {
    "words": ["vejle"],
    "home": "SE",
    "km": 370,
    "client_types": ["hospital"],
    "references": 37,
    "confirmed": 12,
    "trl": 8,
    "trls": [1, 2, 5],
    "steps": 3,
    "size_class": "medium",
    "share_found": 0.1234,
}
CASES = [case for case in CASES_OF_ALL if case[0].code in TOLD]
IDS = [f"{reason.code}: {text}" for reason, text in CASES]


def otherwise(reason: Reason) -> Reason:
    """The same standing of a company that states other things."""
    own = OWN | ({"country": "FI"} if reason.code.startswith("must_country") else {})
    data = {key: own.get(key, value) for key, value in reason.data.items()}
    return Reason(reason.code, **data)


@pytest.mark.parametrize("reason, text", CASES, ids=IDS)
def test_what_is_told_of_each_reason(reason, text):
    with override("en"):
        told = sentence(reason, anonymous=True)

    if reason.code == "market_not_served":  # by its distance in words, too
        assert told == f"Does not say that it serves {text.rpartition('serves ')[2]}"
    else:
        assert told == LESS.get(reason.code, text)


@pytest.mark.parametrize("reason, text", CASES, ids=IDS)
def test_companies_that_stand_alike_are_told_alike(reason, text):
    assert reason.anonymous == otherwise(reason).anonymous


def test_a_granted_part_tells_no_more_than_what_was_found():
    found = Reason("references_confirmed", references=37, confirmed=2, client_types=["utility"])
    granted = Reason("granted", share=1.0, share_found=0.75, found=found.to_data(), missing=[])

    with override("en"):
        told = sentence(granted, anonymous=True)

    assert told == (
        "Has references that clients confirmed; contested by the company, and all points granted"
    )
    assert set(granted.anonymous.data) == {"share", "found", "missing"}


def test_every_reason_has_its_row_and_what_is_told_can_be_worded():
    told = {code for code, _kept in TOLD.values()}

    assert told <= set(SENTENCES)
    assert set(SENTENCES) - set(TOLD) == told - set(TOLD)


@pytest.fixture
def strangers(challenge, new_company):
    """Two that stand alike in what the challenge asks, and in nothing else that they state."""
    challenge.countries, challenge.size_classes = ["DK", "FI"], ["micro"]
    challenge.trl_min, challenge.trl_max, challenge.trl_is_must = 8, 9, True
    challenge.save()
    made = []
    for country, size, trl, references in (("SE", "small", 4, 2), ("NO", "large", 3, 3)):
        company = new_company(f"Of {country}", country=country, size_class=size)
        SolutionFactory(company=company, name="Watcher", trl=trl)
        for _number in range(references):
            ReferenceFactory(company=company, title="Faults found in a grid")
        made.append(company)
    Company.objects.update(visibility=Visibility.CLUSTER)
    return made


def words_of(client, challenge) -> list[str]:
    """What a list, both pages, both data and three sheets say, without addresses and forms."""
    slug = challenge.slug
    matches = list(Match.objects.order_by("company"))
    pages = [client.get(reverse("matching:detail", args=[slug, one.pk])) for one in matches]
    data = [client.get(reverse("matching:data", args=[slug, one.pk])) for one in matches]
    listed = client.get(reverse("matching:challenge", args=[slug])).context["shown"]
    sheet = client.get(reverse("matching:export_challenge", args=[slug, "csv"])).getvalue()
    network = client.get(reverse("matching:export", args=["csv"])).getvalue()
    book = client.get(reverse("matching:export_challenge", args=[slug, "xlsx"])).content
    cells = load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    return [
        *(str(page.context["conditions"]) + str(page.context["parts"]) for page in pages),
        *(str(json.loads(one.content)["conditions"]) for one in data),
        *(f"{one.name} {one.place} {one.reasons} {one.not_met} {one.to_check}" for one in listed),
        str([*csv.reader(io.StringIO(sheet.decode("utf-8-sig")))]),
        str([*csv.reader(io.StringIO(network.decode("utf-8-sig")))]),
        str([*cells]),
    ]


@pytest.mark.django_db
def test_no_page_and_no_sheet_says_where_or_how_large_it_is(
    client, challenge, partner, strangers, scored, write_reasons
):
    scored()
    write_reasons()
    client.force_login(partner)

    told = words_of(client, challenge)

    assert len(told) == 9
    assert "Based in no country the challenge is for: Denmark, Finland" in told[0]
    own = ("Sweden", "Norway", "Small", "Large", "TRL 3", "TRL 4")
    assert [word for text in told for word in own if word in text] == []


@pytest.mark.django_db
def test_a_page_that_may_tell_says_it_all(
    client, challenge, manager, strangers, scored, write_reasons
):
    scored()
    write_reasons()
    client.force_login(manager)

    told = words_of(client, challenge)

    assert "Based in Norway; the challenge is for companies from Denmark, Finland" in told[0]
    assert "TRL 3; 8–9 is a must" in told[0]
    assert "Sweden" in told[1]


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["SE", "NO"])
def test_no_filter_by_country_finds_a_company_without_a_name(
    client, challenge, partner, strangers, new_company, explained, country
):
    new_company("Shown", country="NO")
    explained()
    client.force_login(partner)
    slug = challenge.slug

    lists = [
        client.get(reverse(name, args=args), {"country": country})
        for name, args in (("matching:list", []), ("matching:challenge", [slug]))
    ]
    sheet = client.get(
        reverse("matching:export_challenge", args=[slug, "csv"]), {"country": country}
    )

    expected = ["Shown"] if country == "NO" else []
    for page in lists:
        assert [one.name for one in page.context["shown"]] == expected
        assert page.context["paginator"].count == len(expected)
    assert len(sheet.getvalue().decode().strip().splitlines()) == 1 + len(expected)
