"""What a manager fills in: the steps of a brief, and the moves."""

from challenges.forms.moves import DeadlineForm, NewChallengeForm, WithdrawForm
from challenges.forms.questions import QuestionForm, ReplyForm
from challenges.forms.requirements import RequirementsForm
from challenges.forms.steps import (
    DatesForm,
    InvitationsForm,
    NeedForm,
    OfferForm,
    OutcomeForm,
    StepForm,
    WhoForm,
)

__all__ = [
    "DatesForm",
    "DeadlineForm",
    "InvitationsForm",
    "NeedForm",
    "NewChallengeForm",
    "OfferForm",
    "OutcomeForm",
    "QuestionForm",
    "ReplyForm",
    "RequirementsForm",
    "StepForm",
    "WhoForm",
    "WithdrawForm",
]
