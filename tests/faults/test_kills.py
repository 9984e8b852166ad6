"""R1, R2: workers killed at the worst moment. `./labmatch bench faults` does it a hundred times."""

import pytest

from benchmarks._kills import send_with_kills, settled, states
from mail.actions import send_again
from mail.models import Letter
from tests.faults.conftest import wait

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

LETTERS = 1_000
KILLS = 20


def test_killed_workers_lose_nothing_and_send_nothing_twice(worker, sink):
    """R1: half of the kills right after the server took a letter, half at any time.

    R2: "send again" on whatever is in doubt afterwards.
    """
    outcome = send_with_kills(worker, sink, letters=LETTERS, kills=KILLS)

    assert (outcome.duplicates, outcome.lost) == (0, 0)
    assert outcome.sent + outcome.in_doubt == LETTERS
    assert len(set(sink.recipients)) >= LETTERS - outcome.in_doubt
    assert KILLS / 2 <= outcome.in_doubt <= 2 * KILLS
    assert Letter.objects.values("message_id").distinct().count() == LETTERS

    for letter in Letter.objects.filter(state="in_doubt"):
        send_again(letter=letter, by=None)
    worker.start()
    wait(settled, seconds=120, log=worker.log)

    ids = {one.recipient: set() for one in sink.accepted}
    for one in sink.accepted:
        ids[one.recipient].add(one.message_id)
    assert states() == {"sent": LETTERS}
    assert len(ids) == LETTERS
    assert {len(found) for found in ids.values()} == {1}
    assert sum(letter.history.count() for letter in Letter.objects.all()) == outcome.in_doubt
