"""How a score becomes the parts of a bar. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Segment(NamedTuple):
    """One criterion's stretch of the bar, in tenths of a point; `order` counts from 1."""

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


def segments(total: int, parts: Iterable[Mapping[str, Any]]) -> list[Segment]:
    """The parts laid end to end. Raises ValueError when they do not add up to the total."""
    laid: list[Segment] = []
    start = 0
    for order, part in enumerate(parts, start=1):
        tenths = int(part["tenths"])
        laid.append(
            Segment(
                order=order,
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
