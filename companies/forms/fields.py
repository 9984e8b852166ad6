"""Fields that several forms of this room have."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries


def boxes(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def one_country(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=_with_none, **more)


def _with_none() -> Iterator[tuple[str, Any]]:
    yield "", _("Choose a country")
    yield from countries
