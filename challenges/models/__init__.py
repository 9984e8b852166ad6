"""The nouns of this room: challenges with what they require, questions about them and answers."""

from challenges.models.challenge import (
    CARD_FIELDS,
    PAST_STATES,
    Challenge,
    ChallengeQuerySet,
    Requirement,
)
from challenges.models.news import UntoldNews
from challenges.models.question import Answer, Question, QuestionQuerySet

__all__ = [
    "CARD_FIELDS",
    "PAST_STATES",
    "Answer",
    "Challenge",
    "ChallengeQuerySet",
    "Question",
    "QuestionQuerySet",
    "Requirement",
    "UntoldNews",
]
