"""Connections that wait while PostgreSQL restarts, so that a page comes late instead of never."""

from time import monotonic, sleep
from typing import Any

from django.db.backends.postgresql import base

PATIENCE_SECONDS = 8.0
PAUSE_SECONDS = 0.1
# After waiting in vain nobody waits for so long: pages of a database that stays away are quick.
RESIGNED_SECONDS = 30.0


class Patience:
    """One for each process."""

    def __init__(self) -> None:
        self.resigned_until = 0.0

    def ends(self) -> float:
        began = monotonic()
        return began if began < self.resigned_until else began + PATIENCE_SECONDS

    def resign(self) -> None:
        self.resigned_until = monotonic() + RESIGNED_SECONDS


patience = Patience()


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        ends = patience.ends()
        while True:
            try:
                connection = super().get_new_connection(conn_params)
            except self.Database.OperationalError as error:
                if not is_restarting(str(error)):
                    raise
                if monotonic() > ends:
                    patience.resign()
                    raise
                sleep(PAUSE_SECONDS)
            else:
                patience.resigned_until = 0.0
                return connection


def is_restarting(error: str) -> bool:
    """A server that answers, but not with "the database system is …", has made up its mind."""
    return "FATAL" not in error or "the database system is" in error
