import django_filters
import pytest
from django import forms
from django.http import QueryDict

from labs.models import LivingLab
from look.filtering import FilterForm, Pick, PlainSelect
from tests.look.test_forms import Page


class Narrowing(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Words", field_name="name")
    kind = Pick(
        label="Kind",
        field_name="city",
        empty_label="All <kinds>",
        choices=[("a", "Ant & bee"), ("Group", [("c", "Cat")])],
    )
    least = django_filters.NumberFilter(label="At least", field_name="pk", min_value=0)
    own = django_filters.BooleanFilter(
        label="Own", field_name="is_demonstration", widget=forms.CheckboxInput
    )

    class Meta:
        model = LivingLab
        form = FilterForm
        fields: tuple[str, ...] = ()


def drawn(query: str) -> str:
    return str(Narrowing(QueryDict(query), queryset=LivingLab.objects.none()).form)


def test_every_filter_has_a_label_that_leads_to_it():
    page = Page(drawn("q=x"))

    assert [attrs["for"] for attrs in page.all("label")] == [
        attrs["id"] for attrs in page.all("input", "select")
    ]


def test_filters_show_what_is_chosen():
    page = Page(drawn("q=%22x%22&kind=c&least=3&own=on"))
    inputs = {attrs["name"]: attrs for attrs in page.all("input")}
    options = {attrs["value"]: "selected" in attrs for attrs in page.all("option")}

    assert (inputs["q"]["value"], inputs["least"]["value"]) == ('"x"', "3")
    assert "checked" in inputs["own"]
    assert options == {"": False, "a": False, "c": True}


def test_options_are_escaped_and_grouped():
    html = drawn("")

    assert "All &lt;kinds&gt;" in html
    assert "Ant &amp; bee" in html
    assert '<optgroup label="Group"><option value="c">Cat</option></optgroup>' in html


def test_a_filter_that_makes_no_sense_is_named():
    assert "Something needs another look" in drawn("least=many")


@pytest.mark.parametrize("value, chosen", [(None, ""), (3, "3")])
def test_a_select_compares_values_as_text(value, chosen):
    html = PlainSelect(choices=[("", "None"), (3, "Three")]).render("n", value)

    assert f'<option value="{chosen}" selected>' in html
