"""What must not leave, and who must not be written to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from mail.choices import LetterState, StopReason
from mail.models import Letter, Objection, Suppression, hash_of, tidy

FORGOTTEN = "forgotten@labmatch.invalid"
# The heaviest last.
_WEIGHTS = {
    StopReason.UNDELIVERABLE.value: 0,
    StopReason.ASKED.value: 1,
    StopReason.COMPLAINED.value: 2,
    StopReason.OBJECTED.value: 3,
    StopReason.SAID.value: 4,
}


@transaction.atomic
def cancel(*, letter_ids: Iterable[str], by: Any = None) -> list[str]:
    """Stop letters that still wait. Returns the ids of those that will not leave.

    A letter a worker has taken up is on its way: nobody can call it back.
    """
    waiting = Letter.objects.filter(pk__one_of=_keys(letter_ids), state=LetterState.QUEUED)
    stopped = list(waiting.select_for_update().values_list("pk", flat=True))
    Letter.objects.filter(pk__one_of=stopped).update(state=LetterState.CANCELLED)
    return [str(one) for one in stopped]


def _keys(letter_ids: Iterable[str]) -> list[UUID]:
    return [UUID(one) for one in letter_ids]


def postpone(*, letter_ids: Iterable[str], until: datetime, by: Any = None) -> None:
    """Letters that still wait leave then at the earliest."""
    waiting = Letter.objects.filter(pk__in=list(letter_ids), state=LetterState.QUEUED)
    waiting.update(next_attempt_at=until)


def is_suppressed(*, address: str, list_name: str) -> bool:
    return Suppression.objects.of(address).covering(list_name).exists()


def suppressed_among(*, addresses: Iterable[str], list_name: str) -> set[str]:
    """Those of the addresses that must not get letters of the list, asked in one query."""
    return set(why_suppressed(addresses=addresses, list_name=list_name))


def why_suppressed(*, addresses: Iterable[str], list_name: str) -> dict[str, str]:
    """The same with the reason; what its reader said weighs more than that it takes no letters."""
    hashes = {address: hash_of(address) for address in addresses}
    found = Suppression.objects.filter(address_hash__one_of=set(hashes.values())).covering(
        list_name
    )
    told = sorted(found.values_list("address_hash", "reason"), key=lambda one: _WEIGHTS[one[1]])
    reasons = dict(told)
    return {address: reasons[one] for address, one in hashes.items() if one in reasons}


def suppress(
    *, address_hash: str, list_name: str = "", reason: str = StopReason.ASKED, by: Any = None
) -> Suppression:
    """Stop one list, or with an empty name all of them. Twice is safe."""
    suppression, _ = Suppression.objects.get_or_create(
        address_hash=address_hash, list_name=list_name, reason=reason
    )
    return suppression


def unsuppress(*, address_hash: str, list_name: str = "", by: Any = None) -> None:
    """Take back what the reader asked for; objections and dead addresses stay."""
    stops = Suppression.objects.asked_by_the_reader().filter(address_hash=address_hash)
    stops.filter(list_name=list_name).delete()


def trust_again(*, address_hash: str, by: Any = None) -> bool:
    """Somebody heard that the address takes letters after all. False if it was never doubted.

    What its reader said stays.
    """
    doubts = Suppression.objects.filter(address_hash=address_hash)
    deleted, _by_model = doubts.filter(reason=StopReason.UNDELIVERABLE).delete()
    return bool(deleted)


@transaction.atomic
def forget(*, address: str, by: Any = None) -> None:
    """Erase a person from all letters. Of what stops letters only the hash of the address stays."""
    letters = Letter.objects.filter(recipient=tidy(address))
    letters.filter(state=LetterState.QUEUED).update(
        state=LetterState.FAILED, last_error="recipient was erased"
    )
    letters.update(
        recipient=FORGOTTEN,
        recipient_name="",
        reply_to="",
        subject="",
        text="",
        html="",
        headers={},
    )
    Objection.objects.of(address).update(said="", heard_by="", taken_back_why="")
