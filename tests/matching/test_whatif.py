"""Other weights for one challenge: what is predicted is what applying them gives."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from challenges.actions import close
from challenges.models import Challenge
from companies.models import Company
from invitations.profiles import candidates
from matching import actions, whatif
from matching.actions import weighing
from matching.choices import Outcome
from matching.models import ChallengeShares, ChallengeWeights, Match, MatchRun
from matching.problems import MatchProblem
from matching.scoring import DEFAULT_WEIGHTS
from matching.tasks import sweep_matching
from matching.weighing import weights_of
from matching.whatif import points_of, predict, shares_of

pytestmark = pytest.mark.django_db
THEME_ONLY = {"theme": 100}


@pytest.fixture
def many(challenge, new_company, scored):
    """Companies of all kinds, scored, and their shares measured."""
    dice, wish = random.Random(7), random.Random(8)
    home, today = str(challenge.lab.country), timezone.localdate()
    words = ["sensors", "grid", "faults", "bread", "substations", "watch", "boats"]
    for n in range(30):
        new_company(
            f"Firma {n}",
            description=" ".join(dice.choices(words, k=10)),
            themes=dice.choice([[], ["sensors_grid"], ["smart_home"]]),
            capabilities=dice.choice([[], ["grid_sensors"]]),
            country=dice.choice(["DK", "SE", ""]),
            wants_invitations=dice.random() > 0.1,
            letter_themes=wish.choice([[], [], [], ["sensors_grid"], ["smart_home"]]),
            letter_countries=wish.choice([[], [], [], [home], ["FI"]]),
            no_letters_until=wish.choice([None, None, None, today, today + timedelta(days=90)]),
        )
    challenge.threshold, challenge.maximum = 20, 8
    challenge.save()
    run = scored()
    actions.measure_shares(challenge=challenge)
    return run


def points(challenge, run, **changed):
    return {**points_of(challenge, shares_of(run).asked), **changed}


def asked_now(challenge):
    """As the rounds see it: by the scores, by hand, and by the companies' own wishes."""
    rows = candidates(Challenge.objects.filter(pk=challenge.pk)).chosen_first()
    rows = rows[: challenge.maximum]
    return {match.company_id: match.total for match in rows}


def test_before_anything_moves_it_tells_who_is_asked_now(challenge, many):
    found = predict(challenge, shares_of(many), points(challenge, many))

    assert found.before == found.after == asked_now(challenge)
    assert (found.entering, found.leaving) == ([], [])


@pytest.mark.parametrize("seed", range(4))
def test_applying_gives_exactly_the_predicted_companies(challenge, manager, many, scored, seed):
    dice = random.Random(seed)
    shares = shares_of(many)
    chosen = {code: dice.randint(0, 100) for code in shares.asked}
    ids = list(Match.objects.order_by("company").values_list("company", flat=True))
    for kind, given in (("pin", None), ("exclude", None), ("raise", 9)):
        match = Match.objects.select_related("company").get(company=dice.choice(ids))
        actions.override(
            challenge=challenge,
            company=match.company,
            kind=kind,
            points=given,
            reason="Known.",
            by=manager,
        )

    before = asked_now(challenge)
    predicted = predict(challenge, shares, chosen)
    row = actions.choose_weights(challenge=challenge, points=chosen, by=manager)
    run = scored()

    assert run.weights_version == row.version == f"challenge-{challenge.pk}-1"
    assert predicted.before == before
    assert list(asked_now(challenge).items()) == list(predicted.after.items())
    assert set(Match.objects.values_list("weights_version", flat=True)) == {row.version}


@pytest.mark.parametrize(
    "policy, names", [("by_hand", ["Out", "First"]), ("automatic", ["First", "Second"])]
)
def test_where_letters_leave_by_themselves_a_pinned_company_must_be_eligible(
    challenge, manager, new_company, scored, policy, names
):
    Challenge.objects.filter(pk=challenge.pk).update(policy=policy, maximum=2, countries=["DK"])
    challenge.refresh_from_db()
    companies = {name: new_company(name) for name in ("First", "Second")}
    companies["Out"] = new_company("Out", country="SE")
    run = scored()
    actions.override(
        challenge=challenge, company=companies["Out"], kind="pin", reason="Known.", by=manager
    )
    actions.measure_shares(challenge=challenge)

    found = predict(challenge, shares_of(run), points(challenge, run))

    assert list(found.after) == [companies[name].pk for name in names]


@pytest.mark.parametrize(
    "wish",
    [
        {"no_letters_until": timezone.localdate() + timedelta(days=90)},
        {"letter_themes": ["smart_home"]},
        {"letter_countries": ["FI"]},
    ],
)
def test_whoever_wants_no_letter_about_it_is_not_shown_as_invited(
    challenge, new_company, scored, wish
):
    asked, resting = new_company("Open"), new_company("Resting", **wish)
    run = scored()
    actions.measure_shares(challenge=challenge)

    found = predict(challenge, shares_of(run), points(challenge, run))

    assert resting.pk in shares_of(run).ids
    assert list(found.after) == list(asked_now(challenge)) == [asked.pk]


