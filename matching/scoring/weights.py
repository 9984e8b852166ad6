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
        whole = sum(self.tenths.get(criterion, 0) for criterion in asked)
        if whole == 0:
            return dict.fromkeys(asked, 0)
        scaled = {c: divmod(self.tenths.get(c, 0) * FULL, whole) for c in asked}
        spread = {criterion: floor for criterion, (floor, _) in scaled.items()}
        left = FULL - sum(spread.values())
        for criterion in sorted(asked, key=lambda c: -scaled[c][1])[:left]:
            spread[criterion] += 1
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
