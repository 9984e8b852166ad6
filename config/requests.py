"""What the worker does when the broker does not take its word that a task is done."""

from typing import Any

from celery.worker import request
from kombu.transport import virtual


class Request(request.Request):
    """An acknowledgement that cannot be given does not cost the worker a place.

    Celery writes it into the log and goes on, with one place less for tasks each time: a worker
    of two processes whose broker hung twice would take no task any more and look alive. Here the
    place is free again; the broker may hand the task out once more after its visibility timeout.
    """

    acknowledged: bool

    def acknowledge(self) -> None:
        if not self.acknowledged:
            self._on_ack(_FreesThePlace(self.message), self._connection_errors)
            self.acknowledged = True

    def reject(self, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - Celery's signature
        if not self.acknowledged:
            self._on_reject(_FreesThePlace(self.message), self._connection_errors, requeue)
            self.acknowledged = True
            self.send_event("task-rejected", requeue=requeue)


class _FreesThePlace:
    """Stands where Celery's logger would, for a failure is told to nobody else."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def critical(self, *told: Any, **more: Any) -> None:
        request.logger.critical(*told, **more)
        virtual.QoS.ack(self.message.channel.qos, self.message.delivery_tag)