def test_a_challenge_without_themes_is_for_those_who_name_none(challenge, new_company, scored):
    Challenge.objects.filter(pk=challenge.pk).update(themes=[])
    challenge.refresh_from_db()
    new_company("Choosy", letter_themes=["sensors_grid"])
    asked = new_company("Open")
    run = scored()
    actions.measure_shares(challenge=challenge)

    found = predict(challenge, shares_of(run), points(challenge, run))

    assert list(found.after) == list(asked_now(challenge)) == [asked.pk]


def test_an_edit_is_scored_under_the_weights_of_the_challenge(challenge, manager, many, scored):
    chosen = points(challenge, many, text=0, theme=100)
    actions.choose_weights(challenge=challenge, points=chosen, by=manager)
    scored()
    match = Match.objects.first()
    total = match.total
    Match.objects.filter(pk=match.pk).update(total=1)

    from matching.actions.rescoring import rescore
    from matching.explaining import last_runs

    rescore(runs=last_runs([challenge]), company_ids=[match.company_id])

    assert Match.objects.get(pk=match.pk).total == total


def test_resetting_gives_the_weights_of_before_and_keeps_every_version(
    challenge, manager, many, scored
):
    computed = asked_now(challenge)
    for number in (1, 2):
        chosen = points(challenge, many, text=number)
        actions.choose_weights(challenge=challenge, points=chosen, by=manager)
    scored()

    for _ in range(2):
        actions.reset_weights(challenge=challenge, by=manager)
    scored()

    assert weights_of(challenge) == DEFAULT_WEIGHTS
    assert asked_now(challenge) == computed
    assert list(ChallengeWeights.objects.values_list("number", "is_used")) == [
        (2, False),
        (1, False),
    ]


def test_one_version_at_most_is_in_use(challenge, manager, many):
    chosen = points(challenge, many, text=1)
    actions.choose_weights(challenge=challenge, points=chosen, by=manager)

    with pytest.raises(IntegrityError), transaction.atomic():
        ChallengeWeights.objects.create(challenge=challenge, number=2, points={}, tenths={})


def test_weights_of_nothing_and_of_a_closed_challenge_are_refused(challenge, manager, many):
    with pytest.raises(MatchProblem, match="some weight"):
        actions.choose_weights(challenge=challenge, points={"text": 0}, by=manager)
    close(challenge=challenge, by=manager)

    with pytest.raises(MatchProblem, match="not open"):
        actions.choose_weights(challenge=challenge, points={"text": 1}, by=manager)


def test_a_slider_unpacks_the_companies_once(challenge, many, django_assert_num_queries):
    found = shares_of(many)

    with django_assert_num_queries(1):
        again = shares_of(many)

    assert again is found


def test_what_is_measured_anew_is_read_anew(challenge, many, new_company):
    before = shares_of(many)
    late = new_company("Late")

    actions.measure_shares(challenge=challenge)

    assert late.pk not in before.ids
    assert late.pk in shares_of(many).ids


def test_no_more_is_kept_unpacked_than_there_is_room_for(challenge, many, monkeypatch):
    monkeypatch.setattr(whatif, "SHARES_KEPT", shares_of(many).nbytes - 1)

    assert shares_of(many) is not shares_of(many)
    assert whatif._kept == {}


def test_shares_go_when_the_challenge_closes(challenge, manager, many):
    sweep_matching()
    kept = ChallengeShares.objects.count()
    close(challenge=challenge, by=manager)

    sweep_matching()

    assert (kept, ChallengeShares.objects.count()) == (1, 0)


def test_shares_go_when_another_run_has_ended(challenge, many, scored):
    scored()

    sweep_matching()

    assert not ChallengeShares.objects.exists()


def test_a_challenge_nobody_scored_has_nothing_to_measure(challenge):
    assert actions.measure_shares(challenge=challenge) is None


def test_sliders_show_who_enters_and_leaves_and_a_button_applies_them(
    client, challenge, manager, many
):
    url = reverse("matching:weights", args=[challenge.slug])
    chosen = points(challenge, many, text=0, theme=100)
    predicted = predict(challenge, shares_of(many), chosen)
    client.force_login(manager)
    typed = {f"w_{code}": value for code, value in chosen.items()}

    page = client.get(url, typed)
    applied = client.post(url, typed)
    told = client.get(url).content.decode()
    nothing = client.get(url, dict.fromkeys(typed, 0)).content.decode()

    assert len(page.context["entering"]) == len(predicted.entering) > 0
    assert len(page.context["leaving"]) == len(predicted.leaving)
    assert applied["Location"] == reverse("matching:challenge", args=[challenge.slug])
    assert MatchRun.objects.filter(challenge=challenge, state="queued").count() == 1
    assert f"challenge-{challenge.pk}-1" in told
    assert "Give at least one criterion some weight." in nothing
    client.post(reverse("matching:reset_weights", args=[challenge.slug]))
    assert weights_of(challenge) == DEFAULT_WEIGHTS


