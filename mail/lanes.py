"""Few workers drain at once: whoever finds every lane taken goes back to other work."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

LANES = 2
# Any number that no other lock of this database uses.
LOCKS = 0x6C616265


@contextmanager
def lane() -> Iterator[bool]:
    """Whether one was free; it is ours until left, or until our database session ends."""
    number = next(
        (number for number in range(LANES) if _asked("pg_try_advisory_lock", number)), None
    )
    try:
        yield number is not None
    finally:
        if number is not None and connection.connection is not None:
            _asked("pg_advisory_unlock", number)


def _asked(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCKS, number])
        return bool(cursor.fetchone()[0])
