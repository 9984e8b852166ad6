from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from challenges.actions import fingerprint
from challenges.choices import Policy, Status
from challenges.models import Challenge
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEED = {
    "title": "Quiet grid",
    "question": "How?",
    "language": "en",
    "themes": ["smart_home"],
    "need": "A new need",
    "practice_today": "",
}


@pytest.fixture
def draft(lab):
    return ChallengeFactory(lab=lab)


@pytest.fixture
def writer(client, marta):
    client.force_login(marta)
    return client


def step(challenge, code):
    return reverse("challenges:edit", args=[challenge.slug, code])


def stored(challenge):
    return Challenge.objects.get(pk=challenge.pk)


STEPS = ["need", "outcome", "requirements", "who", "offer", "dates", "invitations"]


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("code", STEPS)
def test_each_step_opens_in_every_state(code, status, lab, writer):
    challenge = ChallengeFactory(lab=lab, status=status)

    response = writer.get(step(challenge, code))

    assert response.status_code == 200
    over = status in (Status.DECIDED, Status.ARCHIVED, Status.WITHDRAWN)
    closed = status == Status.CLOSED and code != "dates"
    assert response.context["editable"] == (not over and not closed)


def test_unknown_step_is_not_found(draft, writer):
    assert writer.get(step(draft, "prizes")).status_code == 404


def test_save_without_script_goes_to_the_next_step(draft, writer):
    response = writer.post(step(draft, "need"), NEED)

    assertRedirects(response, step(draft, "outcome"))
    assert (stored(draft).title, stored(draft).themes) == ("Quiet grid", ["smart_home"])


def test_save_and_stay(draft, writer):
    response = writer.post(step(draft, "need"), {**NEED, "stay": "1"})

    assertRedirects(response, step(draft, "need"))


def test_last_step_leads_a_draft_to_publishing(draft, writer):
    response = writer.post(
        step(draft, "invitations"),
        {"policy": Policy.AUTOMATIC, "threshold": 60, "minimum": 2, "maximum": 5},
    )

    assertRedirects(response, reverse("challenges:publish", args=[draft.slug]))
    found = stored(draft)
    assert (found.policy, found.minimum, found.maximum) == (Policy.AUTOMATIC, 2, 5)


# Autosave.


def test_autosave_says_when_it_saved_and_hands_out_a_new_fingerprint(draft, writer, time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 13, 3, tzinfo=UTC), tick=False)

    response = writer.post(step(draft, "need"), NEED, headers=HTMX)

    fresh = fingerprint(stored(draft), [*NEED])
    assert "Saved at 14:03" in response.content.decode()
    assert f'value="{fresh}" hx-swap-oob="true"' in response.content.decode()
    assert stored(draft).need == "A new need"


def test_autosave_with_a_fault_saves_nothing_and_names_it(draft, writer):
    response = writer.post(step(draft, "need"), {**NEED, "title": ""}, headers=HTMX)

    assert response.status_code == 422
    assert "Not saved yet" in response.content.decode()
    assert stored(draft).need != "A new need"


def test_fault_without_script_keeps_what_was_typed(draft, writer):
    response = writer.post(step(draft, "need"), {**NEED, "title": "", "need": "Typed words"})

    assert response.status_code == 422
    assert response.context["form"]["need"].value() == "Typed words"
    assert response.context["challenge"].title == draft.title


# Two editors.


def test_second_editor_keeps_the_own_text_and_sees_the_other(draft, writer):
    seen = fingerprint(draft, [*NEED])
    writer.post(step(draft, "need"), {**NEED, "need": "Theirs", "seen": seen})

    conflict = writer.post(step(draft, "need"), {**NEED, "need": "Mine", "seen": seen})

    assert conflict.status_code == 409
    assert conflict.context["form"]["need"].value() == "Mine"
    assert {"label": "the need", "text": "Theirs"} in conflict.context["theirs"]
    assert stored(draft).need == "Theirs"


