"""The form of an application. A draft may have holes; what is sent may not."""

import secrets
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.choices import NEEDED
from applications.models import Application
from companies.models import Company, Solution

LINES = {"approach": 8, "evidence": 6, "pilot_plan": 7, "team": 4}


class ApplicationForm(forms.ModelForm):
    """`revision` is what the person saw; `writer` names this opened form."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    writer = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    use_required_attribute = False

    class Meta:
        model = Application
        fields = (
            "solution",
            "pitch",
            "approach",
            "evidence",
            "pilot_plan",
            "team",
            "price_eur",
            "contact_name",
            "contact_email",
            "contact_phone",
        )
        widgets = {
            "pitch": forms.TextInput(attrs={"data-count": 240}),
            "price_eur": forms.NumberInput(attrs={"data-unit": "EUR", "data-width": "s"}),
            "contact_phone": forms.TextInput(attrs={"autocomplete": "tel", "data-width": "m"}),
            **{name: forms.Textarea(attrs={"rows": rows}) for name, rows in LINES.items()},
        }
        help_texts = {
            "pitch": _("What would change in the living lab if you got the pilot?"),
            "approach": _("What you would install or do, and how it answers the need."),
            "evidence": _("Where it runs today, what was measured, who can confirm it."),
            "pilot_plan": _("Steps, weeks, what you need from the lab, how success is measured."),
            "team": _("Who does the work, in which languages, and who else takes part."),
        }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        company: Company,
        sending: bool = False,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"writer": secrets.token_hex(16), **(initial or {})})
        self.sending = sending
        solution = cast("forms.ModelChoiceField[Solution]", self.fields["solution"])
        solution.queryset = company.solutions.all()
        solution.empty_label = _("None of those in our profile")

    def full_clean(self) -> None:
        """A draft is checked for what is wrong, not for what is missing."""
        for name in NEEDED:
            self.fields[name].required = self.sending
        super().full_clean()
        for name in NEEDED:
            self.fields[name].required = True

    def content(self) -> dict[str, Any]:
        """The answers that hold up, by field name; the faulty ones stay in the form."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields if self.holds(name)}
        if "solution" in said:
            solution = said.pop("solution")
            said["solution_id"] = solution.pk if solution else None
        return {name: _lines(value) for name, value in said.items()}

    def holds(self, name: str) -> bool:
        """An emptied answer does; one that was not asked for does not."""
        return name in self.data and name in self.cleaned_data

    @property
    def seen(self) -> int | None:
        return self.cleaned_data.get("revision")

    @property
    def page(self) -> str:
        return self.cleaned_data.get("writer") or ""


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
