"""How every form of the product is rendered, and the widgets that the browser's own lack."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"


class FilterForm(forms.Form):
    """A form of filters: nothing in it is compulsory, so nothing is called optional."""

    is_filter = True


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"data-width": "s", **(attrs or {})}, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own picker of date and time; the field names the time zone beside it."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            attrs={"data-width": "m", "data-zone": True, **(attrs or {})}, format="%Y-%m-%dT%H:%M"
        )
