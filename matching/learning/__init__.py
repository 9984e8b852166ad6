"""What is learned from decisions: pure arithmetic over stories, lessons and arrays.

A `Story` is what became of one pair, a `Lesson` what it teaches about the weights. `learn` fits
weights to the older lessons and says whether they beat the defaults on the newest; `bands_of` says
what came of the invitations at a level. Nothing here imports Django, reads a clock or a setting.
"""

from matching.learning.calibration import (
    LEAST_COMPANIES,
    LEAST_IN_BAND,
    Asked,
    Band,
    band_at,
    bands_of,
)
from matching.learning.fitting import fit_weights
from matching.learning.lessons import Lesson, Lessons, lesson_of, level_of, with_chances
from matching.learning.measures import (
    LEAST_FOR_SHARES,
    Count,
    Precision,
    count,
    counts_by,
    precision_at_ten,
    publishable,
)
from matching.learning.stories import Event, Story, story_of, total_under
from matching.learning.trial import LEAST_HELD_BACK, LEAST_TAUGHT, Trial, learn, try_again

__all__ = [
    "LEAST_COMPANIES",
    "LEAST_FOR_SHARES",
    "LEAST_HELD_BACK",
    "LEAST_IN_BAND",
    "LEAST_TAUGHT",
    "Asked",
    "Band",
    "Count",
    "Event",
    "Lesson",
    "Lessons",
    "Precision",
    "Story",
    "Trial",
    "band_at",
    "bands_of",
    "count",
    "counts_by",
    "fit_weights",
    "learn",
    "lesson_of",
    "level_of",
    "precision_at_ten",
    "publishable",
    "story_of",
    "total_under",
    "try_again",
    "with_chances",
]
