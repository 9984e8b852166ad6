"""What a brief asks and what a profile states. Empty or None always means: not stated."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text with its source, e.g. the need of a brief or the solution with this id."""

    kind: str
    text: str
    language: str = "en"
    id: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the globe, in degrees."""

    latitude: float
    longitude: float

    @property
    def on_unit_sphere(self) -> tuple[float, float, float]:
        latitude, longitude = math.radians(self.latitude), math.radians(self.longitude)
        return (
            math.cos(latitude) * math.cos(longitude),
            math.cos(latitude) * math.sin(longitude),
            math.sin(latitude),
        )


@dataclass(frozen=True, slots=True)
class Solution:
    """A product or service of a company."""

    id: int
    name: str = ""
    trl: int | None = None
    capabilities: tuple[str, ...] = ()
    countries_served: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Something a company did for a client; confirmed once the client said so."""

    id: int
    title: str = ""
    client_type: str = ""
    confirmed: bool = False


@dataclass(frozen=True, eq=False)
class EncodedBrief:
    """A brief as one encoder reads it: first the whole, then its parts (see `meaning.parts_of`).

    `vectors` are stored numbers (see `vectors`), one row more than there are parts;
    `languages_read` are the encoder's, none for all.
    """

    vectors: NDArray[np.int16]
    parts: tuple[Passage, ...]
    language: str
    languages_read: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Amendment:
    """What a manager decided about one company: the least share of each criterion that was granted,
    and tenths of a point on top.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    raised: int = 0


@dataclass(frozen=True)
class Brief:
    """What a challenge asks. The `*_must` flags bear on eligibility and never on the score.

    `amendments` are its managers' decisions, by company; like `encoded` they are no part of it.
    """

    id: int
    revision: int = 1
    passages: tuple[Passage, ...] = ()
    themes: tuple[str, ...] = ()
    must_have: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()
    trl_min: int | None = None
    trl_max: int | None = None
    trl_is_must: bool = False
    country: str = ""
    point: Point | None = None
    needs_presence: bool = False
    countries: tuple[str, ...] = ()
    countries_are_must: bool = False
    languages_of_work: tuple[str, ...] = ()
    size_classes: tuple[str, ...] = ()
    sizes_are_must: bool = True
    encoded: Mapping[str, EncodedBrief] = field(default_factory=dict, compare=False)
    amendments: Mapping[int, Amendment] = field(default_factory=dict, compare=False)

    def amended_by(self, amendments: Mapping[int, Amendment]) -> "Brief":
        """The same brief, with what was decided about single companies."""
        return replace(self, amendments=amendments)

    def read_by(self, encoded: Mapping[str, EncodedBrief]) -> "Brief":
        """The same brief, with what encoders made of it."""
        return replace(self, encoded=encoded)

    def to_data(self) -> dict[str, Any]:
        """For a JSON column; `from_data` gives an equal brief back, without what encoders made."""
        stated = asdict(replace(self, encoded={}, amendments={}))
        del stated["encoded"], stated["amendments"]
        return stated

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Brief":
        """Of an older row, what briefs still say."""
        data = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
        passages = tuple(Passage(**passage) for passage in data["passages"])
        point = Point(**data["point"]) if data["point"] else None
        return cls(**{**data, **lists, "passages": passages, "point": point})

    @property
    def language(self) -> str:
        return self.passages[0].language if self.passages else ""

    @property
    def trl_range(self) -> tuple[int, int]:
        return self.trl_min or 1, self.trl_max or 9

    @cached_property
    def content_hash(self) -> str:
        return _hash(self)


@dataclass(frozen=True)
class Facets:
    """What a company states, without its texts: all that scoring needs beside its term vector."""

    id: int
    revision: int = 1
    themes: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    solutions: tuple[Solution, ...] = ()
    references: tuple[Reference, ...] = ()
    country: str = ""
    point: Point | None = None
    countries_served: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    size_class: str = ""
    opted_out: bool = False

    @property
    def all_capabilities(self) -> frozenset[str]:
        return frozenset(self.capabilities).union(*(s.capabilities for s in self.solutions))

    def serves(self, country: str) -> bool:
        """Itself, or by one of its solutions."""
        return country in self.countries_served or any(
            country in solution.countries_served for solution in self.solutions
        )

    @property
    def all_countries_served(self) -> frozenset[str]:
        return frozenset(self.countries_served).union(*(s.countries_served for s in self.solutions))

    @property
    def trls(self) -> frozenset[int]:
        return frozenset(s.trl for s in self.solutions if s.trl is not None)


@dataclass(frozen=True)
class Profile(Facets):
    """A company with its texts: what an explanation quotes."""

    passages: tuple[Passage, ...] = ()

    @cached_property
    def content_hash(self) -> str:
        return _hash(self)

    def knowing(self, content_hash: str) -> "Profile":
        """Itself. Its hash was made when its terms were counted, and is not made again."""
        vars(self)["content_hash"] = content_hash
        return self


def text_hash(passages: tuple[Passage, ...]) -> str:
    """Key of whatever is computed from texts alone and stored: a term vector, later vectors."""
    return _digest(passages)


def _hash(facts: Brief | Profile) -> str:
    unsaid = ("id", "revision", "encoded", "amendments")
    return _digest({name: said for name, said in _fields(facts).items() if name not in unsaid})


def _digest(data: object) -> str:
    text = json.dumps(
        data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_fields
    )
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _fields(facts: Any) -> dict[str, Any]:
    """As `asdict`, without copying what JSON takes as it is."""
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__}
