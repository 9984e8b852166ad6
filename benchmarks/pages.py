"""Page budgets P1, P3, P4, P6 and the weight of P9, beside floor views in the same run.

`./labmatch bench pages` measures 1,000 challenges, 1,000 companies and 100,000 matches, then ten
times as much of each, and how the pages grew (P6); with `--small` only the first.
Requests go through the whole stack of middleware by Django's test client, page and floor in turn.
CPU is that of the Python process; `wall` includes PostgreSQL.
"""

import argparse
import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import include, path  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks import _floor, _world  # noqa: E402
from config import urls  # noqa: E402

urlpatterns = [path("", include(_floor.urlpatterns)), *urls.urlpatterns]

ROUNDS = 30
SMALL, FULL = 1_000, 10_000


@dataclass(frozen=True)
class Page:
    """A page, the floor it is held against, and its budget as a multiple of the floor's CPU."""

    budget: str
    address: str
    floor: str
    times: float
    sql: int
    signed_in: bool = False


PAGES = (
    Page("P1", "/challenges/?theme=smart_home&country=DK", "/floor/challenges/", 1.5, 6),
    Page("P3", "/challenges/challenge-500/", "/floor/challenge/", 3, 6),
    Page("P4", "/matches/?country=DK&score=20&search=1", "/floor/matches/", 3, 10, signed_in=True),
)


class Counter:
    """Statements and rows fetched during one request."""

    def __init__(self) -> None:
        self.statements = 0
        self.rows = 0

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any
    ) -> Any:
        result = execute(sql, params, many, context)
        self.statements += 1
        self.rows += max(context["cursor"].rowcount, 0)
        return result


def measure(client: Client, address: str) -> tuple[float, float]:
    """CPU and wall milliseconds of one request."""
    wall, cpu = time.perf_counter(), time.process_time()
    response = client.get(address)
    spent = time.process_time() - cpu, time.perf_counter() - wall
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}")
    return spent[0] * 1000, spent[1] * 1000


def compare(client: Client, page: Page) -> dict[str, float]:
    """Medians of page and floor, taken in turn."""
    rounds = [
        (*measure(client, page.address), *measure(client, page.floor)) for _ in range(ROUNDS + 3)
    ]
    columns = zip(*rounds[3:], strict=True)
    cpu, wall, floor_cpu, floor_wall = (statistics.median(column) for column in columns)
    counter = Counter()
    with connection.execute_wrapper(counter):
        body = client.get(page.address).content
    return {
        "cpu": cpu,
        "floor": floor_cpu,
        "ratio": cpu / floor_cpu,
        "wall": wall,
        "floor wall": floor_wall,
        "sql": counter.statements,
        "rows": counter.rows,
        "kB": len(body) / 1000,
        "gzip kB": len(gzip.compress(body)) / 1000,
    }


def table(results: list[tuple[str, dict[str, float]]]) -> str:
    """The rows as docs/performance.md prints them."""
    names = list(results[0][1])
    lines = [f"| page | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    for label, figures in results:
        cells = " | ".join(f"{figures[name]:.1f}".removesuffix(".0") for name in names)
        lines.append(f"| {label} | {cells} |")
    return "\n".join(lines)


def results(partner: User) -> list[tuple[str, dict[str, float]]]:
    found = []
    with override_settings(ROOT_URLCONF="benchmarks.pages"):
        for page in PAGES:
            client = Client()
            if page.signed_in:
                client.force_login(partner, settings.AUTHENTICATION_BACKENDS[0])
            found.append((f"{page.budget} {page.address}", compare(client, page)))
    return found


def growth(
    small: list[tuple[str, dict[str, float]]], full: list[tuple[str, dict[str, float]]]
) -> str:
    """P6: the same pages at ten times the rows."""
    lines = ["| page | cpu × | sql | rows |", "|---|---:|---:|---:|"]
    for (label, before), (_label, after) in zip(small, full, strict=True):
        lines.append(
            f"| {label} | {after['cpu'] / before['cpu']:.2f}"
            f" | {before['sql']:.0f} → {after['sql']:.0f}"
            f" | {before['rows']:.0f} → {after['rows']:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    only_small = parser.parse_args().small
    settings.ALLOWED_HOSTS = ["*"]
    partner = _world.build()
    _world.grow(before=0, after=SMALL)
    small = results(partner)
    print(f"{SMALL:,} challenges and companies\n\n{table(small)}\n", flush=True)
    if only_small:
        return
    _world.grow(before=SMALL, after=FULL)
    full = results(partner)
    print(f"{FULL:,} challenges and companies\n\n{table(full)}\n\nGrowth\n\n{growth(small, full)}")


if __name__ == "__main__":
    main()
