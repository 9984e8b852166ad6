"""What people fill in about companies."""

from companies.forms.people import ClaimForm, ClaimSearchForm, ColleagueForm
from companies.forms.profile import SECTIONS, Opened, ReferenceForm, RegisterForm, SolutionForm

__all__ = [
    "SECTIONS",
    "ClaimForm",
    "ClaimSearchForm",
    "ColleagueForm",
    "Opened",
    "ReferenceForm",
    "RegisterForm",
    "SolutionForm",
]
