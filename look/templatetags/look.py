"""What the components and forms ask of Python. A built-in library: no `{% load %}` needed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext

from look import europe, frame, markup, navigation, score, statuses

register = template.Library()


@register.simple_tag
def address(url_name: str) -> str:
    return navigation.address_of(url_name)


# The frame of every page.

register.tag("unchanging", frame.unchanging)
register.simple_tag(frame.menu_items)
register.simple_tag(frame.languages)
register.simple_tag(frame.language_form, takes_context=True)


@register.filter
def status_label(value: str, noun: str) -> str:
    return str(statuses.status_of(noun, value).label)


# Pieces of a row. The components of the same name call these.

register.simple_tag(markup.icon)
register.simple_tag(markup.status)
register.simple_tag(markup.mark)
register.simple_tag(markup.score)
register.simple_tag(markup.score_bar)
register.simple_tag(markup.score_legend)
register.simple_tag(markup.deadline)
register.simple_tag(markup.deadline_of)
register.filter("address", markup.address)
register.filter(markup.moment)
register.filter(markup.clock)
register.filter(markup.points)
register.filter(markup.most_points)


# Scores and numbers.


@register.simple_tag
def score_segments(total: int, parts: Iterable[Mapping[str, Any]]) -> list[score.Segment]:
    return score.segments(total, parts)


@register.filter
def share_of(value: int, whole: int) -> int:
    """The part in thousandths of the whole, for widths in pictures."""
    return round(1000 * value / whole) if whole else 0


@register.simple_tag
def funnel_rows(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each step with its bar's place and its share of the step before."""
    rows: list[dict[str, Any]] = []
    steps = list(steps or [])
    widest = max((step["count"] for step in steps), default=0)
    before = None
    for step in steps:
        width = share_of(step["count"], widest)
        if step["count"]:
            width = max(width, 6)
        rows.append(
            {
                **step,
                "width": width,
                "share": None if before is None else (share_of(step["count"], before) + 5) // 10,
            }
        )
        before = step["count"]
    return rows


@register.simple_tag
def on_europe(places: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The places that the drawn map can show, each with its position."""
    shown = []
    for place in places or []:
        if place.get("lat") is None or place.get("lon") is None:
            continue
        x, y = europe.point(float(place["lat"]), float(place["lon"]))
        if europe.on_map(x, y):
            shown.append({**place, "x": x, "y": y})
    return shown


# Lists.


@register.simple_tag
def page_numbers(page: Page) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


# Forms.


@register.filter
def control(field: BoundField) -> str:
    """The field's widget, dressed."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return field.as_widget(attrs={"class": _classes(widget, "ds-input")})
    if isinstance(widget, forms.MultiWidget):
        for part in widget.widgets:
            part.attrs["class"] = "ds-input"
        return field.as_widget()
    return field.as_widget(attrs={"class": _classes(widget, "ds-input")})


def _classes(widget: forms.Widget, own: str) -> str:
    return f"{widget.attrs.get('class', '')} {own}".strip()


@register.filter
def kind(field: BoundField) -> str:
    """How the field is laid out: choices, checkbox, file or plain."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.MultiWidget):
        return "group"
    return "plain"


@register.simple_tag
def choice_groups(field: BoundField) -> list[tuple[str | None, list[dict[str, Any]]]]:
    """The options of a radio or checkbox field, by group, each with id, name, value and state.

    Those without a group are one, although the framework makes one of each.
    """
    attrs = field.build_widget_attrs({"id": field.auto_id}, field.field.widget)
    context = field.field.widget.get_context(field.html_name, field.value(), attrs)
    found: list[tuple[str | None, list[dict[str, Any]]]] = []
    for name, options, _index in context["widget"]["optgroups"]:
        if found and name is None and found[-1][0] is None:
            found[-1][1].extend(options)
        else:
            found.append((name, list(options)))
    return found


@register.filter
def zone_hint(field: BoundField) -> str:
    """The time zone that a date and time is read in, for fields that ask for one."""
    if "data-zone" not in field.field.widget.attrs:
        return ""
    return gettext("Time zone: %(zone)s") % {"zone": timezone.get_current_timezone_name()}


@register.filter
def unit(field: BoundField) -> str:
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def first_id(field: BoundField) -> str:
    """Where a link to the field must lead: its control, or its group of controls."""
    return field.id_for_label or field.auto_id


@register.filter
def any_chosen(options: Iterable[Mapping[str, Any]]) -> bool:
    return any(option["selected"] for option in options)


@register.inclusion_tag("forms/_error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong, once, at the top, each line a link to its field."""
    return {
        "form": form,
        "general": form.non_field_errors(),
        "faulty": [field for field in form.visible_fields() if field.errors],
        "hidden": [field for field in form.hidden_fields() if field.errors],
    }
