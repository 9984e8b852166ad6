"""The fate of every letter on the Invitations tab and in the list, and letters sent again."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from challenges.actions import close
from invitations import actions
from invitations.choices import Status
from invitations.fates import fates_of, steps_of, tallies_of
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from mail.actions import suppress
from mail.choices import LetterState
from mail.models import Letter, hash_of
from matching.models import Match

pytestmark = pytest.mark.django_db
WAYS = {
    LetterState.SENT: ("claimed", "sending", "sent"),
    LetterState.IN_DOUBT: ("claimed", "sending", "in_doubt"),
    LetterState.BOUNCED: ("claimed", "sending", "sent", "bounced"),
}


@pytest.fixture
def tab(challenge):
    return reverse("invitations:challenge", args=[challenge.slug])


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


def let_it(row: Invitation, fate: str) -> Invitation:
    """The letter goes this way, and the invitation hears of it."""
    letter = Letter.objects.get(pk=row.letter_id)
    for state in WAYS[fate]:
        letter.state, letter.claim, letter.claimed_at = state, letter.pk, timezone.now()
        letter.sent_at = timezone.now()
        letter.save()
        actions.record_fates(letters=[(row.letter_id, state)])
    row.refresh_from_db()
    return row


@pytest.fixture
def every_fate(invited, challenge, manager, new_company, scored) -> dict[str, Invitation]:
    found = {
        "queued": invited("Queued"),
        "sent": let_it(invited("Sent"), LetterState.SENT),
        "in_doubt": let_it(invited("Doubtful"), LetterState.IN_DOUBT),
        "came_back": let_it(invited("Bounced"), LetterState.BOUNCED),
        "interested": actions.answer(invitation=invited("Keen"), interested=True, by=None),
        "later": actions.postpone(
            invitation=invited("Later"),
            until=timezone.localdate() + timedelta(days=30),
            by=None,
        ),
        "declined": actions.answer(
            invitation=invited("Busy"), interested=False, reason="capacity", by=None
        ),
        "refused": invited("Refused", wants_invitations=False),
    }
    company = new_company("Proposed")
    scored()
    (found["proposed"],) = actions.propose(
        challenge=challenge, company_ids=[company.pk], by=manager
    )
    return found


@pytest.mark.parametrize("fate", ["in_doubt", "came_back", "sent", "later", "refused"])
def test_the_tab_and_the_list_can_be_narrowed_to_each_fate(as_manager, tab, every_fate, fate):
    asked = {"status": fate}

    on_tab = as_manager.get(tab, asked).context["rows"]
    in_list = as_manager.get(reverse("invitations:list"), asked).context["shown"]

    expected = [every_fate[fate]]
    if fate == "refused":
        expected.append(every_fate["came_back"])
    names = sorted(row.company.name for row in expected)
    assert sorted(row.one.name for row in on_tab) == names
    assert sorted(one.name for one in in_list) == names


def test_declined_can_be_narrowed_by_reason(as_manager, tab, every_fate):
    pages = [as_manager.get(tab, {"reason": why}).context["rows"] for why in ("capacity", "fit")]

    assert [[row.one.name for row in rows] for rows in pages] == [["Busy"], []]


def test_each_row_shows_what_its_letter_tells(every_fate):
    fates = fates_of(list(every_fate.values()))

    shown = {name: fates[row.pk] for name, row in every_fate.items()}
    assert {name: (fate.noun, fate.value) for name, fate in shown.items()} == {
        "queued": ("invitation", "queued"),
        "sent": ("invitation", "sent"),
        "in_doubt": ("letter", "in_doubt"),
        "came_back": ("letter", "bounced"),
        "interested": ("invitation", "interested"),
        "later": ("invitation", "later"),
        "declined": ("invitation", "declined"),
        "refused": ("invitation", "refused"),
        "proposed": ("invitation", "proposed"),
    }
    assert [name for name, fate in shown.items() if fate.is_in_doubt] == ["in_doubt"]


def test_every_invitation_is_counted_once_with_its_reason(every_fate):
    tallies = tallies_of(Invitation.objects.all(), "/list/")

    assert sum(one.count for one in tallies) == len(every_fate)
    found = {one.label: [(part.label, part.count) for part in one.parts] for one in tallies}
    assert found["Declined"] == [("No capacity now", 1)]
    assert found["Not sent, or came back"] == [
        ("The company wants no invitations by e-mail.", 1),
        ("The letter could not be delivered.", 1),
    ]


def test_the_funnel_counts_those_reached_apart_from_those_written_to(every_fate):
    steps = steps_of(Invitation.objects.all())

    assert [step["count"] for step in steps] == [6, 1, 3, 1]


def test_results_of_the_list_follow_the_chosen_challenge(as_manager, every_fate, challenge):
    page = as_manager.get(reverse("invitations:list"), {"challenge": challenge.pk})

    assert [step["count"] for step in page.context["steps"]] == [6, 1, 3, 1]
    assert f"?challenge={challenge.pk}&amp;status=declined" in page.content.decode()


def test_a_letter_in_doubt_is_sent_again_from_its_row(as_manager, tab, every_fate):
    row = every_fate["in_doubt"]
    number = Letter.objects.get(pk=row.letter_id).message_id
    url = reverse("invitations:send_again", args=[row.pk])

    assert len(re.findall(re.escape(url), as_manager.get(tab).content.decode())) == 1
    page = as_manager.post(url, follow=True)

    letter = Letter.objects.get(pk=row.letter_id)
    assert (letter.state, letter.message_id) == (LetterState.QUEUED, number)
    assert "in the post once more" in page.content.decode()


@pytest.mark.parametrize("fate", ["queued", "sent", "interested", "came_back", "proposed"])
def test_only_a_letter_in_doubt_is_sent_again(every_fate, manager, fate):
    with pytest.raises(InvitationProblem, match="in doubt"):
        actions.send_again(invitation=every_fate[fate], by=manager)


def test_nothing_is_sent_again_to_whoever_stopped_letters(every_fate, manager):
    row = every_fate["in_doubt"]
    suppress(address_hash=hash_of(row.company.email), list_name="invitations")

    with pytest.raises(InvitationProblem, match="asked not to get invitations"):
        actions.send_again(invitation=row, by=manager)


def test_nothing_is_sent_again_once_the_challenge_is_over(every_fate, manager, challenge):
    row = every_fate["in_doubt"]
    close(challenge=challenge, by=manager)
    Invitation.objects.filter(pk=row.pk).update(status=Status.QUEUED)

    with pytest.raises(InvitationProblem, match="not open"):
        actions.send_again(invitation=row, by=manager)


def test_a_fate_stays_on_the_tab_when_the_score_falls_to_nothing(invited, as_manager, tab):
    row = let_it(invited(), LetterState.SENT)
    Match.objects.filter(company=row.company_id).update(total=0, parts=[0] * 8, findings=[])

    page = as_manager.get(tab)

    assert [one.invitation for one in page.context["rows"]] == [row]
