"""Fields that ask for the shared words."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from taxonomy.countries import all_country_groups


def one_country(label: Any, **more: Any) -> forms.ChoiceField:
    """A country of the world, the near ones first, named in the reader's language."""
    return forms.ChoiceField(label=label, choices=_countries, **more)


def _countries() -> Iterator[tuple[str, Any]]:
    yield "", _("Choose a country")
    yield from all_country_groups()
