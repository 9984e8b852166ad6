"""Whom to invite within budgets: nothing is broken, nothing is left, and everybody hears why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invitations.assignment import (
    Assignment,
    Budget,
    Candidate,
    Pair,
    Places,
    Shares,
    Written,
    assign,
    places_left,
)
from matching.scoring import Reason

TODAY = date(2026, 3, 1)
TWICE = Budget(times=2, days=30)


def assigned(
    places: Sequence[Places],
    candidates: Sequence[Candidate],
    pairs: Sequence[tuple[int, int, int]],
    budget: Budget = TWICE,
) -> Assignment:
    return assign(
        places=places,
        candidates=candidates,
        pairs=[Pair(*pair) for pair in pairs],
        budget=budget,
    )


def who(assignment: Assignment) -> list[tuple[int, int]]:
    return [(pair.challenge, pair.company) for pair in assignment.chosen]


def reasons(assignment: Assignment) -> dict[tuple[int, int], Reason]:
    return {
        (entry.pair.challenge, entry.pair.company): entry.reason
        for entry in assignment.entries
        if not entry.is_chosen
    }


# By example.


def test_the_best_get_the_places():
    found = assigned(
        [Places(1, least=0, most=2)],
        [Candidate(7), Candidate(8), Candidate(9)],
        [(1, 7, 600), (1, 8, 900), (1, 9, 700)],
    )

    assert who(found) == [(1, 8), (1, 9)]
    assert [entry.reason for entry in found.entries] == [
        Reason("chosen", rank=1, of=3, is_newcomer=False),
        Reason("chosen", rank=2, of=3, is_newcomer=False),
        Reason("places_taken", line=1),
    ]


def test_a_company_goes_where_it_brings_most_to_all():
    found = assigned(
        [Places(1, least=0, most=1), Places(2, least=0, most=1)],
        [Candidate(7), Candidate(8)],
        [(1, 7, 900), (1, 8, 880), (2, 7, 850), (2, 8, 600)],
        Budget(times=1, days=30),
    )

    assert who(found) == [(1, 8), (2, 7)]


def test_a_minimum_is_met_before_scores_count():
    found = assigned(
        [Places(1, least=0, most=2), Places(2, least=1, most=1)],
        [Candidate(7)],
        [(1, 7, 950), (2, 7, 560)],
        Budget(times=1, days=30),
    )

    assert who(found) == [(2, 7)]
    assert found.short == {}


def test_a_minimum_that_cannot_be_met_is_told_and_breaks_nothing():
    found = assigned(
        [Places(1, least=3, most=4), Places(2, least=2, most=2)],
        [Candidate(7), Candidate(8, asked=(TODAY, TODAY))],
        [(1, 7, 700), (1, 8, 700)],
    )

    assert who(found) == [(1, 7)]
    assert found.short == {1: 2, 2: 2}


def test_who_was_asked_often_enough_hears_from_when_on_and_its_place():
    """On that day it is behind the one that waits for a place."""
    asked = (date(2026, 2, 1), date(2026, 2, 20))

    found = assigned(
        [Places(1, least=0, most=1)],
        [Candidate(5), Candidate(6), Candidate(7, asked=asked)],
        [(1, 5, 900), (1, 6, 800), (1, 7, 400)],
    )

    assert who(found) == [(1, 5)]
    assert reasons(found) == {
        (1, 6): Reason("places_taken", line=1),
        (1, 7): Reason("asked_enough", times=2, days=30, next_on="2026-03-03", rank=3, of=3),
    }


def test_who_is_only_suggested_elsewhere_hears_no_date():
    """Nobody asked it: the day would move with every round."""
    found = assigned(
        [Places(1, least=0, most=1), Places(2, least=0, most=1)],
        [Candidate(7, asked=(date(2026, 2, 11),))],
        [(1, 7, 900), (2, 7, 800)],
    )

    assert who(found) == [(1, 7)]
    assert reasons(found) == {(2, 7): Reason("asked_elsewhere")}


def test_a_cluster_has_its_share_and_no_more():
    found = assigned(
        [Places(1, least=0, most=3, per_cluster=2, taken={5: 1})],
        [Candidate(7, clusters=(5,)), Candidate(8, clusters=(5,)), Candidate(9, clusters=(6,))],
        [(1, 7, 900), (1, 8, 800), (1, 9, 600)],
    )

    assert who(found) == [(1, 7), (1, 9)]
    assert reasons(found) == {(1, 8): Reason("cluster_full", most=2)}


def test_newcomers_have_their_places():
    found = assigned(
        [Places(1, least=0, most=2, reserved=1)],
        [Candidate(7), Candidate(8), Candidate(9, is_newcomer=True)],
        [(1, 7, 900), (1, 8, 800), (1, 9, 600)],
    )

    assert who(found) == [(1, 7), (1, 9)]
    assert reasons(found) == {(1, 8): Reason("places_taken", line=1)}


def test_places_are_kept_only_for_newcomers_there_are():
    found = assigned(
        [Places(1, least=0, most=2, reserved=2)],
        [Candidate(7), Candidate(8)],
        [(1, 7, 900), (1, 8, 800)],
    )

    assert who(found) == [(1, 7), (1, 8)]


def test_a_place_kept_for_a_newcomer_who_is_asked_elsewhere_is_given_up():
    found = assigned(
        [Places(1, least=0, most=1, reserved=1), Places(2, least=1, most=1)],
        [Candidate(7), Candidate(8, is_newcomer=True)],
        [(1, 7, 900), (1, 8, 600), (2, 8, 900)],
        Budget(times=1, days=30),
    )

    assert who(found) == [(1, 7), (2, 8)]
    assert reasons(found) == {(1, 8): Reason("asked_elsewhere")}


def test_places_for_newcomers_break_no_minimum():
    """Ten challenges keep a place for the same newcomer, who can be asked once more."""
    every = range(1, 11)
    incumbents = [100 * challenge + n for challenge in every for n in range(3)]

    found = assigned(
        [Places(challenge, least=2, most=2, reserved=1) for challenge in every],
        [Candidate(1, is_newcomer=True), *(Candidate(company) for company in incumbents)],
        [
            *((challenge, 1, 800) for challenge in every),
            *((company // 100, company, 700 - company % 100) for company in incumbents),
        ],
        Budget(times=1, days=30),
    )

    assert len(found.chosen) == 20
    assert found.short == {}
    assert [company for _challenge, company in who(found)].count(1) == 1


def test_a_newcomer_fills_a_minimum_before_a_kept_place():
    found = assigned(
        [Places(1, least=0, most=2, reserved=1), Places(2, least=1, most=1)],
        [Candidate(7), Candidate(8), Candidate(9, is_newcomer=True)],
        [(1, 7, 900), (1, 8, 800), (1, 9, 950), (2, 9, 600)],
        Budget(times=1, days=30),
    )

    assert who(found) == [(1, 7), (1, 8), (2, 9)]


def test_shares_that_cross_have_whole_answers():
    """Two clusters each and a place for newcomers: the linear program alone answers in halves."""
    found = assigned(
        [Places(1, least=0, most=3, per_cluster=1)],
        [
            Candidate(7, clusters=(1, 2)),
            Candidate(8, clusters=(2, 3)),
            Candidate(9, clusters=(1, 3)),
        ],
        [(1, 7, 700), (1, 8, 700), (1, 9, 700)],
    )

    assert who(found) == [(1, 7)]
    assert reasons(found) == {
        (1, 8): Reason("cluster_full", most=1),
        (1, 9): Reason("cluster_full", most=1),
    }


def test_of_equal_companies_the_lower_ids_go_first():
    found = assigned(
        [Places(1, least=0, most=3)],
        [Candidate(number) for number in range(1, 21)],
        [(1, number, 700) for number in range(1, 21)],
    )

    assert who(found) == [(1, 1), (1, 2), (1, 3)]


def test_no_challenge_and_no_company_is_no_trouble():
    assert assigned([], [], []) == Assignment((), {})


# A challenge's places.


@pytest.mark.parametrize(
    "minimum, maximum, written, least, most",
    [(3, 5, 0, 3, 5), (3, 5, 2, 1, 3), (3, 5, 4, 0, 1), (3, 5, 7, 0, 0), (9, 5, 1, 4, 4)],
)
def test_written_invitations_fill_places(minimum, maximum, written, least, most):
    found = places_left(
        challenge=1,
        minimum=minimum,
        maximum=maximum,
        shares=Shares(),
        written=[Written((), is_newcomer=False)] * written,
    )

    assert found == Places(1, least=least, most=most)


@pytest.mark.parametrize(
    "maximum, percent, reserved, per_cluster",
    [(20, 10, 2, 2), (3, 20, 1, 1), (1, 20, 0, 1), (5, 50, 3, 2), (4, 100, 4, None)],
)
def test_shares_are_of_the_maximum(maximum, percent, reserved, per_cluster):
    found = places_left(
        challenge=1,
        minimum=0,
        maximum=maximum,
        shares=Shares(newcomers=percent, cluster=percent),
        written=[],
    )

    assert (found.reserved, found.per_cluster) == (reserved, per_cluster)


def test_those_invited_already_count_towards_the_shares():
    written = [Written((5, 6), is_newcomer=True), Written((5,), is_newcomer=False)]

    found = places_left(
        challenge=1,
        minimum=0,
        maximum=10,
        shares=Shares(newcomers=20, cluster=50),
        written=written,
    )

    assert (found.most, found.reserved) == (8, 1)
    assert (found.per_cluster, found.taken) == (5, {5: 2, 6: 1})


# Against every possibility.


@st.composite
def worlds(draw) -> tuple[list[Places], list[Candidate], list[tuple[int, int, int]], Budget]:
    budget = Budget(times=draw(st.integers(1, 2)), days=30)
    places = [
        Places(
            challenge=number,
            least=draw(st.integers(0, 2)),
            most=draw(st.integers(0, 3)),
            reserved=draw(st.integers(0, 2)),
            per_cluster=draw(st.sampled_from([None, 1, 2])),
            taken=draw(st.dictionaries(st.integers(1, 2), st.integers(0, 2), max_size=2)),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    candidates = [
        Candidate(
            company=number,
            asked=tuple(draw(st.lists(st.dates(date(2026, 2, 1), TODAY), max_size=3))),
            is_newcomer=draw(st.booleans()),
            clusters=tuple(draw(st.sets(st.integers(1, 3), max_size=2))),
        )
        for number in range(10, 10 + draw(st.integers(0, 4)))
    ]
    every = [(one.challenge, company.company) for one in places for company in candidates]
    some = draw(st.lists(st.sampled_from(every), unique=True, max_size=9)) if every else []
    pairs = [(*pair, draw(st.integers(0, 6)) * 100) for pair in some]
    least = [replaced(one, min(one.least, one.most)) for one in places]
    return least, candidates, pairs, budget


def replaced(places: Places, least: int) -> Places:
    return Places(
        places.challenge, least, places.most, places.reserved, places.per_cluster, places.taken
    )


def keeps_every_budget(chosen, places, candidates, pairs, budget) -> bool:
    companies = {one.company: one for one in candidates}
    asked = Counter(company for _challenge, company, _tenths in chosen)
    if any(len(companies[pk].asked) + times > budget.times for pk, times in asked.items()):
        return False
    for one in places:
        mine = [
            companies[company] for challenge, company, _ in chosen if challenge == one.challenge
        ]
        if len(mine) > one.most:
            return False
        of_clusters = Counter(cluster for company in mine for cluster in company.clusters)
        if one.per_cluster is not None and any(
            number > max(one.per_cluster - one.taken.get(cluster, 0), 0)
            for cluster, number in of_clusters.items()
        ):
            return False
    return True


def worth(chosen, places, candidates) -> tuple[int, int, int]:
    """Fewest below a minimum first, then newcomers in places kept for them, then the scores."""
    newcomers = {one.company for one in candidates if one.is_newcomer}
    had = Counter(challenge for challenge, _company, _tenths in chosen)
    new = Counter(challenge for challenge, company, _tenths in chosen if company in newcomers)
    lacking = sum(max(one.least - had[one.challenge], 0) for one in places)
    kept = sum(min(new[one.challenge], one.reserved) for one in places)
    return -lacking, kept, sum(tenths for *_pair, tenths in chosen)


def every_choice(pairs) -> Iterator[tuple[tuple[int, int, int], ...]]:
    for size in range(len(pairs) + 1):
        yield from combinations(pairs, size)


@given(worlds())
def test_it_is_as_good_as_the_best_of_all_possibilities(world):
    places, candidates, pairs, budget = world

    found = assigned(*world)

    chosen = [(pair.challenge, pair.company, pair.tenths) for pair in found.chosen]
    assert keeps_every_budget(chosen, places, candidates, pairs, budget)
    possible = (
        worth(choice, places, candidates)
        for choice in every_choice(pairs)
        if keeps_every_budget(choice, places, candidates, pairs, budget)
    )
    assert worth(chosen, places, candidates) == max(possible)
    assert sum(found.short.values()) == -worth(chosen, places, candidates)[0]


@given(worlds())
def test_nobody_waits_without_a_true_reason(world):
    """Whoever waits could not simply be added."""
    places, candidates, pairs, budget = world

    found = assigned(*world)

    chosen = [(pair.challenge, pair.company, pair.tenths) for pair in found.chosen]
    waiting = [entry.pair for entry in found.entries if not entry.is_chosen]
    added = [[*chosen, (pair.challenge, pair.company, pair.tenths)] for pair in waiting]
    assert not [one for one in added if keeps_every_budget(one, places, candidates, pairs, budget)]
    assert len(chosen) + len(waiting) == len(pairs)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_makes_no_difference(world, dice: Random):
    places, candidates, pairs, budget = world
    mixed = [dice.sample(part, len(part)) for part in (places, candidates, pairs)]

    assert assigned(*mixed, budget) == assigned(places, candidates, pairs, budget)


@given(st.lists(st.dates(date(2026, 2, 1), TODAY), min_size=2, max_size=6))
def test_on_the_next_date_a_company_may_be_asked_and_not_a_day_before(asked):
    next_on = TWICE.next_on(asked)

    def still_in_period(day: date) -> list[date]:
        return [one for one in asked if one > day - timedelta(days=TWICE.days)]

    assert TWICE.left(still_in_period(next_on)) > 0
    assert TWICE.left(still_in_period(next_on - timedelta(days=1))) == 0
