"""What people fill in about companies."""

from companies.forms.ledger import GroundForm
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

__all__ = [
    "SECTIONS",
    "ClaimForm",
    "ClaimSearchForm",
    "ColleagueForm",
    "ColumnsForm",
    "GroundForm",
    "LettersForm",
    "Opened",
    "ReferenceForm",
    "RegisterForm",
    "SolutionForm",
    "UploadForm",
]
