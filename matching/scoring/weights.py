"""How much each criterion counts: tenths of a point that sum to a thousand. The one place."""

from collections.abc import Mapping
from dataclasses import dataclass

FULL = 1000


@dataclass(frozen=True)
class Weights:
    """A named version of the weights; challenges may have their own."""

    version: str
    tenths: Mapping[str, int]

    def __post_init__(self) -> None:
        if any(tenths < 0 for tenths in self.tenths.values()):
            raise ValueError("No weight may be negative.")
        if sum(self.tenths.values()) != FULL:
            raise ValueError("The weights must sum to 1000 tenths of a point.")

    def among(self, asked: tuple[str, ...]) -> dict[str, int]:
        """The hundred points spread over the criteria a brief asks for, and over no others.

        What is not asked is nobody's merit: it would lift every company alike, or none.
        """
        return _spread({criterion: self.tenths.get(criterion, 0) for criterion in asked}, FULL)

    def with_points(self, points: Mapping[str, int], *, version: str) -> "Weights":
        """Weights in which these criteria share what they have here in proportion to the points."""
        if any(point < 0 for point in points.values()) or not sum(points.values()):
            raise ValueError("Points are whole numbers, and not all of them nothing.")
        room = sum(self.tenths.get(criterion, 0) for criterion in points)
        return Weights(version, {**self.tenths, **_spread(points, room)})


def _spread(counts: Mapping[str, int], whole: int) -> dict[str, int]:
    """Whole numbers in proportion to the counts that sum to `whole`; nothing of nothing."""
    everything = sum(counts.values())
    if everything == 0:
        return dict.fromkeys(counts, 0)
    scaled = {code: divmod(count * whole, everything) for code, count in counts.items()}
    spread = {code: floor for code, (floor, _) in scaled.items()}
    left = whole - sum(spread.values())
    for code in sorted(counts, key=lambda code: -scaled[code][1])[:left]:
        spread[code] += 1
    return spread


DEFAULT_WEIGHTS = Weights(
    version="default-1",
    tenths={
        "text": 300,
        "capabilities": 260,
        "theme": 100,
        "trl": 100,
        "market": 100,
        "track_record": 60,
        "languages": 50,
        "size": 30,
    },
)
