"""The sections of a profile, one form each, and the forms of what a company offers."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.choices import Visibility
from companies.forms.wishes import (
    MOST,
    MOST_HINT,
    countries_wanted,
    most_letters,
    themes_wanted,
)
from companies.models import Company, Reference, Solution
from look.editing import OpenedForm
from look.forms import DateInput, boxes
from taxonomy.capabilities import capability_groups
from taxonomy.countries import country_groups
from taxonomy.forms import one_country
from taxonomy.languages import LANGUAGES
from taxonomy.themes import THEME_CHOICES


def letter_languages() -> list[tuple[str, Any]]:
    return [("", _("That of your profile")), *settings.LANGUAGES]


class Opened(OpenedForm):
    """A form of this room: its long lists of boxes are worded for the reader."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("countries_served", "letter_countries", "capabilities"):
            if name in self.fields:
                self.fields[name].choices = self._choices(name)  # type: ignore[attr-defined]

    def _choices(self, name: str) -> Any:
        if name == "capabilities":
            return capability_groups()
        return country_groups(getattr(self.instance, name))


class BasicsForm(Opened):
    website = forms.URLField(
        label=_("website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    country = one_country(_("Country"))

    class Meta:
        model = Company
        fields = (
            "name",
            "registry_number",
            "website",
            "email",
            "street",
            "postal_code",
            "city",
            "country",
            "founded",
            "language",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "email": _(
                "Invitations go here. Only your own people and your cluster manager see it."
            ),
            "language": _("The language you describe yourselves in."),
            "registry_number": _("So that your cluster organisation's list finds you."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "founded": forms.NumberInput(attrs={"data-width": "s"}),
            "postal_code": forms.TextInput(attrs={"data-width": "s"}),
            "registry_number": forms.TextInput(attrs={"data-width": "m"}),
        }


class WorkForm(Opened):
    themes = boxes(_("Themes"), THEME_CHOICES, _("Where your solutions belong."))
    capabilities = boxes(
        _("Capabilities"), (), _("What you can do. Challenges ask for these, word by word.")
    )
    countries_served = boxes(_("Countries you serve"), ())
    languages_of_work = boxes(_("Languages you work in"), LANGUAGES)

    class Meta:
        model = Company
        fields = (
            "summary",
            "description",
            "themes",
            "capabilities",
            "countries_served",
            "languages_of_work",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "summary": _("What do you do, and for whom?"),
            "description": _("In your own language and words: they are compared with challenges."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "summary": forms.Textarea(attrs={"rows": 2, "data-count": 200, "maxlength": 200}),
            "description": forms.Textarea(attrs={"rows": 8}),
        }


class SizeForm(Opened):
    class Meta:
        model = Company
        fields = ("staff", "turnover_meur", "balance_meur")
        help_texts: ClassVar[dict[str, Any]] = {
            "staff": _("Full-time equivalents in the last business year, with linked companies."),
            "turnover_meur": _("In the last business year."),
            "balance_meur": _("Total assets at the end of it."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "staff": forms.NumberInput(attrs={"data-width": "s"}),
            "turnover_meur": forms.NumberInput(attrs={"data-unit": "M€", "step": "0.01"}),
            "balance_meur": forms.NumberInput(attrs={"data-unit": "M€", "step": "0.01"}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("turnover_meur", "balance_meur"):
            value = cleaned.get(name)
            if value is not None and value < 0:
                self.add_error(name, _("This cannot be less than nothing."))
        return cleaned


class VisibilityForm(Opened):
    visibility = forms.ChoiceField(
        label=_("Who may see the company by name"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Company
        fields = ("visibility",)


class LettersForm(Opened):
    is_optional = True
    letter_themes = themes_wanted(_("None ticked: all that fit you."))
    letter_countries = countries_wanted(_("None ticked: wherever you fit."))
    letter_language = forms.ChoiceField(
        label=_("Language of letters"), choices=letter_languages, required=False
    )

    class Meta:
        model = Company
        fields = (
            "wants_invitations",
            "no_letters_until",
            "letters_per_month",
            "letter_language",
            "letter_themes",
            "letter_countries",
        )
        labels: ClassVar[dict[str, Any]] = {
            "no_letters_until": _("Pause until"),
            "letters_per_month": MOST,
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "wants_invitations": _(
                "Without this you still see your matches here and can apply to any open challenge."
            ),
            "no_letters_until": _("From this day on they come again. Empty: no pause."),
            "letters_per_month": MOST_HINT,
        }
        widgets: ClassVar[dict[str, Any]] = {
            "no_letters_until": DateInput(),
            "letters_per_month": most_letters(),
        }

    def clean_no_letters_until(self) -> date | None:
        """A pause that is over is none."""
        until: date | None = self.cleaned_data["no_letters_until"]
        return until if until is not None and until > timezone.localdate() else None


SECTIONS: dict[str, tuple[Any, type[Opened]]] = {
    "basics": (_("Name and address"), BasicsForm),
    "offer": (_("What you do"), WorkForm),
    "size": (_("Size"), SizeForm),
    "visibility": (_("Who may see you"), VisibilityForm),
    "letters": (_("Letters"), LettersForm),
}


class SolutionForm(Opened):
    capabilities = boxes(_("Capabilities"), (), _("What this solution can do."))
    countries_served = boxes(
        _("Countries"), (), _("Where you offer it. None ticked: wherever the company works.")
    )

    class Meta:
        model = Solution
        fields = ("name", "description", "trl", "capabilities", "countries_served")
        help_texts: ClassVar[dict[str, Any]] = {
            "trl": _("How ready is it today? Challenges ask for a range of levels."),
        }
        widgets: ClassVar[dict[str, Any]] = {"description": forms.Textarea(attrs={"rows": 6})}


class ReferenceForm(Opened):
    country = one_country(_("Country"), required=False)

    class Meta:
        model = Reference
        fields = ("title", "description", "place", "country", "year", "client_type")
        help_texts: ClassVar[dict[str, Any]] = {
            "title": _("For example: sensors in twelve substations."),
            "client_type": _("The client's name is not asked for: write it only if you may."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "year": forms.NumberInput(attrs={"data-width": "s"}),
        }


class RegisterForm(forms.ModelForm):
    country = one_country(_("Country"))
    themes = boxes(_("Themes"), THEME_CHOICES, _("Where your solutions belong."))
    visibility = forms.ChoiceField(
        label=_("Who may see the company by name"),
        choices=(
            (Visibility.PUBLIC, _("Everybody")),
            (Visibility.CLUSTER, _("Nobody, until a cluster organisation vouches for us")),
        ),
        initial=Visibility.PUBLIC,
        widget=forms.RadioSelect,
        help_text=_("Either way you are matched with challenges. You can change this later."),
    )

    class Meta:
        model = Company
        fields = ("name", "country", "city", "language", "summary", "themes", "visibility")
        help_texts: ClassVar[dict[str, Any]] = {
            "language": _("The language you describe yourselves in."),
            "summary": _("What do you do, and for whom?"),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "summary": forms.Textarea(attrs={"rows": 2, "data-count": 200, "maxlength": 200}),
        }
