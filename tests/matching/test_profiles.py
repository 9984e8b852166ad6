import pytest

from matching.profiles import brief_of
from tests.factories import ChallengeFactory

pytestmark = pytest.mark.django_db


def test_a_brief_is_read_whole_and_what_is_empty_is_left_out():
    challenge = ChallengeFactory(
        title="Quieter streets",
        question="How can we?",
        need="**Noise.**",
        wanted_outcome="Silence.",
        success_criteria="- 40 dB at night.",
        practice_today="",
    )

    passages = [(passage.kind, passage.text) for passage in brief_of(challenge).passages]

    assert passages == [
        ("question", "Quieter streets\nHow can we?"),
        ("need", "Noise."),
        ("outcome", "Silence."),
        ("criteria", "40 dB at night."),
    ]
