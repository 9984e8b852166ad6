"""What people fill in about companies."""

from companies.forms.erasing import EraseForm
from companies.forms.ledger import GroundForm, KnowForm
from companies.forms.lists import ColumnsForm, UploadForm
from companies.forms.people import ClaimForm, ClaimSearchForm, ColleagueForm
from companies.forms.profile import (
    SECTIONS,
    LettersForm,
    Opened,
    ReferenceForm,
    RegisterForm,
    SolutionForm,
)
from companies.forms.wishes import ReaderWishesForm

__all__ = [
    "SECTIONS",
    "ClaimForm",
    "ClaimSearchForm",
    "ColleagueForm",
    "ColumnsForm",
    "EraseForm",
    "GroundForm",
    "KnowForm",
    "LettersForm",
    "Opened",
    "ReaderWishesForm",
    "ReferenceForm",
    "RegisterForm",
    "SolutionForm",
    "UploadForm",
]
