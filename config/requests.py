"""What the worker does when the broker does not take its word that a task is done."""

from typing import Any

from celery.worker import request


class Request(request.Request):
    """An acknowledgement that cannot be given makes the worker connect anew.

    Celery writes it into the log and goes on, with one place less for tasks each time: a worker
    of two processes whose broker hung twice would take no task any more and look alive.
    """

    def acknowledge(self) -> None:
        self._let_errors_through()
        super().acknowledge()

    def reject(self, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - Celery's signature
        self._let_errors_through()
        super().reject(requeue=requeue)

    def _let_errors_through(self) -> None:
        """Unless the task came by a connection that was given up since."""
        if not self.message.channel.closed:
            self._connection_errors: tuple[Any, ...] = ()