def test_sliders_at_nothing_say_so_where_the_prediction_stands(client, challenge, manager, many):
    client.force_login(manager)
    typed = dict.fromkeys((f"w_{code}" for code in points(challenge, many)), 0)

    page = client.get(reverse("matching:weights", args=[challenge.slug]), typed).content.decode()

    assert "Give at least one criterion some weight." in page[page.index('id="predicted"') :]
    assert "Move a slider, then see here" not in page
    # A summary takes the focus, away from the slider that is being moved.
    assert "data-error-summary" not in page


def test_an_address_that_names_some_weights_leaves_the_others_as_they_are(
    client, challenge, manager, many
):
    client.force_login(manager)

    page = client.get(reverse("matching:weights", args=[challenge.slug]), {"w_theme": 90})

    assert page.context["form"].points == points(challenge, many, theme=90)
    assert "None</output>" not in page.content.decode()


def test_companies_are_measured_by_the_worker_first(
    client, challenge, manager, new_company, scored
):
    new_company("Sensorer")
    scored()
    client.force_login(manager)
    url = reverse("matching:weights", args=[challenge.slug])
    measured = reverse("matching:measured", args=[challenge.slug])

    offered = client.get(url).content.decode()
    waiting = client.get(measured)
    actions.measure_shares(challenge=challenge)
    ready = client.get(measured)

    assert "Measure the companies" in offered
    assert "HX-Redirect" not in waiting
    assert ready["HX-Redirect"] == url
    assert 'type="range"' in client.get(url).content.decode()


def test_who_was_asked_already_is_marked_and_who_was_taken_back_is_not(
    client, challenge, manager, many
):
    url = reverse("matching:weights", args=[challenge.slug])
    chosen = points(challenge, many, text=0, theme=100)
    leaving = predict(challenge, shares_of(many), chosen).leaving
    asked, taken_back = Company.objects.filter(pk__in=leaving).order_by("pk")[:2]
    for company, outcomes in (
        (asked, [Outcome.INVITED, Outcome.UNINVITED, Outcome.INVITED, Outcome.INTERESTED]),
        (taken_back, [Outcome.INVITED, Outcome.UNINVITED]),
    ):
        for outcome in outcomes:
            actions.record_outcome(challenge=challenge, company=company, outcome=outcome, by=None)
    client.force_login(manager)

    page = client.get(url, {f"w_{code}": value for code, value in chosen.items()})

    marked = {name for name, _score, is_invited in page.context["leaving"] if is_invited}
    assert marked == {asked.name}
    assert page.content.decode().count("Already invited") == 1


@pytest.mark.parametrize("number", [1, 30])
def test_trying_asks_the_same_however_many_companies_there_are(
    client, challenge, manager, new_company, scored, number, django_assert_num_queries
):
    for n in range(number):
        new_company(f"Firma {n}")
    run = scored()
    actions.measure_shares(challenge=challenge)
    client.force_login(manager)
    url = reverse("matching:weights", args=[challenge.slug])
    typed = {f"w_{code}": 10 for code in shares_of(run).asked}
    client.get(url, typed)

    with django_assert_num_queries(23):
        client.get(url, typed)


def test_a_run_that_ends_while_the_companies_are_measured_has_them_measured_again(
    challenge, new_company, scored, monkeypatch
):
    new_company("Sensorer")
    scored()
    refresh, later = weighing.refresh_terms, []

    def late():
        if not later:
            later.append(scored())
        refresh()

    monkeypatch.setattr(weighing, "refresh_terms", late)
    row = actions.measure_shares(challenge=challenge)

    assert row.run == later[0]
    assert shares_of(later[0]) is not None


def test_nobody_waits_for_ever_and_can_ask_once_more(
    client, challenge, manager, new_company, scored
):
    new_company("Sensorer")
    scored()
    client.force_login(manager)
    measured = reverse("matching:measured", args=[challenge.slug])
    again = f'hx-get="{measured}?turn='

    first = client.get(reverse("matching:weights", args=[challenge.slug]), {"wait": ""})
    turns = [client.get(measured, {"turn": turn}).content.decode() for turn in (1, 59, 60, "x")]

    assert f'{again}1"' in first.content.decode()
    assert [again in turn for turn in turns] == [True, True, False, True]
    assert "Measure once more" in turns[2]


def test_weights_of_a_challenge_that_is_over_are_not_tried(
    client, challenge, manager, new_company, scored, django_capture_on_commit_callbacks
):
    new_company("Sensorer")
    scored()
    close(challenge=challenge, by=manager)
    client.force_login(manager)
    url = reverse("matching:weights", args=[challenge.slug])

    tab = client.get(reverse("matching:challenge", args=[challenge.slug])).content.decode()
    page = client.get(url, {"wait": ""}).content.decode()
    with django_capture_on_commit_callbacks() as rung:
        asked = client.post(reverse("matching:measure", args=[challenge.slug]), follow=True)

    assert url not in tab
    assert "this one is not" in page
    assert "every 1s" not in page
    assert rung == []
    assert "its weights no longer change" in asked.content.decode()
