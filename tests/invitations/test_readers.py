"""A person's wishes hold for every company whose letters come to them, beside the company's."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from challenges.choices import Policy
from challenges.models import Challenge
from companies.choices import CompanyRole, Source
from companies.models import Company, ReaderWishes
from invitations import actions
from invitations.choices import Refusal, Status
from invitations.emails import language_of
from invitations.models import Invitation
from invitations.pacing import unwanted_among, wishes_of_readers
from invitations.profiles import whole_situation
from invitations.wishes import STRICTEST_FIRST, Wanted, Wishes, against, against_either
from mail.models import Letter
from matching.actions import request_runs, score_challenge
from matching.models import MatchRun
from tests.factories import AccountFactory, ChallengeFactory, CompanyMemberFactory
from tests.invitations.conftest import write_queued

TODAY = date(2026, 11, 26)
ANNA = "anna@sensor.example"

some_wishes = st.builds(
    Wishes,
    st.sets(st.sampled_from("abc"), max_size=2),
    st.sets(st.sampled_from(["DK", "SE"]), max_size=2),
    st.none() | st.integers(1, 3),
    st.none() | st.integers(-2, 2).map(lambda days: TODAY + timedelta(days=days)),
    st.integers(0, 4),
)


# Pure.


@given(some_wishes, some_wishes, st.sets(st.sampled_from("abc"), max_size=2))
def test_both_hold_and_the_stricter_is_told(company, reader, themes):
    about = {"themes": themes, "country": "DK", "today": TODAY}

    told = against_either(Wanted(company, reader), **about)

    found = [against(company, **about), against(reader, **about)]
    assert (told is None) == (found == [None, None])
    if told is not None:
        strictest = min((one.code for one in found if one), key=STRICTEST_FIRST.index)
        assert told.code.removeprefix("reader_") == strictest
        assert told.code.startswith("reader_") == (not found[0] or found[0].code != strictest)


@given(some_wishes, st.sets(st.sampled_from("abc"), max_size=2))
def test_of_a_person_nothing_is_told_but_whose_wish_it_is(reader, themes):
    told = against_either(Wanted(reader=reader), themes=themes, country="DK", today=TODAY)

    assert told is None or dict(told.data) == {}


@pytest.mark.parametrize("code", STRICTEST_FIRST)
def test_every_wish_of_a_reader_is_a_refusal_in_words(code):
    assert Refusal(f"reader_{code}").label.startswith("The person who receives the letters")


# In the database.


@pytest.fixture
def anna(db) -> User:
    return AccountFactory(email=ANNA, name="Anna", language="da")


def wants(person: User, **fields) -> None:
    until = fields.pop("no_mail_until", None)
    User.objects.filter(pk=person.pk).update(no_mail_until=until)
    if fields:
        ReaderWishes.objects.update_or_create(user=person, defaults=fields)


def soon() -> date:
    return timezone.localdate() + timedelta(days=40)


UNWANTED = [
    ({"no_mail_until": soon}, "wants none for a while", Refusal.READER_PAUSED),
    (
        {"letter_themes": ["waste_circular"]},
        "wants none about this theme",
        Refusal.READER_THEME_UNWANTED,
    ),
    (
        {"letter_countries": ["ES"]},
        "wants none about this country",
        Refusal.READER_COUNTRY_UNWANTED,
    ),
]


def filled(fields: dict) -> dict:
    return {name: value() if callable(value) else value for name, value in fields.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("policy", [Policy.AUTOMATIC, Policy.BY_HAND])
@pytest.mark.parametrize("case", UNWANTED)
def test_rounds_neither_write_nor_suggest_and_the_tab_says_why(  # noqa: PLR0917
    client, challenge, manager, anna, new_company, scored, share_out, policy, case
):
    fields, sentence, _code = case
    Challenge.objects.update(policy=policy)
    willing, unwilling = (
        new_company("Willing"),
        new_company("Unwilling", email="Anna@Sensor.example"),
    )
    wants(anna, **filled(fields))
    scored()

    share_out()

    assert list(Invitation.objects.values_list("company", flat=True)) == [willing.pk]
    client.force_login(manager)
    page = client.get(reverse("invitations:challenge", args=[challenge.slug]))
    standings = {row.one.match.company_id: row.standing for row in page.context["rows"]}
    assert f"the person who receives its letters {sentence}" in standings[unwilling.pk]
    assert "Anna" not in standings[unwilling.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("fields, _sentence, code", UNWANTED)
def test_a_manager_is_told_and_cannot_write_all_the_same(
    challenge, manager, anna, new_company, scored, fields, _sentence, code
):
    company = new_company(email=ANNA)
    wants(anna, **filled(fields))
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    sent = actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)

    row.refresh_from_db()
    assert (sent, row.status, row.refused_because) == ([], Status.REFUSED, code)


@pytest.mark.django_db
def test_a_reminder_asks_the_reader_too(challenge, manager, anna, invited):
    row = invited(email=ANNA)
    long_ago = timezone.now() - timedelta(days=20)
    Invitation.objects.filter(pk=row.pk).update(status=Status.SENT, sent_at=long_ago)
    wants(anna, letter_countries=["ES"])

    refused = actions.remind_silent(challenge=challenge, by=manager)
    ReaderWishes.objects.all().delete()
    reminded = actions.remind_silent(challenge=challenge, by=manager)

    assert (refused.written, refused.refused) == (0, 1)
    assert reminded.written == 1


@pytest.mark.django_db
def test_the_company_chose_more_and_the_reader_less_or_the_other_way(
    challenge, manager, anna, new_company, scored
):
    company = new_company(email=ANNA, letter_themes=["waste_circular"])
    wants(anna, letter_countries=["ES"])
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    of_the_company = actions.refusals_of([row])[row.pk]
    Company.objects.update(letter_themes=[])
    of_the_reader = actions.refusals_of([row])[row.pk]

    assert of_the_company == Refusal.THEME_UNWANTED
    assert of_the_reader == Refusal.READER_COUNTRY_UNWANTED


@pytest.mark.django_db
def test_an_address_nobody_confirmed_is_nobodys(anna, new_company):
    company = new_company(email=ANNA)
    wants(anna, letter_countries=["ES"])
    EmailAddress.objects.update(verified=False)

    assert wishes_of_readers([company.pk]) == {}


@pytest.mark.django_db
def test_a_second_address_and_an_owner_without_an_address_on_file_count(anna, new_company):
    EmailAddress.objects.create(user=anna, email="a@home.example", verified=True)
    second, owned = new_company("Second", email="A@home.EXAMPLE"), new_company("Owned", email="")
    other = new_company("Other")
    for company in (owned, other):
        CompanyMemberFactory(company=company, user=anna, role=CompanyRole.OWNER)
    wants(anna, letter_countries=["ES"])

    assert set(wishes_of_readers([second.pk, owned.pk, other.pk])) == {second.pk, owned.pk}


def another(challenge: Challenge) -> Challenge:
    other = ChallengeFactory(open=True, lab=challenge.lab, themes=["sensors_grid"], threshold=10)
    (run,) = request_runs(challenge_ids=[other.pk])
    score_challenge(run=MatchRun.objects.get(pk=run))
    return other


@pytest.mark.django_db
def test_the_letters_of_a_month_are_counted_over_all_companies(
    challenge, manager, anna, new_company, invited
):
    second, owned = new_company("Second", email=ANNA.upper()), new_company("Owned", email="")
    CompanyMemberFactory(company=owned, user=anna, role=CompanyRole.OWNER)
    stranger = new_company("Stranger")
    invited(email=ANNA)
    wants(anna, letters_per_month=2)
    ids = [second.pk, owned.pk, stranger.pk]
    rows = actions.propose(challenge=another(challenge), company_ids=ids, by=manager)

    one_by_one = {row.company_id: actions.refusals_of([row])[row.pk] for row in rows}
    (sent,) = [row for row in rows if row.company_id == owned.pk]
    actions.send(challenge=sent.challenge, invitation_ids=[sent.pk], by=manager)
    after_two = actions.refusals_of([row for row in rows if row.pk != sent.pk])
    last_month = timezone.now() - timedelta(days=31)
    Invitation.objects.exclude(letter_id="").update(sent_at=last_month, leaves_at=last_month)
    next_month = actions.refusals_of([row for row in rows if row.pk != sent.pk])

    told = {row.pk: row.company_id for row in rows}
    assert set(one_by_one.values()) == {""}
    assert {told[pk]: code for pk, code in after_two.items()} == {
        second.pk: Refusal.READER_ENOUGH,
        stranger.pk: "",
    }
    assert set(next_month.values()) == {""}


@pytest.mark.django_db
def test_letters_that_leave_together_are_counted_too(challenge, manager, anna, new_company, scored):
    """Two for Anna, although three of her companies are sent at once; a stranger counts for none.

    One that the gate refuses uses nothing up.
    """
    unlawful = new_company("Unlawful", email=ANNA, is_member=False, source=Source.IMPORTED)
    hers = [new_company(f"Anna {number}", email=ANNA) for number in range(3)]
    companies = [unlawful, *hers, new_company("Stranger")]
    wants(anna, letters_per_month=2)
    scored()
    rows = actions.propose(
        challenge=challenge, company_ids=[one.pk for one in companies], by=manager
    )

    sent = actions.send(challenge=challenge, invitation_ids=[row.pk for row in rows], by=manager)

    written = {row.company_id for row in sent}
    assert len(written & {one.pk for one in hers}) == 2
    assert written - {one.pk for one in hers} == {companies[-1].pk}
    reasons = dict(Invitation.objects.values_list("company", "refused_because"))
    assert [reasons[one.pk] for one in hers].count(Refusal.READER_ENOUGH) == 1


@pytest.mark.django_db
def test_an_invitation_held_waits_for_the_next_month(challenge, manager, anna, invited, settings):
    settings.LETTER_DAYS = 7
    row = invited(email=ANNA)
    held = actions.propose(challenge=another(challenge), company_ids=[row.company_id], by=manager)
    actions.send(challenge=held[0].challenge, invitation_ids=[held[0].pk], by=manager)
    wants(anna, letters_per_month=1)
    Invitation.objects.filter(pk=row.pk).update(sent_at=timezone.now() - timedelta(days=8))

    this_month = actions.write_next_letters()
    Invitation.objects.filter(pk=row.pk).update(sent_at=timezone.now() - timedelta(days=31))
    next_month = actions.write_next_letters()

    assert (this_month, next_month) == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 30])
def test_readers_cost_the_same_for_one_and_thirty(
    challenge, manager, new_company, scored, django_assert_num_queries, many
):
    """Each with a reader of its own who counts letters, the dearest of all wishes."""
    companies = [new_company(f"Firm {number}") for number in range(many)]
    for number, company in enumerate(companies):
        wants(AccountFactory(email=company.email), letters_per_month=1 + number % 3)
    scored()
    rows = actions.propose(
        challenge=challenge, company_ids=[one.pk for one in companies], by=manager
    )

    with django_assert_num_queries(10):
        unwanted_among(rows, leaving={row.pk for row in rows})


@pytest.mark.django_db
def test_rounds_and_the_gate_agree(challenge, manager, new_company, scored):
    """Of 36 readers with every mixture of wishes."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    mixtures = [
        {"letter_themes": themes, "letter_countries": countries, "no_mail_until": until}
        for themes in ([], ["sensors_grid"], ["waste_circular"], ["waste_circular", "sensors_grid"])
        for countries in ([], [str(challenge.lab.country)], ["ES"])
        for until in (None, timezone.localdate(), tomorrow)
    ]
    companies = [new_company(f"Firm {number}") for number in range(len(mixtures))]
    for company, fields in zip(companies, mixtures, strict=True):
        wants(AccountFactory(email=company.email), **fields)
    scored()

    pairs = {pair.company for pair in whole_situation().pairs}

    rows = actions.propose(
        challenge=challenge, company_ids=[one.pk for one in companies], by=manager
    )
    refusals = actions.refusals_of(rows)
    assert pairs == {row.company_id for row in rows if not refusals[row.pk]}
    assert len(pairs) == 12


