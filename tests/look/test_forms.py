import re
from html.parser import HTMLParser

import pytest
from django import forms

from look.forms import boxes
from tests.look.gallery import Sample


class Page(HTMLParser):
    """Tags with their attributes, by name and by id."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    @property
    def ids(self):
        return {attrs["id"] for _tag, attrs in self.tags if "id" in attrs}

    def all(self, *names):
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture
def faulty():
    return Page(str(Sample({"title": "", "need": "Quiet carts."})))


def test_every_control_has_a_label(faulty):
    labelled = {attrs["for"] for attrs in faulty.all("label")}
    controls = {attrs["id"] for attrs in faulty.all("input", "select", "textarea")}

    assert controls == labelled


def test_every_description_exists(faulty):
    described = [
        name
        for _tag, attrs in faulty.tags
        for name in (attrs.get("aria-describedby") or "").split()
    ]

    assert described
    assert set(described) <= faulty.ids


def test_summary_links_lead_to_the_fields(faulty):
    targets = [attrs["href"].removeprefix("#") for attrs in faulty.all("a")]

    assert targets == ["id_title", "id_closes", "id_country", "id_policy", "id_agree"]
    assert set(targets) <= faulty.ids


def test_faulty_fields_say_so(faulty):
    invalid = [
        attrs["name"]
        for attrs in faulty.all("input", "select", "textarea")
        if attrs.get("aria-invalid") == "true"
    ]

    assert list(dict.fromkeys(invalid)) == ["title", "closes", "country", "policy", "agree"]


def test_optional_fields_are_marked():
    html = str(Sample())

    assert re.findall(r">(\w+) <span class=\"optional\">", html) == [
        "Budget",
        "Capabilities",
        "Plan",
    ]


def test_choices_stand_in_a_fieldset_with_a_legend(faulty):
    assert [attrs["id"] for attrs in faulty.all("fieldset")] == ["id_policy", "id_capabilities"]
    assert len(faulty.all("legend")) == 2


def test_chosen_options_are_kept_and_their_group_stands_open():
    html = str(Sample({"capabilities": ["robots"]}))

    assert re.findall(r"<details class=\"choice-group\"( open)?>", html) == ["", " open"]
    assert [attrs["value"] for attrs in Page(html).all("input") if "checked" in attrs] == ["robots"]


def test_options_without_a_group_stand_in_one_list():
    class Themes(forms.Form):
        themes = boxes("Themes", [("a", "Ant"), ("b", "Bee"), ("Flies", [("c", "Cranefly")])])

    html = str(Themes())

    lists = [re.findall(r'value="(\w)"', part) for part in html.split('class="choices"')[1:]]
    assert lists == [["a", "b"], ["c"]]


def test_date_and_time_names_its_zone(settings):
    settings.TIME_ZONE = "Europe/Copenhagen"

    assert "Time zone: Europe/Copenhagen" in str(Sample())


def test_unit_stands_behind_the_field():
    assert '<div class="with-unit">' in str(Sample())
