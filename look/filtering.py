"""The filters beside every list, drawn in Python: templates would cost more than the list."""

from typing import Any

import django_filters
from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


class PlainSelect(forms.Select):
    """A select drawn in Python."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        attributes = flatatt({**self.attrs, **(attrs or {}), "name": name})
        options = "".join(_options(self.choices, chosen))
        return mark_safe(f"<select{attributes}>{options}</select>")  # noqa: S308 - escaped below


def _options(choices: Any, chosen: str) -> list[str]:
    drawn = []
    for code, label in choices:
        if isinstance(label, list | tuple):
            group = "".join(_options(label, chosen))
            drawn.append(f'<optgroup label="{escape(code)}">{group}</optgroup>')
        else:
            selected = " selected" if str(code) == chosen else ""
            drawn.append(f'<option value="{escape(code)}"{selected}>{escape(label)}</option>')
    return drawn


class Pick(django_filters.ChoiceFilter):
    """One of several, in a plain select.

    Choices go on as a function: lists would be copied with every request.
    """

    def __init__(self, *, choices: Any = (), **kwargs: Any) -> None:
        offered = choices if callable(choices) else lambda: choices
        super().__init__(widget=PlainSelect, choices=offered, **kwargs)


class FilterForm(forms.Form):
    """A form of filters: nothing in it is compulsory, so nothing is called optional.

    It looks as any other form does; one that has errors is drawn as any other form is.
    """

    is_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Boxes to tick come after what is chosen or typed, whoever added them."""
        super().__init__(*args, **kwargs)
        self.order_fields(sorted(self.fields, key=self._is_ticked))

    def _is_ticked(self, name: str) -> bool:
        return isinstance(self.fields[name].widget, forms.CheckboxInput)

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        if self.errors or not all(_is_simple(field) for field in self):
            return super().render(*args, **kwargs)
        rows = "\n".join(f'<div class="form-row">{_field(field)}</div>' for field in self)
        return mark_safe(rows)  # noqa: S308 - fields are drawn escaped

    __str__ = render
    __html__ = render


def _is_simple(field: BoundField) -> bool:
    return not field.help_text and isinstance(field.field.widget, PlainSelect | Input)


def _field(field: BoundField) -> str:
    label = f'for="{field.id_for_label}">{escape(field.label)}</label>'
    if isinstance(field.field.widget, forms.CheckboxInput):
        return (
            f'<div class="field field-checkbox"><div class="choice">{_control(field)}'
            f"<label {label}</div></div>"
        )
    return (
        f'<div class="ds-field field field-plain"><label class="ds-label" {label}'
        f"{_control(field)}</div>"
    )


def _control(field: BoundField) -> str:
    widget = field.field.widget
    given: dict[str, str | bool] = {
        "id": field.auto_id,
        "class": f"{widget.attrs.get('class', '')} ds-input".strip(),
    }
    attributes = field.build_widget_attrs(given, widget)
    if isinstance(widget, PlainSelect):
        return widget.render(field.html_name, field.value(), attributes)
    told = widget.get_context(field.html_name, field.value(), attributes)["widget"]
    value = {} if told["value"] is None else {"value": told["value"]}
    return (
        f"<input{flatatt({'type': told['type'], 'name': told['name'], **value, **told['attrs']})}>"
    )
