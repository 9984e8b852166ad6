"""Whom to invite to which challenge, within budgets: one assignment over all open challenges.

Every challenge has places and wants at least some of them filled; a company is asked only so often
in a period, whoever asks. Scores alone would ask the same few again and again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.scoring import Reason

# A company, or a challenge, or of a challenge its newcomers or one cluster's members.
Group = tuple[str, int, int]

WHOLE = 1e-6
# Where the matrix does not promise whole numbers the search for them ends somewhere, and always
# at the same place, which a limit in seconds would not.
MOST_NODES = 2000

# A place kept for a newcomer weighs so many of the highest scores. To have it filled others move
# on from challenge to challenge, each move for a score at most; so many in a row do not happen.
KEPT = 20


@dataclass(frozen=True, slots=True)
class Budget:
    """How often a company may be asked in so many days, over the whole platform."""

    times: int
    days: int

    def left(self, asked: Sequence[date]) -> int:
        return max(self.times - len(asked), 0)

    def next_on(self, asked: Sequence[date]) -> date:
        """When a company that was asked on these days, often enough, may be asked again."""
        return sorted(asked)[-self.times] + timedelta(days=self.days)

    def asked_enough(self, asked: Sequence[date], **place: int) -> Reason:
        """Why a company that was asked often enough waits, and from when on it may be asked. Where
        it stands then depends on who else waits: `place` is its `rank` `of` all by score.
        """
        next_on = self.next_on(asked).isoformat()
        return Reason("asked_enough", times=len(asked), days=self.days, next_on=next_on, **place)


@dataclass(frozen=True, slots=True)
class Shares:
    """Of a challenge's invitations, in percent: kept for newcomers, and at most for one cluster."""

    newcomers: int = 0
    cluster: int = 100


@dataclass(frozen=True, slots=True)
class Written:
    """An invitation that a challenge has written already."""

    clusters: tuple[int, ...]
    is_newcomer: bool


@dataclass(frozen=True, slots=True)
class Places:
    """What a challenge has still to give.

    `least` are missing to its minimum. `reserved` are kept for newcomers, as far as they
    can be had. A cluster has at most `per_cluster` places, of which `taken` says how many it has.
    """

    challenge: int
    least: int
    most: int
    reserved: int = 0
    per_cluster: int | None = None
    taken: Mapping[int, int] = field(default_factory=dict)


