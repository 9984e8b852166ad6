"""How a score becomes the parts of a bar. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Segment(NamedTuple):
    """One criterion's stretch of the bar, in tenths of a point; `order` counts from 1.

    By `order` it has its colour and texture. Where a part says none, it is its place among them.
    """

    order: int
    criterion: str
    label: str
    start: int
    tenths: int
    weight_tenths: int
    reason: str

    @property
    def end(self) -> int:
        return self.start + self.tenths


class Kind(NamedTuple):
    """What a stretch of some bars stands for; `most` only where all of them say the same."""

    order: int
    label: str
    most: int | None


def kinds(scores: Iterable[Iterable[Mapping[str, Any]]]) -> list[Kind]:
    """Of a list of scores every kind of part, once."""
    found: dict[int, Kind] = {}
    for parts in scores:
        for place, part in enumerate(parts, start=1):
            kind = Kind(part.get("order", place), part["label"], int(part["weight_tenths"]))
            known = found.setdefault(kind.order, kind)
            if known.most != kind.most:
                found[kind.order] = kind._replace(most=None)
    return [found[order] for order in sorted(found)]


def segments(total: int, parts: Iterable[Mapping[str, Any]]) -> list[Segment]:
    """The parts laid end to end. Raises ValueError when they do not add up to the total."""
    laid: list[Segment] = []
    start = 0
    for place, part in enumerate(parts, start=1):
        tenths = int(part["tenths"])
        laid.append(
            Segment(
                order=part.get("order", place),
                criterion=part["criterion"],
                label=part["label"],
                start=start,
                tenths=tenths,
                weight_tenths=int(part["weight_tenths"]),
                reason=part.get("reason", ""),
            )
        )
        start += tenths
    if laid and start != total:
        raise ValueError(f"The parts add up to {start} tenths, the score says {total}.")
    return laid
