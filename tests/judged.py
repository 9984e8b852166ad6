"""One pair judged by itself, as most tests look at it."""

from matching.scoring import Judgement, Profile, Scores, judge_each


def judge(scores: Scores, profile: Profile) -> Judgement:
    (judgement,) = judge_each(scores, [profile])
    return judgement
