"""The sentence of the profile that answers the brief best, and the one it answers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Literal

import numpy as np

from matching.scoring.arrays import Bools, Floats, Ints, Lookup, are_among, each_once
from matching.scoring.facts import Passage, Profile
from matching.scoring.findings import Quote
from matching.scoring.plain_words import without_plain_words
from matching.scoring.shared_words import shared_words, words_of_sentence
from matching.scoring.terms import terms_of, terms_of_each

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
QUOTE_LENGTH = 240
WHOLE = 1 << 20  # weights of terms are whole numbers, so that their sums are exact in any order


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """Sentences with all their terms in a row; `owners` says whose each term is."""

    sources: tuple[Passage, ...]
    ids: Ints
    owners: Ints
    lengths: Ints

    @classmethod
    def read(cls, sources: tuple[Passage, ...]) -> "Sentences":
        ids, owners = terms_of_each(sources)
        lengths = np.bincount(owners, minlength=len(sources))
        return cls(sources=sources, ids=ids, owners=owners, lengths=lengths)

    @classmethod
    def joined(cls, several: Sequence["Sentences"]) -> "Sentences":
        sizes = [one.lengths.size for one in several]
        firsts = (np.cumsum(sizes) - sizes).tolist()
        owners = [one.owners + first for one, first in zip(several, firsts, strict=True)]
        return cls(
            sources=tuple(chain.from_iterable(one.sources for one in several)),
            ids=np.concatenate([one.ids for one in several]),
            owners=np.concatenate(owners),
            lengths=np.concatenate([one.lengths for one in several]),
        )

    def worth(self, weights: Floats) -> Floats:
        """What they say, each; a sentence's length counts against it a little."""
        worth: Floats = weights / np.sqrt(self.lengths + 1)
        return worth


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """The sentences of a brief; the terms they say, and what each weighs, in whole numbers; and
    which sentence, a row, says which of the terms, a column.
    """

    sentences: Sentences
    terms: Lookup
    weights: Floats
    says: Bools

    @classmethod
    def read(cls, passages: tuple[Passage, ...], asked: Ints, weights: Floats) -> "Question":
        """`asked` ascend, as `terms_of` gives them. Plain words weigh nothing here, and what is
        said beyond the end of a quote is not looked for.
        """
        sentences = sentences_of(passages)
        ids = each_once(sentences.ids)
        telling = terms_of(without_plain_words(passages)).ids
        known, places = Lookup.of(asked).places(ids)
        whole = np.zeros(ids.size)
        whole[known] = np.rint(weights[places] * WHOLE)
        says = np.zeros((sentences.lengths.size, ids.size), dtype=np.bool_)
        says[sentences.owners, np.searchsorted(ids, sentences.ids)] = True
        return cls(
            sentences=sentences,
            terms=Lookup.of(ids),
            weights=whole * are_among(ids, telling),
            says=says,
        )

    def answered_by(self, said: Bools) -> Ints:
        """Its sentence that the terms of each row speak of most."""
        worth = self.sentences.worth((said * self.weights) @ self.says.T.astype(np.float64))
        answers: Ints = worth.argmax(axis=1)
        return answers


def closest_sentences(question: Question, profiles: Sequence[Profile]) -> list[tuple[Quote, ...]]:
    """Of each profile a quote of the brief and one of its own, or none where nothing is shared."""
    offered = [sentences_of(profile.passages) for profile in profiles]
    together = Sentences.joined(offered)
    shared, places = question.terms.places(together.ids)
    owners = together.owners[shared]
    weights = np.bincount(owners, question.weights[places], together.lengths.size)
    answers = _heaviest_of_each(together.worth(weights.astype(np.float64)), offered)
    rows = np.array([row for row in answers if row is not None], dtype=np.int64)
    chosen = are_among(owners, rows)
    said = np.zeros((rows.size, question.weights.size), dtype=np.bool_)
    said[np.searchsorted(rows, owners[chosen]), places[chosen]] = True
    met = _quotes(question, [together.sources[row] for row in rows.tolist()], said)
    return [() if row is None else next(met) for row in answers]


def _heaviest_of_each(worth: Floats, offered: Sequence[Sentences]) -> list[int | None]:
    """Of each the row of the sentence worth most, the first of equals."""
    heaviest: list[int | None] = []
    every, first = worth.tolist(), 0
    for sentences in offered:
        own = every[first : first + sentences.lengths.size]
        most = max(own, default=0.0)
        heaviest.append(first + own.index(most) if most > 0 else None)
        first += len(own)
    return heaviest


def _quotes(
    question: Question, answers: Sequence[Passage], said: Bools
) -> Iterator[tuple[Quote, ...]]:
    """For each of the answers, which say these terms of the question, the pair that meets."""
    if not answers:
        return
    sources = question.sentences.sources
    asked = [sources[place] for place in question.answered_by(said).tolist()]
    words_asked, words_said = _shared(question, asked, said), _shared(question, answers)
    for one, other, of_one, of_other in zip(asked, answers, words_asked, words_said, strict=True):
        yield _quote("brief", one, of_one), _quote("profile", other, of_other)


def _shared(
    question: Question, sources: Sequence[Passage], said: Bools | None = None
) -> Iterator[tuple[str, ...]]:
    """Words of each that the question says too; where it is asked, that the answers say."""
    spoken = [words_of_sentence(source) for source in sources]
    ids = np.concatenate([one.ids for one in spoken])
    shared, places = question.terms.places(ids)
    if said is not None:
        rows = np.repeat(np.arange(len(spoken)), [one.ids.size for one in spoken])
        heard = said[rows[shared], places]
        shared, places = shared[heard], places[heard]
    return shared_words(spoken, shared, question.weights[places])


@lru_cache(maxsize=4096)
def sentences_of(passages: tuple[Passage, ...]) -> Sentences:
    """Read once; a company is explained for many challenges, a challenge for many companies."""
    return Sentences.read(tuple(_split(passages)))


def _split(passages: Iterable[Passage]) -> Iterable[Passage]:
    for passage in passages:
        for sentence in SENTENCE_END.split(passage.text):
            if sentence.strip():
                text = shortened(sentence)
                yield Passage(passage.kind, text, passage.language, passage.id)


def shortened(text: str) -> str:
    """On one line, and cut after a word with " …" where it is longer than a quote."""
    line = " ".join(text.split())
    if len(line) <= QUOTE_LENGTH:
        return line
    kept = line[: QUOTE_LENGTH - 1]
    return (kept.rpartition(" ")[0] or kept[:-1]) + " …"


def _quote(side: Literal["brief", "profile"], source: Passage, words: tuple[str, ...]) -> Quote:
    return Quote(side, source.kind, source.id, source.text, words)
