import pytest
from django.core.exceptions import ValidationError

from challenges import actions
from challenges.actions import ChallengeRefused, ChangedMeanwhile, NotReady
from challenges.choices import Policy, Status
from tests.factories import ChallengeFactory, RequirementFactory

pytestmark = pytest.mark.django_db


# Drafts.


def test_draft_gets_a_readable_address_and_the_language_of_its_lab(lab, marta):
    lab.language = "da"
    lab.save()

    draft = actions.create_draft(lab=lab, title="Ærlige målere på Økern", by=marta)

    assert (draft.slug, draft.language, draft.status) == ("aerlige-malere-pa-okern", "da", "draft")
    assert draft.created_by == marta


def test_two_drafts_with_one_title_get_two_addresses(lab, marta):
    slugs = [
        actions.create_draft(lab=lab, title=title, by=marta).slug
        for title in ("Quiet grid", "Quiet grid", "New", "!!!")
    ]

    assert slugs == ["quiet-grid", "quiet-grid-2", "new-2", "challenge"]


def test_draft_without_a_title_is_refused(lab, marta):
    with pytest.raises(ChallengeRefused, match="Give the challenge a title"):
        actions.create_draft(lab=lab, title="  ", by=marta)


# Editing.


def test_edit_raises_the_revision_once_per_real_change(marta):
    draft = ChallengeFactory()

    for need in ("One", "One", "Two"):
        actions.update_brief(challenge=draft, changes={"need": need}, by=marta)

    draft.refresh_from_db()
    assert (draft.need, draft.revision) == ("Two", 3)


def test_edits_of_a_draft_are_not_announced(marta, announced):
    actions.update_brief(challenge=ChallengeFactory(), changes={"need": "New"}, by=marta)

    assert announced == []


@pytest.mark.parametrize(
    "changes, reasons",
    [
        ({"need": "Another"}, ["brief"]),
        ({"budget_min": 5000}, []),
        ({"policy": Policy.AUTOMATIC}, ["policy"]),
        ({"trl_min": 4, "threshold": 70}, ["brief", "policy"]),
    ],
)
def test_open_challenge_announces_what_others_read(changes, reasons, marta, announced):
    challenge = ChallengeFactory(open=True)

    actions.update_brief(challenge=challenge, changes=changes, by=marta)

    assert announced == [("changed", [challenge.pk], reason) for reason in reasons]


def test_open_challenge_keeps_what_publishing_asked_for(marta):
    challenge = ChallengeFactory(open=True)

    with pytest.raises(NotReady, match=r"^This challenge is open, so it must keep: the need\.$"):
        actions.update_brief(challenge=challenge, changes={"need": ""}, by=marta)

    challenge.refresh_from_db()
    assert challenge.need != ""


def test_deadline_of_an_open_challenge_moves_by_extension_only(marta):
    challenge = ChallengeFactory(open=True)

    with pytest.raises(ChallengeRefused, match="move its deadline with “Extend”"):
        actions.update_brief(challenge=challenge, changes={"deadline": None}, by=marta)


def test_closed_challenge_takes_new_later_dates_and_nothing_else(marta):
    challenge = ChallengeFactory(closed=True)
    later = challenge.deadline.date()

    actions.update_brief(challenge=challenge, changes={"decision_on": later}, by=marta)
    with pytest.raises(ChallengeRefused, match="is closed; its brief cannot be edited now"):
        actions.update_brief(challenge=challenge, changes={"need": "Other"}, by=marta)

    challenge.refresh_from_db()
    assert challenge.decision_on == later


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"trl_min": 8, "trl_max": 4}, "The lowest TRL is higher than the highest."),
        (
            {"budget_min": 9, "budget_max": 4},
            "The lower end of the budget is above its upper end.",
        ),
    ],
)
def test_ranges_must_be_ranges(changes, sentence, marta):
    with pytest.raises(ChallengeRefused, match=sentence):
        actions.update_brief(challenge=ChallengeFactory(), changes=changes, by=marta)


