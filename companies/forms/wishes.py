"""What is wanted of letters of invitation, asked alike of companies and of people."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies import actions
from companies.models import ReaderWishes
from look.forms import boxes
from taxonomy.countries import country_groups
from taxonomy.themes import THEME_CHOICES

MOST = _("Most letters a month")
MOST_HINT = _(
    "One letter may hold several challenges. Empty: as many as there are, seldom more than one "
    "a week."
)


def themes_wanted(hint: Any) -> forms.MultipleChoiceField:
    return boxes(_("Themes you want to hear of"), THEME_CHOICES, hint)


def countries_wanted(hint: Any) -> forms.MultipleChoiceField:
    """Whoever makes the form words its long list for the reader."""
    return boxes(_("Countries of the challenges"), (), hint)


def most_letters() -> forms.NumberInput:
    return forms.NumberInput(attrs={"data-width": "s", "min": 1, "max": 31})


class ReaderWishesForm(forms.ModelForm):
    """A section of a person's own page of wishes."""

    title = _("Invitations to challenges")
    is_optional = True
    lead = _(
        "This holds for every invitation to an address you confirmed, whichever company it is for. "
        "What that company chose holds as well."
    )

    letter_themes = themes_wanted(_("None ticked: all that fit the company."))
    letter_countries = countries_wanted(_("None ticked: wherever the company fits."))

    class Meta:
        model = ReaderWishes
        fields = ("letters_per_month", "letter_themes", "letter_countries")
        labels: ClassVar[dict[str, Any]] = {"letters_per_month": MOST}
        help_texts: ClassVar[dict[str, Any]] = {
            "letters_per_month": _(
                "For all companies together. One letter may hold several challenges. "
                "Empty: as many as there are."
            )
        }
        widgets: ClassVar[dict[str, Any]] = {"letters_per_month": most_letters()}

    def __init__(self, data: Any = None, *, user: User) -> None:
        stored = ReaderWishes.objects.filter(user=user).first()
        super().__init__(data, instance=stored or ReaderWishes(user=user))
        countries = self.fields["letter_countries"]
        countries.choices = country_groups(  # type: ignore[attr-defined]
            self.instance.letter_countries
        )

    def save(self, *, by: User) -> None:  # type: ignore[override]
        actions.change_reader_wishes(user=self.instance.user, wishes=self.cleaned_data, by=by)
