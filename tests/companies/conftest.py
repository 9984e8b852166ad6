from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection


@dataclass
class Fetched:
    rows: int = 0


@pytest.fixture
def rows_fetched():
    """Counts the rows that the database hands over, whatever becomes of them in Python."""

    @contextmanager
    def counting() -> Iterator[Fetched]:
        fetched = Fetched()

        def count(execute, sql, params, many, context):
            result = execute(sql, params, many, context)
            if sql.startswith("SELECT"):
                fetched.rows += max(context["cursor"].rowcount, 0)
            return result

        with connection.execute_wrapper(count):
            yield fetched

    return counting
