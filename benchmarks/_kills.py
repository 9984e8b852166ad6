"""Letters sent by workers that are killed again and again, and what became of every letter."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from benchmarks._nursery import Worker
from benchmarks._postmen import wait
from benchmarks._sink import Sink
from mail.actions import recover_left_behind
from mail.choices import Priority
from mail.models import Letter

# Letters that leave within a second, roughly: a kill at any time falls within as many as each
# kill may cost.
RATE = 150


@dataclass(frozen=True)
class Outcome:
    letters: int
    kills: int
    seconds: float
    sent: int
    in_doubt: int
    arrived_in_doubt: int
    duplicates: int
    lost: int


def send_with_kills(
    worker: Worker, sink: Sink, *, letters: int, kills: int, seed: int = 4
) -> Outcome:
    """Half of the kills right after the server took a letter, half at any time."""
    queue_letters(letters)
    dice = random.Random(seed)
    began = time.monotonic()
    for number in range(kills):
        worker.start()
        if number % 2:
            before = len(sink.accepted)
            wait(_one_more(sink, before), every=0.005, seconds=60)
            time.sleep(dice.uniform(0, letters / kills / RATE))
            worker.kill()
        else:
            sink.on_accept = _kill_now(worker, sink)
            wait(lambda: not worker.is_alive(), every=0.005, seconds=60)
        worker.end()
        find_left_behind()
    worker.start()
    wait(settled, seconds=300)
    worker.end()
    return _outcome(sink, letters, kills, time.monotonic() - began)


def _one_more(sink: Sink, before: int) -> Callable[[], bool]:
    return lambda: len(sink.accepted) > before


def _kill_now(worker: Worker, sink: Sink) -> Callable[[int], None]:
    def kill(_number: int) -> None:
        sink.on_accept = lambda _number: None
        worker.kill()

    return kill


def _outcome(sink: Sink, letters: int, kills: int, seconds: float) -> Outcome:
    copies = Counter(sink.recipients)
    doubtful = set(Letter.objects.filter(state="in_doubt").values_list("recipient", flat=True))
    found = states()
    return Outcome(
        letters=letters,
        kills=kills,
        seconds=seconds,
        sent=found.get("sent", 0),
        in_doubt=len(doubtful),
        arrived_in_doubt=len(doubtful & set(copies)),
        duplicates=sum(number - 1 for number in copies.values()),
        lost=letters - len(set(copies) | doubtful),
    )


def queue_letters(number: int, *, first: int = 0) -> None:
    """Written letters to different people, as many as asked for."""
    Letter.objects.bulk_create(
        Letter(
            key=f"fault:{n}",
            kind="invite-company",
            list_name="invitations",
            recipient=f"p{n:05}@firm.example",
            sender="letters@labmatch.example",
            language="en",
            subject=f"Letter {n}",
            text="Words.\n",
            html="<p>Words.</p>",
            message_id=f"<fault-{n}@labmatch.example>",
            priority=Priority.BULK,
        )
        for n in range(first, first + number)
    )


def states() -> dict[str, int]:
    return dict(Counter(Letter.objects.values_list("state", flat=True)))


def settled() -> bool:
    """Every letter has a fate."""
    return not Letter.objects.filter(state__in=["queued", "claimed", "sending"]).exists()


def find_left_behind() -> None:
    """What the sweeper does, without its minute and a half of patience."""
    recover_left_behind(silent_for=timedelta(0))
