"""R1, R2: workers killed at the worst moment, with ten letters for each kill instead of fifty."""

import os
import random
import time
from collections import Counter

import pytest

from mail.actions import send_again
from mail.models import Letter
from tests.faults.conftest import find_left_behind, queue_letters, settled, states, wait

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]

KILLS = int(os.environ.get("LABMATCH_FAULT_KILLS", "20"))
LETTERS = KILLS * 10


def test_killed_workers_lose_nothing_and_send_nothing_twice(worker, sink):
    """Half of the kills right after the server took a letter, half at any time."""
    queue_letters(LETTERS)
    dice = random.Random(4)
    kills = 0

    def kill_after_this(number: int) -> None:
        sink.on_accept = lambda _number: None
        worker.kill()

    while not settled():
        worker.start()
        if kills < KILLS:
            before = len(sink.accepted)
            if kills % 2:
                wait(lambda before=before: len(sink.accepted) > before or settled(), seconds=60)
                time.sleep(dice.random() / 20)
                worker.kill()
            else:
                sink.on_accept = kill_after_this
            wait(lambda: not worker.is_alive() or settled(), seconds=60, log=worker.log)
            kills += 1
        else:
            wait(settled, seconds=120, log=worker.log)
        worker.end()
        find_left_behind()

    found, copies = states(), Counter(sink.recipients)
    in_doubt = found.get("in_doubt", 0)
    assert kills == KILLS
    assert max(copies.values()) == 1
    assert found.get("sent", 0) + in_doubt == LETTERS
    assert len(copies) >= LETTERS - in_doubt
    assert in_doubt <= 2 * kills
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
    assert sum(letter.history.count() for letter in Letter.objects.all()) == in_doubt