# The language.


@pytest.mark.django_db
@pytest.mark.parametrize(
    "case",
    [
        ("da", {"language": "nb", "letter_language": "en"}, "da"),
        ("", {"language": "nb", "letter_language": "en"}, "en"),
        ("", {"language": "nb"}, "nb"),
        ("xx", {"language": "nb"}, "nb"),
    ],
)
def test_letters_are_in_the_language_of_their_reader(
    challenge, manager, anna, new_company, scored, case
):
    reads, fields, language = case
    User.objects.filter(pk=anna.pk).update(language=reads)
    company = new_company(email=ANNA, **fields)
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)

    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    write_queued()

    assert (Letter.objects.get().language, language_of(company)) == (language, language)


@pytest.mark.django_db
def test_the_whole_letter_is_in_one_language_though_the_reader_changes_it_meanwhile(
    challenge, manager, anna, new_company, scored
):
    company = new_company(email=ANNA, language="en")
    scored()
    (row,) = actions.propose(challenge=challenge, company_ids=[company.pk], by=manager)
    actions.send(challenge=challenge, invitation_ids=[row.pk], by=manager)
    User.objects.filter(pk=anna.pk).update(language="en")

    write_queued()

    letter = Letter.objects.get()
    assert letter.language == "da"
    assert "Why you" not in letter.text
    assert "Deadline" not in letter.text
