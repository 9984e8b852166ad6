"""One assignment of 500 challenges and 100,000 companies, and a greedy one beside it.

`./labmatch bench assignment`
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from invitations.assignment import Budget, Candidate, Pair, Places, assign

CHALLENGES, COMPANIES, EDGES_EACH = 500, 100_000, 200
MAXIMUM, MINIMUM = 20, 10
BUDGET = Budget(times=2, days=30)
TODAY = date(2026, 3, 1)


@dataclass(frozen=True)
class World:
    name: str
    places: list[Places]
    candidates: list[Candidate]
    pairs: list[Pair]


def main() -> None:
    print("| market | method | seconds | of the optimum | invitations | minima broken |")
    print("|---|---|---:|---:|---:|---:|")
    for world in (
        world_of("every company likely", among=COMPANIES),
        world_of("the same 5,000 wanted by all", among=5_000),
        world_of("the same 5,000, shares that cross", among=5_000, shares=True),
    ):
        measure(world)


def world_of(name: str, *, among: int, shares: bool = False) -> World:
    """Each challenge has 200 candidates among the first so many companies, a fifth asked before."""
    dice = random.Random(7)
    places = [
        Places(
            number,
            least=MINIMUM,
            most=MAXIMUM,
            reserved=4 if shares else 0,
            per_cluster=5 if shares else None,
        )
        for number in range(CHALLENGES)
    ]
    candidates = [
        Candidate(
            number,
            asked=(TODAY,) * dice.choice((0, 0, 0, 1, 2)),
            is_newcomer=dice.random() < 0.3,
            clusters=tuple(dice.sample(range(20), dice.choice((1, 1, 1, 2)))),
        )
        for number in range(among)
    ]
    pairs = [
        Pair(challenge.challenge, company, dice.randint(550, 999))
        for challenge in places
        for company in dice.sample(range(among), EDGES_EACH)
    ]
    return World(name, places, candidates, pairs)


def measure(world: World) -> None:
    began = time.perf_counter()
    best = assign(
        places=world.places,
        candidates=world.candidates,
        pairs=world.pairs,
        budget=BUDGET,
        today=TODAY,
    ).chosen
    solved = time.perf_counter() - began
    began = time.perf_counter()
    quick = greedy(world)
    hurried = time.perf_counter() - began
    total = sum(pair.tenths for pair in best)
    for method, seconds, chosen in (("assignment", solved, best), ("greedy", hurried, quick)):
        share = sum(pair.tenths for pair in chosen) / total
        print(
            f"| {world.name} | {method} | {seconds:.1f} | {share:.1%} | {len(chosen):,} "
            f"| {below_minimum(chosen)} |"
        )


def below_minimum(chosen: Sequence[Pair]) -> int:
    """How many challenges have fewer than they want at least."""
    had = Counter(pair.challenge for pair in chosen)
    return sum(had[number] < MINIMUM for number in range(CHALLENGES))


def greedy(world: World) -> list[Pair]:
    """The best pair first, while every budget allows it. Looks neither back nor ahead."""
    places = {one.challenge: one for one in world.places}
    left = {one.company: BUDGET.left(one.asked) for one in world.candidates}
    companies = {one.company: one for one in world.candidates}
    used: Counter[tuple[int, ...]] = Counter()
    chosen = []
    for pair in sorted(world.pairs, key=lambda one: (-one.tenths, one.challenge, one.company)):
        place, company = places[pair.challenge], companies[pair.company]
        kinds = {(pair.challenge,): place.most}
        if place.per_cluster is not None:
            kinds |= {(pair.challenge, one): place.per_cluster for one in company.clusters}
        if not company.is_newcomer:
            kinds[pair.challenge, -1] = place.most - place.reserved
        if left[pair.company] and all(used[kind] < most for kind, most in kinds.items()):
            chosen.append(pair)
            left[pair.company] -= 1
            used.update(kinds.keys())
    return chosen


if __name__ == "__main__":
    main()
