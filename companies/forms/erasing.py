"""What is asked before a company is erased."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.models import Company


class EraseForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the company"),
        max_length=200,
        help_text=_("Write it as it stands above: nobody can undo this."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name.casefold() != self.company.name.strip().casefold():
            raise forms.ValidationError(gettext("This is not the name of the company."))
        return name
