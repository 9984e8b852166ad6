"""Who waits for whom, in tests where two meet in the database."""

import time
from collections.abc import Callable

from django.db import connection

# Of this very connection: other tests run on the same server.
WAITS_FOR_ME = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
"""


def somebody_waits() -> bool:
    """For what this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(WAITS_FOR_ME)
        return cursor.fetchone()[0] > 0


def till(is_so: Callable[[], bool] = somebody_waits, *, seconds: int = 10) -> None:
    patience = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < patience, "nobody waits"
        time.sleep(0.02)
