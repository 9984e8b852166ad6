"""R1, R2: workers killed at the worst moment. `./labmatch bench faults` does it a hundred times."""

import re

import pytest

from accounts.models import User
from benchmarks._kills import find_left_behind, send_with_kills, settled, states
from invitations.actions import send_again
from invitations.choices import Status
from invitations.models import Invitation
from invitations.tokens import hash_of
from mail.letters import token_url
from mail.models import Letter
from tests.faults.conftest import wait

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

LETTERS = 1_000
KILLS = 20
LINK = re.compile(token_url("invitations:answer", "SECRET").replace("SECRET", r"([\w-]+)"))


def test_killed_workers_lose_nothing_and_send_nothing_twice(worker, sink):
    """R1: half of the kills right after the server took a letter, half at any time. The letters
    are invitations that a manager ordered, and are written by the workers that die.

    R2: "send again" on whatever is in doubt afterwards.
    """
    outcome = send_with_kills(worker, sink, letters=LETTERS, kills=KILLS)

    assert (outcome.duplicates, outcome.lost) == (0, 0)
    assert outcome.sent + outcome.in_doubt == LETTERS
    assert len(set(sink.recipients)) >= LETTERS - outcome.in_doubt
    assert KILLS / 2 <= outcome.in_doubt <= 2 * KILLS
    assert Letter.objects.values("message_id").distinct().count() == LETTERS
    assert outcome.told == outcome.sent

    manager = User.objects.get(email="manager@bench.example")
    for invitation in Invitation.objects.left_in_doubt():
        send_again(invitation=invitation, by=manager)
    worker.start()
    wait(settled, seconds=120, log=worker.log)
    worker.end()
    find_left_behind()

    ids = {one.recipient: set() for one in sink.accepted}
    for one in sink.accepted:
        ids[one.recipient].add(one.message_id)
    assert states() == {"sent": LETTERS}
    assert len(ids) == LETTERS
    assert {len(found) for found in ids.values()} == {1}
    assert sum(letter.history.count() for letter in Letter.objects.all()) == outcome.in_doubt
    assert Invitation.objects.filter(status=Status.SENT).count() == LETTERS
    assert secrets_of_letters() == set(Invitation.objects.values_list("letter_id", "token_hash"))


def secrets_of_letters() -> set[tuple[str, str]]:
    """Of each letter, the hash of the secret its own words hold: the link must open something."""
    return {
        (str(pk), hash_of(LINK.search(text).group(1)))
        for pk, text in Letter.objects.values_list("pk", "text")
    }
