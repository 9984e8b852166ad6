"""The judgement of a pair: pure arithmetic over dataclasses and arrays.

A full run of one brief, in order:

    vectors = [terms_of(profile.passages) for profile in profiles]   # stored by text_hash
    snapshot = take_snapshot(vectors, version="2026-11-22")          # stored, renewed at night
    corpus = corpus_by_words(facets, vectors, snapshot)              # once, for all briefs
    scores = score(brief=brief, corpus=corpus, weights=weights)      # statistics are stored
    rows = best(scores, 500, among=scores.eligible)
    judgements = judge_each(scores, [profiles[row] for row in rows])

`facets` may be `Facets` or whole `Profile`s; only `judge_each` needs the texts. One edited company,
under the same snapshot and with the statistics each brief's full run stored, gives the number
that a full run would give, to the last digit:

    corpus = corpus_by_words([profile], [terms_of(profile.passages)], snapshot)
    scores = score(brief=brief, corpus=corpus, weights=weights, statistics=stored)
    (judgement,) = judge_each(scores, [profile])

Blocks of companies may be scored apart: `text_fit.measure` gives each block's statistics, their
sum (`+`) is that of all, and goes into `score` of every block.

Meaning joins where a snapshot has `means` of encoders: `corpus_of` then takes their vectors beside
the terms, and `Brief.read_by` the vectors of the brief. Another measure of text joins by
implementing `TextFit` and being named in `text_fits`.
Nothing here imports Django, reads a clock or a setting, or asks a database.
"""

from matching.scoring.amendments import NOTHING, PARTS, amended, raised_to
from matching.scoring.corpus import Corpus
from matching.scoring.criteria import CRITERIA
from matching.scoring.facts import (
    Amendment,
    Brief,
    EncodedBrief,
    Facets,
    Passage,
    Point,
    Profile,
    Reference,
    Solution,
    text_hash,
)
from matching.scoring.findings import (
    Condition,
    Finding,
    Judgement,
    Quote,
    Reason,
    State,
    strongest,
)
from matching.scoring.judging import judge_each
from matching.scoring.meaning import (
    EncodedCompanies,
    MeaningFit,
    encodable,
    parts_of,
    texts_of_brief,
)
from matching.scoring.scores import ENGINE, Scores, best, score
from matching.scoring.snapshot import Snapshot, take_snapshot
from matching.scoring.spread import BriefStatistics, Spread
from matching.scoring.terms import TERMS_VERSION, TermVector, terms_of
from matching.scoring.text_fit import TextFit
from matching.scoring.vectors import Means, take_means, to_raw
from matching.scoring.weights import DEFAULT_WEIGHTS, Weights
from matching.scoring.words import WordFit, corpus_by_words, corpus_of, text_fits

__all__ = [
    "CRITERIA",
    "DEFAULT_WEIGHTS",
    "ENGINE",
    "NOTHING",
    "PARTS",
    "TERMS_VERSION",
    "Amendment",
    "Brief",
    "BriefStatistics",
    "Condition",
    "Corpus",
    "EncodedBrief",
    "EncodedCompanies",
    "Facets",
    "Finding",
    "Judgement",
    "MeaningFit",
    "Means",
    "Passage",
    "Point",
    "Profile",
    "Quote",
    "Reason",
    "Reference",
    "Scores",
    "Snapshot",
    "Solution",
    "Spread",
    "State",
    "TermVector",
    "TextFit",
    "Weights",
    "WordFit",
    "amended",
    "best",
    "corpus_by_words",
    "corpus_of",
    "encodable",
    "judge_each",
    "parts_of",
    "raised_to",
    "score",
    "strongest",
    "take_means",
    "take_snapshot",
    "terms_of",
    "text_fits",
    "text_hash",
    "texts_of_brief",
    "to_raw",
]
