"""Nouns of matching: the scored pairs with what they rest on, and what people decide about them."""

from matching.models.contest import Contest, ContestQuerySet
from matching.models.match import (
    BriefMeaning,
    Companies,
    CompanyRanking,
    CorpusSnapshot,
    Match,
    MatchQuerySet,
    MatchRun,
    MatchRunQuerySet,
    ProfileMeaning,
    ProfileTerms,
)
from matching.models.measurement import Measurement
from matching.models.outcomes import RecordedOutcome, RecordedOutcomeQuerySet
from matching.models.override import Override, OverrideQuerySet
from matching.models.wanted import WantedMatch, WantedMatchQuerySet
from matching.models.weights import WeightsChoice, WeightsVersion
from matching.models.whatif import ChallengeShares, ChallengeWeights

__all__ = [
    "BriefMeaning",
    "ChallengeShares",
    "ChallengeWeights",
    "Companies",
    "CompanyRanking",
    "Contest",
    "ContestQuerySet",
    "CorpusSnapshot",
    "Match",
    "MatchQuerySet",
    "MatchRun",
    "MatchRunQuerySet",
    "Measurement",
    "Override",
    "OverrideQuerySet",
    "ProfileMeaning",
    "ProfileTerms",
    "RecordedOutcome",
    "RecordedOutcomeQuerySet",
    "WantedMatch",
    "WantedMatchQuerySet",
    "WeightsChoice",
    "WeightsVersion",
]
