"""Hard conditions: each met, not met, or not stated, and never part of a score.

Not stated is a question to ask before inviting, not a refusal: nobody is turned away for a blank.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.scoring.arrays import Bools
from matching.scoring.corpus import TRL_LEVELS, Corpus
from matching.scoring.criteria import trl
from matching.scoring.criteria.telling import told_once
from matching.scoring.facts import Brief, Facets
from matching.scoring.findings import Condition, Reason, State

MET, NOT_MET, NOT_STATED = np.arange(3, dtype=np.int8)
STATES = (State.MET, State.NOT_MET, State.NOT_STATED)


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition: does the brief set it, which rows meet it, which rows say anything about it.

    `rests_on`: what of the company; `data`: what is told of the brief and of that.
    """

    asked: Callable[[Brief], bool]
    met: Callable[[Brief, Corpus], Bools]
    stated: Callable[[Corpus], Bools]
    rests_on: Callable[[Facets], Hashable]
    data: Callable[[Brief, Any], dict[str, Any]]


def check(brief: Brief, corpus: Corpus) -> dict[str, NDArray[np.int8]]:
    """For each condition the brief sets, MET, NOT_MET or NOT_STATED per row."""
    return {code: _states(rule, brief, corpus) for code, rule in RULES.items() if rule.asked(brief)}


def eligible(conditions: Mapping[str, NDArray[np.int8]], rows: int) -> Bools:
    """Rows without a condition that is not met."""
    refused = np.zeros(rows, dtype=np.bool_)
    for states in conditions.values():
        refused |= states == NOT_MET
    return ~refused


def describe(
    code: str, states: Sequence[int], brief: Brief, companies: Iterable[Facets]
) -> list[Condition]:
    """How the condition stands for each of the companies, whose states these are."""
    rule = RULES[code]

    def told(known: tuple[int, Hashable]) -> Condition:
        state, stated = known
        name = STATES[state]
        return Condition(code, name, Reason(f"{code}_{name}", **rule.data(brief, stated)))

    return told_once(told, zip(states, map(rule.rests_on, companies), strict=True))


def _states(rule: Rule, brief: Brief, corpus: Corpus) -> NDArray[np.int8]:
    # A truth is a byte of 0 or 1: four passes over bytes, and no choice made row by row.
    refused = (~rule.met(brief, corpus)).view(np.int8) * NOT_MET
    unknown = (~rule.stated(corpus)).view(np.int8) * NOT_STATED
    states: NDArray[np.int8] = np.maximum(refused, unknown)
    return states


def _always_stated(corpus: Corpus) -> Bools:
    return np.ones(len(corpus), dtype=np.bool_)


def _in_trl_range(brief: Brief, corpus: Corpus) -> Bools:
    wanted = sum(1 << i for i in range(TRL_LEVELS) if trl.steps_outside(brief, i + 1) == 0)
    return (corpus.trl_sets & wanted) > 0


def _always_asked(brief: Brief) -> bool:
    return True


def _stays_in(brief: Brief, corpus: Corpus) -> Bools:
    return ~corpus.opted_out


def _nothing(company: Facets) -> None:
    return None


def _no_data(brief: Brief, stated: None) -> dict[str, Any]:
    return {}


RULES: Mapping[str, Rule] = {
    "must_not_opt_out": Rule(
        asked=_always_asked,
        met=_stays_in,
        stated=_always_stated,
        rests_on=_nothing,
        data=_no_data,
    ),
    "must_country": Rule(
        asked=lambda brief: brief.countries_are_must and bool(brief.countries),
        met=lambda brief, corpus: corpus.home.count(brief.countries) > 0,
        stated=lambda corpus: corpus.home.stated,
        rests_on=attrgetter("country"),
        data=lambda brief, country: {
            "country": country,
            "wanted": list(dict.fromkeys(brief.countries)),
        },
    ),
    "must_size": Rule(
        asked=lambda brief: brief.sizes_are_must and bool(brief.size_classes),
        met=lambda brief, corpus: corpus.size_class.count(brief.size_classes) > 0,
        stated=lambda corpus: corpus.size_class.stated,
        rests_on=attrgetter("size_class"),
        data=lambda brief, size_class: {
            "size_class": size_class,
            "wanted": list(dict.fromkeys(brief.size_classes)),
        },
    ),
    "must_trl": Rule(
        asked=lambda brief: brief.trl_is_must and trl.asked(brief),
        met=_in_trl_range,
        stated=lambda corpus: corpus.trl_sets > 0,
        rests_on=attrgetter("trls"),
        data=lambda brief, trls: {
            "low": brief.trl_range[0],
            "high": brief.trl_range[1],
            "trls": sorted(trls),
        },
    ),
}
