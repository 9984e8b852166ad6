"""The broker is a doorbell. Pages go on when it is broken: the clock finds what it did not ring."""

from typing import Any

import structlog
from celery.contrib.django.task import DjangoTask
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


class ForgivingTask(DjangoTask):
    """`delay_on_commit` never raises for want of a broker; what was committed is committed."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        def ring() -> None:
            try:
                self.apply_async(args, kwargs)
            except OperationalError:
                log.warning("doorbell_silent", task=self.name)

        transaction.on_commit(ring)
