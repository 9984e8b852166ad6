"""Made-up networks whose true weights are known."""

import numpy as np

from matching.learning import Lesson
from matching.scoring import CRITERIA, DEFAULT_WEIGHTS
from matching.scoring.weights import FULL

DEFAULTS = np.array([DEFAULT_WEIGHTS.tenths[code] for code in CRITERIA]) / FULL
# Theme and market decide here, far more than text.
TRUTH = np.array([0.05, 0.10, 0.50, 0.05, 0.20, 0.05, 0.02, 0.03])


def world(seed: int, size: int, truth=TRUTH, *, slope: float = 6, challenges: int = 40):
    """Lessons of a network where companies come by their level under `truth`.

    A brief asks for text and some of the rest. With `slope` 0 they come as a coin falls.
    """
    draw = np.random.default_rng(seed)
    lessons = []
    for at in range(size):
        challenge = int(draw.integers(challenges))
        asked = np.array([k < 3 or (challenge * 7 + k) % 3 > 0 for k in range(len(CRITERIA))])
        shares = draw.beta(1, 1.2, len(CRITERIA))
        level = (truth * asked) @ shares / (truth * asked).sum()
        came = draw.random() < 1 / (1 + np.exp(-slope * (level - 0.5)))
        said = {code: float(shares[k]) for k, code in enumerate(CRITERIA) if asked[k]}
        lessons.append(Lesson(challenge, float(at), said, bool(came)))
    return lessons