def test_saving_again_after_comparing_wins(draft, writer):
    seen = fingerprint(draft, [*NEED])
    writer.post(step(draft, "need"), {**NEED, "need": "Theirs", "seen": seen})
    conflict = writer.post(step(draft, "need"), {**NEED, "need": "Mine", "seen": seen})

    again = conflict.context["form"]["seen"].value()
    writer.post(step(draft, "need"), {**NEED, "need": "Mine", "seen": again})

    assert stored(draft).need == "Mine"


def test_autosave_of_the_second_editor_stops_with_a_word(draft, writer):
    seen = fingerprint(draft, [*NEED])
    writer.post(step(draft, "need"), {**NEED, "need": "Theirs", "seen": seen})

    late = writer.post(step(draft, "need"), {**NEED, "need": "Mine", "seen": seen}, headers=HTMX)

    assert late.status_code == 422
    assert "Somebody else saved this step" in late.content.decode()
    assert stored(draft).need == "Theirs"


def test_conflict_over_requirements_shows_what_they_picked(draft, writer):
    seen = fingerprint(draft, ["requirements"])
    writer.post(step(draft, "requirements"), {"heat_pumps": "must", "seen": seen})

    conflict = writer.post(step(draft, "requirements"), {"leak_detection": "must", "seen": seen})

    assert conflict.status_code == 409
    assert conflict.context["theirs"] == [
        {"label": "Requirements", "text": "Heat pumps (Must have)"}
    ]


# Requirements.


def test_picking_capabilities(draft, writer):
    writer.post(step(draft, "requirements"), {"heat_pumps": "must", "solar_power": "nice"})

    assert dict(draft.requirements.values_list("capability", "priority")) == {
        "heat_pumps": "must",
        "solar_power": "nice",
    }


def test_picker_opens_the_themes_of_the_brief(draft, writer):
    form = writer.get(step(draft, "requirements")).context["form"]

    assert [str(group.label) for group in form.groups() if group.is_open] == ["Sensors and grid"]


# Dates.

DATES = {"time_zone": "Europe/Copenhagen", "deadline_day": "2031-06-04", "deadline_time": "23:59"}


def test_deadline_is_read_in_the_zone_of_the_challenge(draft, writer):
    writer.post(step(draft, "dates"), DATES)

    assert stored(draft).deadline == datetime(2031, 6, 4, 21, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    "day, sentence",
    [("2026-10-25", "this time comes twice"), ("2027-03-28", "this time does not exist")],
)
def test_times_that_the_change_of_clocks_spoils_are_refused(day, sentence, draft, writer):
    response = writer.post(
        step(draft, "dates"), {**DATES, "deadline_day": day, "deadline_time": "02:30"}
    )

    assert response.status_code == 422
    assert sentence in str(response.context["form"].errors["deadline_time"])


def test_deadline_of_an_open_challenge_is_not_on_the_form(lab, writer):
    challenge = ChallengeFactory(open=True, lab=lab)

    form = writer.get(step(challenge, "dates")).context["form"]
    writer.post(step(challenge, "dates"), {**DATES, "decision_on": "2031-07-01"})

    assert set(form.fields) == {"seen", "decision_on", "pilot_starts_on"}
    assert stored(challenge).deadline == challenge.deadline
    assert stored(challenge).decision_on.isoformat() == "2031-07-01"


# Refusals of the verb.


def test_open_challenge_tells_what_it_must_keep(lab, writer):
    challenge = ChallengeFactory(open=True, lab=lab)

    response = writer.post(step(challenge, "need"), {**NEED, "need": ""})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "This challenge is open, so it must keep: the need."
    ]


def test_fields_that_are_not_on_the_form_stay_as_they_are(draft, writer, lab):
    writer.post(
        step(draft, "need"),
        {**NEED, "status": "open", "slug": "evil", "lab": "1", "created_by": "1", "revision": "9"},
    )

    after = stored(draft)
    assert (after.status, after.slug, after.lab_id) == ("draft", draft.slug, lab.pk)
    assert (after.created_by, after.revision) == (None, 2)
