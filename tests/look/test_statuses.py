import pytest

from look.statuses import STATUSES, status_of
from tests.look.gallery import render

DECLARED = {
    "challenge": "draft open closed decided archived withdrawn",
    "invitation": "proposed queued sent interested declined expired withdrawn",
    "application": "draft submitted shortlisted selected reserve declined withdrawn",
    "letter": "queued claimed sending sent failed in_doubt bounced",
    "match_run": "queued running done failed",
}


def test_every_status_has_a_label():
    assert {noun: " ".join(values) for noun, values in STATUSES.items()} == DECLARED


@pytest.mark.parametrize(
    ("noun", "value"), [(noun, value) for noun, values in STATUSES.items() for value in values]
)
def test_pill_shows_label_and_tone(noun, value):
    label, tone = status_of(noun, value)

    html = render("<c-status :noun='noun' :value='value' />", noun=noun, value=value)

    assert html == f'<span class="ds-tag status" data-color="{tone}">{label}</span>'


def test_unknown_status_is_refused():
    with pytest.raises(KeyError):
        status_of("challenge", "lost")
