"""Nouns of matching: the scored pairs with what they rest on, and what people decide about them."""

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
from matching.models.weights import WeightsChoice, WeightsVersion

__all__ = [
    "BriefMeaning",
    "Companies",
    "CompanyRanking",
    "CorpusSnapshot",
    "Match",
    "MatchQuerySet",
    "MatchRun",
    "MatchRunQuerySet",
    "ProfileMeaning",
    "ProfileTerms",
    "WeightsChoice",
    "WeightsVersion",
]
