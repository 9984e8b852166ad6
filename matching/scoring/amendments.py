"""What a manager decided about a pair, laid over what was computed.

A granted share changes the one part it names and a raise is a part of its own, so that the parts
add up as before. Laid over findings that were amended already, it starts from what was computed:
an amendment can be renewed and taken back without scoring anything again.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.scoring.arrays import Floats, Ints
from matching.scoring.criteria import CRITERIA
from matching.scoring.facts import Amendment
from matching.scoring.findings import Finding, Reason
from matching.scoring.weights import FULL

RAISED = "raised"
PARTS = (*CRITERIA, RAISED)
GRANTED = "granted"
NOTHING = Amendment()


def tenths_of(share: float, weight: int) -> int:
    """A part in whole tenths of a point, rounded as the arrays are."""
    return math.floor(share * weight + 0.5)


def amended(findings: Iterable[Finding], amendment: Amendment) -> tuple[Finding, ...]:
    """The findings under this amendment alone."""
    computed = [_as_computed(one) for one in findings if one.criterion != RAISED]
    parts = [_granted(one, amendment.shares.get(one.criterion, 0.0)) for one in computed]
    if amendment.raised:
        parts.append(_raise(amendment.raised, FULL - sum(one.tenths for one in parts)))
    return tuple(parts)


def raised_to(parts: Sequence[int], tenths: int) -> list[int]:
    """The same of bare numbers, which follow PARTS: a raise needs to know no reasons."""
    computed = list(parts[: len(CRITERIA)])
    return [*computed, min(tenths, FULL - sum(computed))]


def parts_of(
    shares: Floats,
    weights: Mapping[str, int],
    amendments: Mapping[int, Amendment],
    ids: Ints,
) -> NDArray[np.int16]:
    """The same over arrays: the parts of each row, in columns that follow PARTS."""
    counts = np.array([weights.get(code, 0) for code in CRITERIA], dtype=np.float64)
    parts = np.zeros((ids.size, len(PARTS)), dtype=np.int16, order="F")
    rounded = shares * counts
    rounded += 0.5
    parts[:, : len(CRITERIA)] = np.floor(rounded, out=rounded)
    decided = np.flatnonzero(np.isin(ids, list(amendments))) if amendments else ()
    for row in decided:
        _amend_row(parts[row], shares[row], weights, amendments[int(ids[row])])
    return parts


def _amend_row(
    parts: NDArray[np.int16], shares: Floats, weights: Mapping[str, int], amendment: Amendment
) -> None:
    for criterion, granted in amendment.shares.items():
        if criterion in weights:
            column = CRITERIA.index(criterion)
            share = max(float(shares[column]), granted)
            parts[column] = tenths_of(share, weights[criterion])
    room = FULL - int(parts[: len(CRITERIA)].sum())
    parts[len(CRITERIA)] = min(amendment.raised, room)


def _as_computed(finding: Finding) -> Finding:
    if finding.reason.code != GRANTED:
        return finding
    share = finding.reason.data["share_found"]
    return finding._replace(
        share=share,
        tenths=tenths_of(share, finding.weight_tenths),
        reason=Reason.from_data(finding.reason.data["found"]),
    )


def _granted(finding: Finding, share: float) -> Finding:
    """Never less than what was found: a better profile is not held down by an old decision."""
    if share <= finding.share:
        return finding
    reason = Reason(
        GRANTED,
        share=share,
        share_found=finding.share,
        found=finding.reason.to_data(),
        missing=list(finding.missing) if share < 1 else [],
    )
    tenths = tenths_of(share, finding.weight_tenths)
    return finding._replace(share=share, tenths=tenths, reason=reason)


def _raise(tenths: int, room: int) -> Finding:
    given = min(tenths, room)
    return Finding(RAISED, tenths, given, given / tenths, Reason("raised_by_manager"))
