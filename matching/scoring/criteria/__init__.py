"""The criteria beside text fit, one module each, all of the same shape."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from matching.scoring.arrays import Bools, Floats
from matching.scoring.corpus import Corpus
from matching.scoring.criteria import (
    capabilities,
    languages,
    market,
    size,
    theme,
    track_record,
    trl,
)
from matching.scoring.facts import Brief, Profile
from matching.scoring.findings import Said


class Criterion(Protocol):
    """What a criterion module offers.

    `asked`: does the brief ask for it at all. `measure`: for each row the share (0 to 1, zero
    where nothing is stated) and whether anything is stated. `explain`: the reason in data for each
    of these profiles, which all state something, and the words it rests on.
    """

    def asked(self, brief: Brief) -> bool: ...

    def measure(self, brief: Brief, corpus: Corpus) -> tuple[Floats, Bools]: ...

    def explain(self, brief: Brief, profiles: Iterable[Profile]) -> list[Said]: ...


STRUCTURED: Mapping[str, Criterion] = {
    "capabilities": capabilities,
    "theme": theme,
    "trl": trl,
    "market": market,
    "track_record": track_record,
    "languages": languages,
    "size": size,
}
CRITERIA = ("text", *STRUCTURED)
