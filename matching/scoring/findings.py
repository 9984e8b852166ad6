"""What a judgement says: findings that add up to the total, conditions beside them.

Tuples with names, for they are made by the million: a frozen dataclass takes three times as long.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

from matching.scoring.unnamed import told_of_unnamed


@dataclass(frozen=True, init=False)
class Reason:
    """A code with its data, worded in the reader's language elsewhere."""

    code: str
    data: Mapping[str, Any]

    def __init__(self, code: str, **data: Any) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "data", data)

    @property
    def anonymous(self) -> "Reason":
        """Without what could give a company away; `unnamed` says what is left."""
        code, data = told_of_unnamed(self.code, self.data)
        return Reason(code, **data)

    def to_data(self) -> dict[str, Any]:
        return {"code": self.code, "data": dict(self.data)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Reason":
        return cls(data["code"], **data["data"])


class Quote(NamedTuple):
    """Words a finding rests on: whose, from which part, and which of them to highlight."""

    side: Literal["brief", "profile"]
    kind: str
    id: int
    text: str
    words: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        return {
            "side": self.side,
            "kind": self.kind,
            "id": self.id,
            "text": self.text,
            "words": list(self.words),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Quote":
        return cls(**{**data, "words": tuple(data["words"])})


Said: TypeAlias = tuple[Reason, tuple[Quote, ...]]


class Finding(NamedTuple):
    """One criterion's share of the score, in whole tenths of a point."""

    criterion: str
    weight_tenths: int
    tenths: int
    share: float
    reason: Reason
    quotes: tuple[Quote, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes that were asked and not found."""
        return tuple(self.reason.data.get("missing", ()))

    @property
    def is_stated(self) -> bool:
        return not self.reason.code.endswith("_not_stated")

    @property
    def anonymous(self) -> "Finding":
        return self._replace(reason=self.reason.anonymous, quotes=())

    def to_data(self) -> dict[str, Any]:
        return {
            "criterion": self.criterion,
            "weight_tenths": self.weight_tenths,
            "tenths": self.tenths,
            "share": self.share,
            "reason": self.reason.to_data(),
            "quotes": [quote.to_data() for quote in self.quotes],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Finding":
        reason = Reason.from_data(data["reason"])
        quotes = tuple(Quote.from_data(entry) for entry in data["quotes"])
        return cls(**{**data, "reason": reason, "quotes": quotes})


class State(StrEnum):
    """How a hard condition stands; not stated is a question to ask, never a refusal."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_STATED = "not_stated"


class Condition(NamedTuple):
    """One hard condition, apart from the score."""

    code: str
    state: State
    reason: Reason

    @property
    def anonymous(self) -> "Condition":
        return self._replace(reason=self.reason.anonymous)

    def to_data(self) -> dict[str, Any]:
        return {"code": self.code, "state": self.state.value, "reason": self.reason.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Condition":
        return cls(data["code"], State(data["state"]), Reason.from_data(data["reason"]))


class Judgement(NamedTuple):
    """Everything that is said about one pair, and what it was made from."""

    brief_id: int
    brief_revision: int
    brief_hash: str
    profile_id: int
    profile_revision: int
    profile_hash: str
    engine: str
    weights_version: str
    snapshot_version: str
    total_tenths: int
    stated_tenths: int
    findings: tuple[Finding, ...]
    conditions: tuple[Condition, ...]

    @property
    def is_eligible(self) -> bool:
        return not self.not_met

    @property
    def not_met(self) -> tuple[Condition, ...]:
        return tuple(c for c in self.conditions if c.state is State.NOT_MET)

    @property
    def to_check(self) -> tuple[Condition, ...]:
        return tuple(c for c in self.conditions if c.state is State.NOT_STATED)

    def to_data(self) -> dict[str, Any]:
        """For a JSON column; `from_data` gives an equal judgement back."""
        fields = {name: getattr(self, name) for name in NUMBERS}
        return {
            **fields,
            "findings": [finding.to_data() for finding in self.findings],
            "conditions": [condition.to_data() for condition in self.conditions],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Judgement":
        return cls(
            **{name: data[name] for name in NUMBERS},
            findings=tuple(Finding.from_data(entry) for entry in data["findings"]),
            conditions=tuple(Condition.from_data(entry) for entry in data["conditions"]),
        )

    def to_bytes(self) -> bytes:
        return json.dumps(
            self.to_data(), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        ).encode()


NUMBERS = (
    "brief_id",
    "brief_revision",
    "brief_hash",
    "profile_id",
    "profile_revision",
    "profile_hash",
    "engine",
    "weights_version",
    "snapshot_version",
    "total_tenths",
    "stated_tenths",
)


def strongest(findings: tuple[Finding, ...], number: int = 3) -> tuple[Finding, ...]:
    """The findings that brought most, best first; those that brought nothing are no reason."""
    positive = [finding for finding in findings if finding.tenths > 0]
    return tuple(sorted(positive, key=lambda finding: -finding.tenths)[:number])