def places_left(
    *, challenge: int, minimum: int, maximum: int, shares: Shares, written: Sequence[Written]
) -> Places:
    """A challenge's places after those it has filled. Half a newcomer counts as one, and every
    cluster may have one place at least.
    """
    newcomers = sum(one.is_newcomer for one in written)
    kept = (maximum * shares.newcomers + 50) // 100
    most = max(maximum - len(written), 0)
    return Places(
        challenge=challenge,
        least=min(max(minimum - len(written), 0), most),
        most=most,
        reserved=max(kept - newcomers, 0),
        per_cluster=None if shares.cluster >= 100 else max(maximum * shares.cluster // 100, 1),
        taken=Counter(cluster for one in written for cluster in one.clusters),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company that might be asked; `asked` are the days of its invitations in the period."""

    company: int
    asked: tuple[date, ...] = ()
    is_newcomer: bool = False
    clusters: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A company good enough for a challenge, with its score in tenths of a point."""

    challenge: int
    company: int
    tenths: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair with what became of it, and why."""

    pair: Pair
    is_chosen: bool
    reason: Reason


@dataclass(frozen=True)
class Assignment:
    """`short`: how many a challenge has less than its minimum, where it could not be had."""

    entries: tuple[Entry, ...]
    short: Mapping[int, int]

    @property
    def chosen(self) -> tuple[Pair, ...]:
        return tuple(entry.pair for entry in self.entries if entry.is_chosen)


def assign(
    *,
    places: Iterable[Places],
    candidates: Iterable[Candidate],
    pairs: Iterable[Pair],
    budget: Budget,
) -> Assignment:
    """Choose the pairs with the greatest sum of scores that keeps every budget.

    A minimum is missed only where it cannot be met, and by as little as can be. After that, places
    kept for newcomers go to them as far as they can be had, and then to others: an empty place
    helps nobody. Of companies that differ in nothing else the one with the lower id goes first.
    Everything given in another order gives the same.
    """
    given = Given(
        {one.challenge: one for one in sorted(places, key=lambda one: one.challenge)},
        {one.company: one for one in candidates},
        tuple(sorted(pairs, key=lambda pair: (pair.challenge, -pair.tenths, pair.company))),
        budget,
    )
    chosen = _solve(given)
    return Assignment(tuple(_explained(given, chosen)), _shortfall(given, chosen))


@dataclass(frozen=True)
class Given:
    """What one assignment is made of, in its one order."""

    places: Mapping[int, Places]
    candidates: Mapping[int, Candidate]
    pairs: tuple[Pair, ...]
    budget: Budget

    @cached_property
    def caps(self) -> dict[Group, int]:
        """The most pairs of each kind; `groups` says of which kinds a pair is."""
        caps: dict[Group, int] = {}
        for pair in self.pairs:
            for group in self.groups(pair):
                if group not in caps:
                    caps[group] = self._cap(*group)
        return caps

    def groups(self, pair: Pair) -> list[Group]:
        challenge = pair.challenge
        company = self.candidates[pair.company]
        found = [("company", pair.company, 0), ("challenge", challenge, 0)]
        if self.places[challenge].per_cluster is not None:
            found += [("cluster", challenge, cluster) for cluster in company.clusters]
        if self.places[challenge].reserved and company.is_newcomer:
            found.append(("newcomers", challenge, 0))
        return found

    def _cap(self, kind: str, owner: int, cluster: int) -> int:
        if kind == "company":
            return self.budget.left(self.candidates[owner].asked)
        places = self.places[owner]
        if kind == "cluster":
            return max((places.per_cluster or 0) - places.taken.get(cluster, 0), 0)
        return places.most

    @cached_property
    def wanted(self) -> dict[Group, int]:
        """How many of a kind are wanted at least, where there are any of it."""
        wanted: dict[Group, int] = {}
        for one in self.places.values():
            wanted["challenge", one.challenge, 0] = one.least
            wanted["newcomers", one.challenge, 0] = min(one.reserved, one.most)
        return {group: least for group, least in wanted.items() if group in self.caps}


def _solve(given: Given) -> NDArray[np.bool_]:
    """Which pairs are chosen.

    Companies on one side and challenges on the other are a flow, so the linear program has whole
    numbers at its corners. Shares that cross each other (a newcomer of a full cluster, a company
    of two clusters) can cost that; only then the slower search for whole numbers follows.
    """
    if not given.pairs:
        return np.zeros(0, dtype=np.bool_)
    found = _optimum(given, whole=False)
    if np.abs(found - found.round()).max() > WHOLE:
        found = _optimum(given, whole=True)
    return found[: len(given.pairs)].round().astype(np.bool_)


def _optimum(given: Given, *, whole: bool) -> NDArray[np.float64]:
    """One variable for each pair, then one for each kind that is wanted: how many it lacks."""
    # Only a worker comes here; web processes save 30 MB and half a second at their start.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    rows = {group: row for row, group in enumerate(given.caps)}
    least = np.array([*given.wanted.values()], dtype=np.float64)
    lacks = [rows[group] for group in given.wanted]
    matrix = _matrix(given, rows, lacks)
    lowest = np.full(len(rows), 0.0)
    lowest[lacks] = least
    number = len(given.pairs)
    answer = milp(
        _costs(given),
        integrality=np.full(number + len(lacks), int(whole)),
        bounds=Bounds(0, np.concatenate([np.ones(number), least])),
        constraints=LinearConstraint(matrix, lowest, np.array([*given.caps.values()])),
        options={"mip_rel_gap": 0, "node_limit": MOST_NODES},
    )
    if answer.x is None:
        raise RuntimeError(f"the assignment has no answer: {answer.message}")
    found: NDArray[np.float64] = answer.x
    return found


def _matrix(given: Given, rows: Mapping[Group, int], lacks: Sequence[int]) -> csr_array:
    pairs = [[rows[group] for group in given.groups(pair)] for pair in given.pairs]
    counts = [len(found) for found in pairs]
    row = np.array([*(one for found in pairs for one in found), *lacks])
    columns = len(pairs) + len(lacks)
    column = np.repeat(np.arange(columns), [*counts, *([1] * len(lacks))])
    return csr_array((np.ones(len(row)), (row, column)), shape=(len(rows), columns))


def _costs(given: Given) -> NDArray[np.float64]:
    """An invitation below a minimum weighs more than all scores and all places for newcomers that
    could be had together.

    The order within a tie weighs less than a tenth of a point, however many ties there are.
    """
    tenths = np.array([pair.tenths for pair in given.pairs], dtype=np.float64)
    most, highest = sum(one.most for one in given.places.values()), tenths.max() + 1
    order = _order_within_ties(given.pairs) / (2 * most + 2)
    kept = KEPT * highest
    reserved = sum(n for (kind, *_), n in given.wanted.items() if kind == "newcomers")
    minimum = 1 + highest * most + kept * reserved
    lacks = [minimum if kind == "challenge" else kept for kind, *_ in given.wanted]
    return np.concatenate([-tenths - order, np.array(lacks, dtype=np.float64)])


def _order_within_ties(pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """1 for the first of those with the same score for the same challenge, then less and less."""
    keys = [(pair.challenge, pair.tenths) for pair in pairs]
    sizes, before = Counter(keys), Counter[tuple[int, int]]()
    found = np.empty(len(keys))
    for number, key in enumerate(keys):
        found[number] = 1 - before[key] / sizes[key]
        before[key] += 1
    return found


def _shortfall(given: Given, chosen: NDArray[np.bool_]) -> dict[int, int]:
    """Also of challenges that have no candidate at all."""
    had = Counter(given.pairs[number].challenge for number in np.flatnonzero(chosen))
    lacking = {one.challenge: one.least - had[one.challenge] for one in given.places.values()}
    return {challenge: number for challenge, number in sorted(lacking.items()) if number > 0}


def _explained(given: Given, chosen: NDArray[np.bool_]) -> list[Entry]:
    """Every pair with its reason, in the order of the pairs."""
    used = Counter(
        group for number in np.flatnonzero(chosen) for group in given.groups(given.pairs[number])
    )
    of = Counter(pair.challenge for pair in given.pairs)
    ranks: defaultdict[tuple[int, str], int] = defaultdict(int)
    entries = []
    for number, pair in enumerate(given.pairs):
        ranks[pair.challenge, "all"] += 1
        place = {"rank": ranks[pair.challenge, "all"], "of": of[pair.challenge]}
        company = given.candidates[pair.company]
        if chosen[number]:
            reason = Reason("chosen", **place, is_newcomer=company.is_newcomer)
        elif not given.budget.left(company.asked):
            reason = given.budget.asked_enough(company.asked, **place)
        else:
            reason = _why_not(given, pair, used)
            if reason.code == "places_taken":
                ranks[pair.challenge, "line"] += 1
                reason = Reason(reason.code, **reason.data, line=ranks[pair.challenge, "line"])
        entries.append(Entry(pair, bool(chosen[number]), reason))
    return entries


def _why_not(given: Given, pair: Pair, used: Counter[Group]) -> Reason:
    """What stands against the company itself comes before what it shares with others.

    That it was chosen elsewhere is no date: perhaps nobody follows the suggestion.
    """
    places = given.places[pair.challenge]
    company = "company", pair.company, 0
    if used[company] >= given.caps[company]:
        return Reason("asked_elsewhere")
    full = {group[0] for group in given.groups(pair) if used[group] >= given.caps[group]}
    if "cluster" in full:
        return Reason("cluster_full", most=places.per_cluster)
    return Reason("places_taken")