def test_unknown_choice_is_refused_by_name(marta):
    with pytest.raises(ValidationError) as refused:
        actions.update_brief(challenge=ChallengeFactory(), changes={"offer_kind": "gold"}, by=marta)

    assert set(refused.value.message_dict) == {"offer_kind"}


def test_status_is_no_part_of_the_brief(marta):
    with pytest.raises(ValueError, match="status"):
        actions.update_brief(challenge=ChallengeFactory(), changes={"status": "open"}, by=marta)


# Two editors.


def test_second_editor_of_the_same_part_is_told(marta):
    challenge = ChallengeFactory()
    seen = actions.fingerprint(challenge, ["need"])
    actions.update_brief(challenge=challenge, changes={"need": "First"}, seen=seen, by=marta)

    with pytest.raises(ChangedMeanwhile):
        actions.update_brief(challenge=challenge, changes={"need": "Second"}, seen=seen, by=marta)

    challenge.refresh_from_db()
    assert challenge.need == "First"


def test_editors_of_different_parts_do_not_disturb_each_other(marta):
    challenge = ChallengeFactory()
    seen_need = actions.fingerprint(challenge, ["need"])
    seen_offer = actions.fingerprint(challenge, ["in_kind"])

    actions.update_brief(challenge=challenge, changes={"need": "A"}, seen=seen_need, by=marta)
    actions.update_brief(challenge=challenge, changes={"in_kind": "B"}, seen=seen_offer, by=marta)

    challenge.refresh_from_db()
    assert (challenge.need, challenge.in_kind) == ("A", "B")


# Requirements.


def asked_for(challenge):
    return dict(challenge.requirements.values_list("capability", "priority"))


def test_requirements_are_replaced_as_a_whole(marta, announced):
    challenge = ChallengeFactory(open=True, must=["grid_sensors", "leak_detection"])
    revision = challenge.revision

    changed = actions.set_requirements(
        challenge=challenge, must=["leak_detection"], nice=["grid_sensors", "heat_pumps"], by=marta
    )

    assert asked_for(challenge) == {
        "leak_detection": "must", "grid_sensors": "nice", "heat_pumps": "nice",
    }  # fmt: skip
    assert changed.revision == revision + 1
    assert announced == [("changed", [challenge.pk], "brief")]


def test_same_requirements_again_change_nothing(marta, announced):
    challenge = ChallengeFactory(open=True, must=["grid_sensors"])

    again = actions.set_requirements(challenge=challenge, must=["grid_sensors"], nice=[], by=marta)

    assert again.revision == challenge.revision
    assert announced == []


def test_capability_is_either_must_or_nice(marta):
    with pytest.raises(ChallengeRefused, match="not both"):
        actions.set_requirements(
            challenge=ChallengeFactory(), must=["heat_pumps"], nice=["heat_pumps"], by=marta
        )


def test_open_challenge_keeps_a_must_have(marta):
    challenge = ChallengeFactory(open=True)

    with pytest.raises(NotReady, match="at least one must-have capability"):
        actions.set_requirements(challenge=challenge, must=[], nice=["heat_pumps"], by=marta)

    assert asked_for(challenge) == {"grid_sensors": "must"}


def test_second_editor_of_the_requirements_is_told(marta):
    challenge = ChallengeFactory()
    seen = actions.fingerprint(challenge, ["requirements"])
    RequirementFactory(challenge=challenge, capability="heat_pumps")

    with pytest.raises(ChangedMeanwhile):
        actions.set_requirements(
            challenge=challenge, must=["leak_detection"], nice=[], seen=seen, by=marta
        )


# Copies.


def test_copy_is_a_draft_with_the_same_brief_and_no_dates(marta):
    challenge = ChallengeFactory(closed=True, title="Quiet grid", in_kind="Two engineers")
    RequirementFactory(challenge=challenge, capability="heat_pumps", priority="nice")

    copy = actions.duplicate(challenge=challenge, by=marta)

    assert (copy.title, copy.status, copy.deadline) == ("Quiet grid (copy)", Status.DRAFT, None)
    assert (copy.need, copy.in_kind) == (challenge.need, "Two engineers")
    assert asked_for(copy) == asked_for(challenge)
    assert (copy.copied_from, copy.created_by) == (challenge, marta)
