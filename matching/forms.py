"""What people type about matches."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from companies.models import Company, Reference
from matching.choices import Granted, OverrideKind
from matching.models.contest import ANSWER_LENGTH, STATEMENT_LENGTH
from matching.whatif import MOST_POINTS
from matching.wording import criterion_label


class OverrideForm(forms.Form):
    """Pin, exclude or raise, with the reason."""

    sometimes_needed = ("points",)

    kind = forms.ChoiceField(
        label=_("What to do"), choices=OverrideKind.choices, widget=forms.RadioSelect
    )
    points = forms.IntegerField(
        label=_("Points on top"),
        help_text=_(
            "Needed for a raise, and only then. The company sees them as a part of its score."
        ),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"data-width": "s"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Only managers of this challenge read it."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lacks_points = not cleaned.get("points") and "points" not in self.errors
        if cleaned.get("kind") == OverrideKind.RAISE and lacks_points:
            self.add_error("points", _("Say by how many points to raise the score."))
        return cleaned


class ContestForm(forms.Form):
    """What a finding misses, and where that can be seen."""

    sometimes_needed = ("link", "reference")

    statement = forms.CharField(
        label=_("What does this finding miss?"),
        help_text=_("One or two sentences."),
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
    )
    link = forms.URLField(
        label=_("A link that shows it"),
        help_text=_("Give a link, one of your references, or both."),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    reference = forms.ModelChoiceField(
        label=_("Or one of your references"),
        queryset=Reference.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["reference"]
        chosen.queryset = company.references.all()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("link") or cleaned.get("reference") or self.errors):
            self.add_error("link", _("Give a link or one of your references that shows it."))
        return cleaned


class DecisionForm(forms.Form):
    """What becomes of a contest; the same buttons for yes and no."""

    sometimes_needed = ("answer",)
    REFUSE = "refuse"

    def __init__(self, *args: Any, has_half: bool = False, **kwargs: Any) -> None:
        """`has_half`: the part has half of its points already; granting half would be nothing."""
        super().__init__(*args, **kwargs)
        if has_half:
            field: Any = self.fields["decision"]
            field.choices = [one for one in field.choices if one[0] != Granted.HALF]

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[*Granted.choices, (REFUSE, _("Nothing: the finding stands"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Reason"),
        help_text=_("The company reads it. Needed where the finding stands."),
        required=False,
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == self.REFUSE and not cleaned.get("answer", "").strip():
            self.add_error("answer", _("Tell the company why."))
        return cleaned


class RangeInput(forms.NumberInput):
    """A slider over whole numbers."""

    input_type = "range"


class WeightsForm(forms.Form):
    """One slider for each criterion a brief asks for; of the numbers only the proportion counts."""

    def __init__(
        self, *args: Any, asked: tuple[str, ...], points: Mapping[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for code in asked:
            self.fields[f"w_{code}"] = forms.IntegerField(
                label=criterion_label(code),
                initial=points[code],
                min_value=0,
                max_value=MOST_POINTS,
                widget=RangeInput(attrs={"step": 1}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not sum(cleaned.values()):
            raise forms.ValidationError(_("Give at least one criterion some weight."))
        return cleaned

    @property
    def points(self) -> dict[str, int]:
        return {code: self.cleaned_data[f"w_{code}"] for code in self.asked}
