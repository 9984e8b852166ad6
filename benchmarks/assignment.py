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
    print("| market | method | cpu, s | of the optimum | invitations | minima broken |")
    print("|---|---|---:|---:|---:|---:|")
    for world in (
        world_of("all companies, enough for all", among=COMPANIES),
        world_of("5,000 companies, too few", among=5_000),
        world_of("5,000 companies, shares that cross", among=5_000, shares=True),
    ):
        measure(world)


def world_of(name: str, *, among: int, shares: bool = False) -> World:
    """Each challenge has 200 candidates of the first so many companies, the good ones good for all.

    A fifth of the companies was asked once before, another fifth twice.
    """
    dice = random.Random(7)
    reserved, per_cluster = (4, 5) if shares else (0, None)
    places = [
        Places(number, MINIMUM, MAXIMUM, reserved, per_cluster) for number in range(CHALLENGES)
    ]
    candidates = [
        Candidate(
            number,
            asked=(TODAY,) * dice.choice((0, 0, 0, 1, 2)),
            is_newcomer=dice.random() < 0.3,
            clusters=tuple(dice.sample(range(20), dice.choice((1, 1, 1, 2)))),
        )
        for number in range(COMPANIES)
    ]
    quality = [dice.random() for _ in candidates]
    pairs = [
        Pair(place.challenge, company, 550 + int(225 * (quality[company] + dice.random())))
        for place in places
        for company in dice.sample(range(among), EDGES_EACH)
    ]
    return World(name, places, candidates, pairs)


def measure(world: World) -> None:
    began = time.process_time()
    best = assign(
        places=world.places,
        candidates=world.candidates,
        pairs=world.pairs,
        budget=BUDGET,
    ).chosen
    solved = time.process_time() - began
    began = time.process_time()
    quick = greedy(world)
    hurried = time.process_time() - began
    total = sum(pair.tenths for pair in best)
    for method, seconds, chosen in (("assignment", solved, best), ("greedy", hurried, quick)):
        share = sum(pair.tenths for pair in chosen) / total
        print(
            f"| {world.name} | {method} | {seconds:.1f} | {share:.2%} | {len(chosen):,} "
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
