from django.utils.translation import override

from taxonomy.capabilities import CAPABILITY_BY_CODE, capabilities_by_theme, capability_groups
from taxonomy.countries import all_country_groups, country_groups
from taxonomy.forms import one_country
from taxonomy.themes import THEMES


def test_countries_come_in_two_groups_sorted_by_their_names_in_the_readers_language():
    with override("da"):
        nordic, europe = country_groups()

    assert nordic[0] == "Nordiske lande"
    assert [name for _, name in nordic[1]][:3] == ["Danmark", "Finland", "Færøerne"]
    assert len(europe[1]) == 28


def test_a_country_from_elsewhere_stays_where_it_is_chosen_already():
    groups = country_groups(present=["DK", "JP"])

    assert groups[-1] == ("Elsewhere", [("JP", "Japan")])


def test_every_country_is_offered_once_and_the_near_ones_first():
    codes = [code for _, choices in all_country_groups() for code, _ in choices]

    assert len(codes) == len(set(codes)) == 249
    assert set(codes[:7]) == {"DK", "FI", "FO", "GL", "IS", "NO", "SE"}


def test_a_choice_of_one_country_follows_the_language_of_the_reader():
    field = one_country("Country")

    with override("nb"):
        (_, ask), (nordic, _), *_ = field.choices

    assert (ask, nordic) == ("Velg et land", "Norden")


def test_every_capability_stands_under_its_theme_once():
    grouped = [one.code for _, capabilities in capabilities_by_theme() for one in capabilities]

    assert sorted(grouped) == sorted(CAPABILITY_BY_CODE)
    assert [name for name, _ in capability_groups()] == [str(theme.label) for theme in THEMES]
