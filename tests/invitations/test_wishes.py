"""A company's wishes are kept: by rounds, by managers, and told where they stand."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from challenges.choices import Policy
from challenges.models import Challenge
from companies.models import Company
from invitations import actions
from invitations.choices import Refusal, Status
from invitations.emails import language_of
from invitations.models import Invitation
from invitations.pacing import unwanted_among
from invitations.profiles import candidates
from invitations.wishes import Wishes, against
from matching.models import Match

TODAY = date(2026, 11, 26)
THEMES = st.sets(st.sampled_from("abcd"), max_size=4)
COUNTRIES = st.sets(st.sampled_from(["DK", "SE", "NO"]), max_size=3)
NUMBERS = st.none() | st.integers(1, 5)
DAYS = st.none() | st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))


# Pure.


@pytest.mark.parametrize(
    "wishes, code",
    [
        (Wishes(), None),
        (Wishes(paused_until=TODAY), None),
        (Wishes(paused_until=TODAY + timedelta(days=1)), "paused"),
        (Wishes(themes=["grid", "water"]), None),
        (Wishes(themes=["water"]), "theme_unwanted"),
        (Wishes(countries=["DK"]), None),
        (Wishes(countries=["SE"]), "country_unwanted"),
        (Wishes(per_month=2, letters=1), None),
        (Wishes(per_month=2, letters=2), "enough"),
        (Wishes(per_month=1, letters=1, themes=["water"]), "theme_unwanted"),
    ],
)
def test_what_a_company_wants(wishes, code):
    found = against(wishes, themes=["grid"], country="DK", today=TODAY)

    assert (found and found.code) == code


def test_every_code_is_a_refusal_in_words():
    for code in ("paused", "theme_unwanted", "country_unwanted", "enough"):
        assert Refusal(code).label


@given(THEMES, COUNTRIES, NUMBERS, DAYS, st.integers(0, 6), THEMES, st.sampled_from(["DK", "FI"]))
def test_a_letter_is_wanted_exactly_when_nothing_stands_against_it(
    wanted, countries, most, until, letters, themes, country
):
    wishes = Wishes(wanted, countries, most, until, letters)

    is_wanted = against(wishes, themes=themes, country=country, today=TODAY) is None

    assert is_wanted == (
        (until is None or until <= TODAY)
        and (not wanted or bool(wanted & themes))
        and (not countries or country in countries)
        and (most is None or letters < most)
    )


# In the database.


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def tab(challenge):
    return reverse("invitations:challenge", args=[challenge.slug])


def soon() -> date:
    return timezone.localdate() + timedelta(days=40)


UNWANTED = [
    ({"no_letters_until": soon}, "it wants no letters until", Refusal.PAUSED),
    ({"letter_themes": ["water"]}, "about other themes only", Refusal.THEME_UNWANTED),
    ({"letter_countries": ["ES"]}, "about other countries only", Refusal.COUNTRY_UNWANTED),
]


def filled(fields: dict) -> dict:
    return {name: value() if callable(value) else value for name, value in fields.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("policy", [Policy.AUTOMATIC, Policy.BY_HAND])
@pytest.mark.parametrize("case", UNWANTED)
def test_rounds_neither_write_nor_suggest_and_the_tab_says_why(
    as_manager, tab, new_company, scored, share_out, policy, case
):
    fields, sentence, _code = case
    Challenge.objects.update(policy=policy)
    willing, unwilling = new_company("Willing"), new_company("Unwilling", **filled(fields))
    scored()

    share_out()

    assert list(Invitation.objects.values_list("company", flat=True)) == [willing.pk]
    page = as_manager.get(tab)
    standings = {row.one.match.company_id: row.standing for row in page.context["rows"]}
    assert sentence in standings[unwilling.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("fields, _sentence, code", UNWANTED)
def test_a_manager_is_told_and_cannot_write_all_the_same(
    challenge, manager, new_company, scored, fields, _sentence, code
):
    company = new_company(**filled(fields))
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    sent = actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert (sent, row.status, row.refused_because) == ([], Status.REFUSED, code)


@pytest.mark.django_db
def test_wishes_that_fit_keep_nobody_away(challenge, new_company, scored, share_out):
    yesterday = timezone.localdate() - timedelta(days=1)
    company = new_company(
        letter_themes=["sensors_grid", "water"],
        letter_countries=[str(challenge.lab.country)],
        no_letters_until=yesterday,
        letters_per_month=1,
    )
    scored()

    share_out()

    assert list(Invitation.objects.values_list("company", flat=True)) == [company.pk]


@pytest.mark.django_db
def test_the_letters_of_a_month_are_counted(challenge, invited, manager, scored):
    row = invited(letters_per_month=1)
    other = _another(challenge, scored)

    (more,) = actions.propose(challenge=other, company_ids=[row.company_id], by=manager)
    too_many = actions.refusals_of([_with_company(more)])
    Invitation.objects.filter(pk=row.pk).update(
        status=Status.SENT, sent_at=timezone.now() - timedelta(days=31)
    )
    next_month = actions.refusals_of([_with_company(more)])

    assert too_many == {more.pk: Refusal.ENOUGH}
    assert next_month == {more.pk: ""}


@pytest.mark.django_db
def test_several_invitations_in_one_letter_are_one_letter(challenge, invited, manager, scored):
    row = invited(letters_per_month=2)
    other = _another(challenge, scored)
    (more,) = actions.propose(challenge=other, company_ids=[row.company_id], by=manager)
    Invitation.objects.filter(pk=more.pk).update(status=Status.QUEUED, letter_id=row.letter_id)

    third = _another(challenge, scored)
    (again,) = actions.propose(challenge=third, company_ids=[row.company_id], by=manager)

    assert actions.refusals_of([_with_company(again)]) == {again.pk: ""}


def _another(challenge: Challenge, scored) -> Challenge:
    from matching.actions import request_runs, score_challenge
    from matching.models import MatchRun
    from tests.factories import ChallengeFactory

    other = ChallengeFactory(open=True, lab=challenge.lab, themes=["sensors_grid"], threshold=10)
    (run,) = request_runs(challenge_ids=[other.pk])
    score_challenge(run=MatchRun.objects.get(pk=run))
    return other


def _with_company(row: Invitation) -> Invitation:
    return Invitation.objects.select_related("company").get(pk=row.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 30])
def test_wishes_cost_the_same_for_one_and_thirty(
    challenge, manager, new_company, scored, django_assert_num_queries, many
):
    companies = [new_company(f"Firm {number}", letters_per_month=3) for number in range(many)]
    scored()
    rows = actions.propose(
        challenge=challenge, company_ids=[one.pk for one in companies], by=manager
    )
    rows = list(Invitation.objects.select_related("company").filter(pk__in=[r.pk for r in rows]))

    with django_assert_num_queries(6):
        unwanted_among(rows, leaving=set())


@pytest.mark.django_db
def test_the_database_and_the_arithmetic_agree(challenge, new_company, scored):
    """Of 36 companies with every mixture of wishes."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    mixtures = [
        {"letter_themes": themes, "letter_countries": countries, "no_letters_until": until}
        for themes in ([], ["sensors_grid"], ["water"], ["water", "sensors_grid"])
        for countries in ([], [str(challenge.lab.country)], ["ES"])
        for until in (None, timezone.localdate(), tomorrow)
    ]
    for number, fields in enumerate(mixtures):
        new_company(f"Firm {number}", **fields)
    scored()

    found = candidates(Challenge.objects.filter(pk=challenge.pk))

    wanted = {
        company.pk
        for company in Company.objects.all()
        if against(
            Wishes(
                company.letter_themes,
                company.letter_countries,
                paused_until=company.no_letters_until,
            ),
            themes=challenge.themes,
            country=str(challenge.lab.country),
            today=timezone.localdate(),
        )
        is None
    }
    assert Match.objects.for_challenge(challenge).count() == 36
    assert set(found.values_list("company", flat=True)) == wanted
    assert len(wanted) == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields, language",
    [
        ({"language": "nb"}, "nb"),
        ({"language": "nb", "letter_language": "da"}, "da"),
        ({"language": "de"}, "en"),
    ],
)
def test_letters_are_in_the_language_the_company_chose(new_company, fields, language):
    assert language_of(new_company(**fields)) == language
