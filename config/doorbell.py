"""The broker is a doorbell. Pages go on when it is broken: the clock finds what it did not ring."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import structlog
from celery import Celery
from celery.contrib.django.task import DjangoTask
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from config.breaker import valkey

log = structlog.get_logger(__name__)


class Door(Celery):
    """Rings with less patience than its worker listens."""

    def connection_for_write(self, url: Any = None, *args: Any, **kwargs: Any) -> Any:
        given = kwargs.pop("transport_options", None)
        options = {**settings.DOORBELL_TRANSPORT_OPTIONS, **(given or {})}
        return super().connection_for_write(url, *args, transport_options=options, **kwargs)


@dataclass(frozen=True)
class Ring:
    """A task waiting for the commit. Equal rings of one transaction are one."""

    task: "ForgivingTask" = field(compare=False)
    name: str
    args: tuple[Any, ...]
    kwargs: tuple[tuple[str, Any], ...] = ()

    def __call__(self) -> None:
        if valkey.is_open():
            log.warning("doorbell_silent", task=self.name)
            return
        began = monotonic()
        try:
            self.task.apply_async(self.args, dict(self.kwargs), retry=False)
        except OperationalError:
            valkey.note_failure(began=began)
            log.warning("doorbell_silent", task=self.name)


@dataclass
class JoinedRing:
    """One ring for all ids that a transaction names, in the order they were named."""

    task: "ForgivingTask"
    ids: dict[int, None]

    def __call__(self) -> None:
        Ring(self.task, self.task.name, (list(self.ids),))()


class ForgivingTask(DjangoTask):
    """`delay_on_commit` never raises for want of a broker; what was committed is committed."""

    Request = "config.requests:Request"

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Ring after the commit, and once for equal calls in one transaction."""
        ring = Ring(self, self.name, args, tuple(sorted(kwargs.items())))
        if ring not in _waiting():
            transaction.on_commit(ring)

    def delay_joined_on_commit(self, ids: Iterable[int]) -> None:
        """Ring once after the commit with the ids of all such calls in the transaction."""
        found = (one for one in _waiting() if isinstance(one, JoinedRing))
        ring = next((one for one in found if one.task.name == self.name), None)
        if ring is None:
            transaction.on_commit(JoinedRing(self, dict.fromkeys(ids)))
        else:
            ring.ids.update(dict.fromkeys(ids))


def _waiting() -> list[Any]:
    """What the transaction will do once it is committed."""
    return [entry[1] for entry in transaction.get_connection().run_on_commit]
