"""One challenge against all companies: beside the bare floor, and beside a plain loop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from django.db.models import F
from scipy.sparse import csr_array, hstack

from benchmarks import _plain
from benchmarks._clock import Took, in_words, timed
from challenges.models import Challenge
from config.memory import work_in_bulk
from matching.corpus import Block, Companies, known_companies
from matching.explaining import judged_rows, last_runs, yardsticks_of
from matching.models import MatchRun, ProfileTerms
from matching.scoring import Profile, Scores, TermVector, judge_each
from matching.scoring.blocks import Yardstick, score_block, statistics_of
from matching.scoring.meaning import asked_of
from matching.scoring.words import WordFit, asked_terms
from matching.tallying import Tally

ROUNDS = 5
BESIDE = 15
LOOPED = 5_000  # more than a processor keeps at hand, as all of them would be
TURN = 100  # of them while the arrays rest: a machine is not as fast in one second as in the next


def measure(challenges: Sequence[Challenge]) -> dict[str, Any]:
    work_in_bulk()  # as a worker does
    (run,) = last_runs([challenges[0]])
    (yardstick,) = yardsticks_of([run])
    companies = Companies(run.snapshot)
    loop = _Loop.over(run, yardstick)
    numbers, floor, of_blocks = Took(0, 0), Took(0, 0), []
    tally = Tally(brief=yardstick.brief, touched=(), threshold=550)
    sample = list(companies.sample())
    for block in companies.blocks():
        floor += _floor(block, yardstick)
        took, scores = timed(lambda block=block: _scored(yardstick, block), ROUNDS)
        counting, _none = timed(lambda scores=scores, block=block: tally.add(scores, block))
        numbers += took + counting
        of_blocks.append(scores)
        loop.turn()
    numbers += loop.beside(lambda: statistics_of([yardstick.brief], sample))
    front = sorted(tally.eligible.rows["ids"].tolist())
    judging = _judging(loop, of_blocks, known_companies(front, run.snapshot).profiles)
    pairs = [(run.challenge_id, pk) for pk in front]
    reading = loop.beside(lambda: judged_rows(pairs))
    of_loop = loop.seconds * len(companies)
    whole, stored = numbers + judging, numbers + reading
    return {
        "(a) floor: matrix @ vector + sparse product": floor,
        "(a) one challenge, all criteria, in arrays": numbers,
        "(a) the same and findings of the best 500": whole,
        "(a) the same, the 500 read from the database": stored,
        "(a) times the floor, numbers / with findings / and reading": (
            f"{numbers.cpu / floor.cpu:.1f} / {whole.cpu / floor.cpu:.1f} / "
            f"{stored.cpu / floor.cpu:.1f}"
        ),
        f"(a) plain Python loop, from {LOOPED} companies": in_words(of_loop),
        "(a) the loop's totals differ by at most, tenths of a point": f"{loop.apart}",
        "(a) times faster than the loop, numbers / with findings / and reading": (
            f"{of_loop / numbers.cpu:.0f} / {of_loop / whole.cpu:.0f} / {of_loop / stored.cpu:.0f}"
        ),
    }


def _judging(loop: "_Loop", of_blocks: Sequence[Scores], profiles: Sequence[Profile]) -> Took:
    """Reasons and quotes of profiles that are at hand, as the loop has its objects at hand."""
    known = {profile.id: profile for profile in profiles}
    own = [[known[pk] for pk in scores.ids.tolist() if pk in known] for scores in of_blocks]
    return loop.beside(
        lambda: [
            judge_each(scores, some) for scores, some in zip(of_blocks, own, strict=True) if some
        ]
    )


def _scored(yardstick: Yardstick, block: Block) -> Any:
    (scores,) = score_block([yardstick], block.corpus)
    _ = scores.totals, scores.eligible, scores.stated_tenths
    return scores


def _floor(block: Block, yardstick: Yardstick) -> Took:
    """One vector a company in single precision, and the words as one sparse product."""
    words, *meanings = block.corpus.text_fits
    first = meanings[0]
    matrix = first.passages.units[first.starts[:-1]].astype(np.float32)
    vector = asked_of(yardstick.brief.encoded[first.name], first.means).direction.astype(np.float32)
    assert isinstance(words, WordFit)
    common, rare = words.common, words.rare
    sparse = hstack([csr_array(common.impacts), rare.impacts], dtype=np.float32).tocsr()
    weights = np.zeros(sparse.shape[1], dtype=np.float32)
    ids, asked = asked_terms(yardstick.brief.passages, words.snapshot)
    both = np.concatenate([common.ids, rare.ids])
    _known, places, own = np.intersect1d(both, ids, return_indices=True)
    weights[places] = asked[own]
    took, _products = timed(lambda: (matrix @ vector, sparse @ weights), ROUNDS)
    return took


@dataclass
class _Loop:
    """The honest peer, a turn at a time, so that both meet the same machine."""

    asked: _plain.PlainBrief
    objects: Sequence[_plain.PlainCompany]
    apart: int
    took: list[float] = field(default_factory=list)

    @classmethod
    def over(cls, run: MatchRun, yardstick: Yardstick) -> "_Loop":
        """`apart`: how far a total is from the engine's at most."""
        ids = list(
            ProfileTerms.objects.filter(revision=F("company__revision"))
            .order_by("company")
            .values_list("company", flat=True)[:LOOPED]
        )
        profiles, corpus = known_companies(ids, run.snapshot).some(ids)
        (scores,) = score_block([yardstick], corpus)
        stored = ProfileTerms.objects.filter(company__in=ids)
        vectors = dict(stored.values_list("company", "vector"))
        objects = [
            _plain.PlainCompany.of(
                profile,
                TermVector.from_bytes(bytes(vectors[profile.id])),
                {
                    fit.name: fit.passages[slice(*fit.starts[row : row + 2])].units.tolist()
                    for fit in corpus.text_fits[1:]
                },
            )
            for row, profile in enumerate(profiles)
        ]
        asked = _plain.PlainBrief(yardstick, corpus.snapshot)
        totals = [_plain.total(asked, one)[0] for one in objects]
        pairs = zip(totals, scores.totals.tolist(), strict=True)
        return cls(asked, objects, max(abs(total - right) for total, right in pairs))

    @property
    def seconds(self) -> float:
        """For one company."""
        return median(self.took)

    def turn(self) -> None:
        first = TURN * len(self.took) % len(self.objects)
        some = self.objects[first : first + TURN]
        took, _totals = timed(lambda: [_plain.total(self.asked, one) for one in some])
        self.took.append(took.cpu / len(some))

    def beside(self, step: Callable[[], Any]) -> Took:
        """The median of rounds of this step, each with a turn of the loop."""
        rounds = []
        for _round in range(BESIDE):
            rounds.append(timed(step)[0])
            self.turn()
        return Took(median(one.wall for one in rounds), median(one.cpu for one in rounds))
