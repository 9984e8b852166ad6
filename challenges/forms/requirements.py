"""Picking capabilities: each is not asked for, nice to have, or a must."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from challenges.choices import Priority
from challenges.models import Challenge
from taxonomy.capabilities import CAPABILITIES, Capability, capabilities_by_theme
from taxonomy.themes import Theme

ANSWERS = (("", _("Not asked for")), (Priority.NICE, _("Nice to have")), (Priority.MUST, _("Must")))


@dataclass(frozen=True)
class Row:
    """One capability in the picker."""

    code: str
    label: str | Promise
    chosen: str


@dataclass(frozen=True)
class Group:
    """The capabilities of a theme; open when the brief has the theme or something is chosen."""

    label: str | Promise
    rows: tuple[Row, ...]
    is_open: bool

    @property
    def chosen(self) -> int:
        return sum(bool(row.chosen) for row in self.rows)


class RequirementsForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, instance: Challenge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance = instance
        self.present = {row.capability: row.priority for row in instance.requirements.all()}
        for capability in CAPABILITIES:
            self.fields[capability.code] = forms.ChoiceField(
                label=str(capability.label), choices=ANSWERS, required=False
            )

    def mark_needed(self) -> None:
        """Nothing to mark: the page says that one must-have is needed."""

    def parts(self) -> list[str]:
        return ["requirements"]

    def differing(self, stored: Challenge) -> list[str]:
        return self.parts()

    def of(self, priority: str) -> list[str]:
        """Codes of the capabilities chosen at this priority."""
        return [item.code for item in CAPABILITIES if self.cleaned_data.get(item.code) == priority]

    @property
    def answers(self) -> tuple[tuple[str, str | Promise], ...]:
        return ANSWERS

    def groups(self) -> list[Group]:
        return [self._group(theme, capabilities) for theme, capabilities in capabilities_by_theme()]

    def _group(self, theme: Theme, capabilities: tuple[Capability, ...]) -> Group:
        rows = tuple(Row(one.code, one.label, self._chosen(one.code)) for one in capabilities)
        wanted = theme.code in self.instance.themes or any(row.chosen for row in rows)
        return Group(theme.label, rows, is_open=wanted)

    def _chosen(self, code: str) -> str:
        if self.is_bound:
            return str(self.data.get(code, ""))
        return self.present.get(code, "")
