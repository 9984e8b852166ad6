import pytest
from django.utils.translation import override

from applications import choices as applications
from challenges import choices as challenges
from invitations import choices as invitations
from look.statuses import STATUSES, status_of
from mail import choices as mail
from matching import choices as matching
from tests.look.gallery import render

OWNERS = {
    "challenge": challenges.Status,
    "invitation": invitations.Status,
    "received": invitations.Status,
    "application": applications.Status,
    "letter": mail.LetterState,
    "contest": matching.ContestState,
    "match_run": matching.RunState,
}


def test_every_status_of_every_noun_has_a_pill():
    assert {noun: sorted(values) for noun, values in STATUSES.items()} == {
        noun: sorted(owner.values) for noun, owner in OWNERS.items()
    }


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


@pytest.mark.parametrize(
    ("language", "invitation", "application"),
    [("da", "Takket nej", "Afslået"), ("nb", "Takket nei", "Avslått")],
)
def test_a_company_says_no_and_a_panel_declines_in_their_own_words(
    language, invitation, application
):
    with override(language):
        labels = [
            str(status_of("invitation", "declined").label),
            str(invitations.Status.DECLINED.label),
            str(status_of("application", "declined").label),
            str(applications.Status.DECLINED.label),
        ]

    assert labels == [invitation, invitation, application, application]
