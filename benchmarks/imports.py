"""A member list of 10,000 rows, step by step, through the verbs the pages and the worker call.

`./labmatch bench imports`
"""

import random
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from accounts.models import User  # noqa: E402
from clusters.actions import create_organisation, join  # noqa: E402
from companies import actions  # noqa: E402

ROWS = 10_000
HEADER = "Virksomhed;CVR;E-mail;By;Land;Ansatte;Omsætning;Beskrivelse\n"
TEXT = "sensor varme vand net måler data pumpe bolig lys cykel last affald sol vind"


def main() -> None:
    dice = random.Random(7)
    manager = User.objects.create_user("marta@import.example", name="Marta")
    fields = {"name": "Import", "kind": "cluster", "country": "DK", "language": "da"}
    cluster = create_organisation(fields=fields, by=None)
    join(organisation=cluster, user=manager, role="cluster_manager", by=None)
    first, second = (member_list(dice, city) for city in ("Vejle", "Ribe"))
    steps = {
        **imported("first", first, cluster, manager),
        **imported("again, unchanged", first, cluster, manager, nothing_new=True),
        **imported("again, each row changed", second, cluster, manager),
    }
    print(f"{ROWS:,} rows\n\n| step | seconds |\n|---|---:|")
    for step, seconds in steps.items():
        print(f"| {step} | {seconds:.1f} |")


def imported(
    name: str, text: bytes, cluster: Any, manager: User, *, nothing_new: bool = False
) -> dict[str, float]:
    uploading, brought = timed(
        lambda: actions.upload_list(
            cluster=cluster, file_name="list.csv", content=text, visibility="cluster", by=manager
        )
    )
    checking, _list = timed(
        lambda: actions.map_columns(
            member_list=brought, mapping=brought.mapping, country="DK", language="da", by=manager
        )
    )
    found = {f"{name}: upload": uploading, f"{name}: dry run": checking}
    if not nothing_new:
        importing, _list = timed(lambda: whole_import(brought, manager))
        found[f"{name}: import, with its second check"] = importing
    if name.startswith("again") and not nothing_new:
        found[f"{name}: undo"] = timed(lambda: whole_undo(brought, manager))[0]
    return found


def whole_import(member_list: Any, manager: User) -> None:
    actions.start_import(member_list=member_list, by=manager)
    while actions.import_block(member_list_id=member_list.pk):
        pass


def whole_undo(member_list: Any, manager: User) -> None:
    actions.start_undo(member_list=member_list, by=manager)
    while actions.undo_block(member_list_id=member_list.pk):
        pass


def timed(step: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = step()
    return time.perf_counter() - began, result


def member_list(dice: random.Random, city: str) -> bytes:
    words = TEXT.split()
    lines = [
        f"Firma {number} ApS;{10_000_000 + number};post@firma-{number}.example;{city};Danmark;"
        f"{number % 300};{number % 90},5;{' '.join(dice.choices(words, k=40))}\n"
        for number in range(ROWS)
    ]
    return (HEADER + "".join(lines)).encode()


if __name__ == "__main__":
    main()
