"""A person chooses on the page of the account what may come, for all companies at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import delete_account
from companies.models import ReaderWishes
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:wishes")
TODAY = timezone.localdate()
CHOSEN = {
    "language": "da",
    "no_mail_until": (TODAY + timedelta(days=90)).isoformat(),
    "letters_per_month": "2",
    "letter_themes": ["sensors_grid"],
    "letter_countries": ["DK", "SE"],
}


@pytest.fixture
def anna(client):
    person = AccountFactory(email="anna@sensor.example")
    client.force_login(person)
    return person


def wishes_of(person) -> tuple:
    person.refresh_from_db()
    row = ReaderWishes.objects.get(user=person)
    return (
        person.language,
        person.no_mail_until,
        row.letters_per_month,
        row.letter_themes,
        row.letter_countries,
    )


def test_one_page_saves_all_and_shows_it_again(client, anna):
    saved = client.post(PAGE, CHOSEN, follow=True).content.decode()
    page = client.get(PAGE).content.decode()

    assert "Your wishes were saved." in saved
    assert wishes_of(anna) == ("da", TODAY + timedelta(days=90), 2, ["sensors_grid"], ["DK", "SE"])
    assert page.count(" checked") >= 3
    assert 'value="2"' in page


def test_nothing_chosen_is_everything_and_leaves_no_row(client, anna):
    client.post(PAGE, CHOSEN)

    client.post(PAGE, {"language": "en"})

    anna.refresh_from_db()
    assert (anna.language, anna.no_mail_until) == ("en", None)
    assert not ReaderWishes.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"letters_per_month": "0"},
        {"letters_per_month": "32"},
        {"letter_themes": ["gardening"]},
        {"letter_countries": ["ZZ"]},
        {"language": "tlh"},
        {"no_mail_until": "soon"},
    ],
)
def test_what_is_refused_saves_nothing_and_keeps_what_was_typed(client, anna, wrong):
    reply = client.post(PAGE, {**CHOSEN, **wrong})

    anna.refresh_from_db()
    page = reply.content.decode()
    assert reply.status_code == 422
    assert (anna.language, anna.no_mail_until) == ("en", None)
    assert not ReaderWishes.objects.exists()
    for name, typed in {"letters_per_month": "2", **CHOSEN, **wrong}.items():
        if name in ("letters_per_month", "no_mail_until"):
            assert f'value="{typed}"' in page


def test_each_person_sees_and_changes_only_the_own(client, anna):
    other = AccountFactory(email="bo@sensor.example")
    ReaderWishes.objects.create(user=other, letters_per_month=7)

    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"letters_per_month": "3", "user": other.pk})

    assert 'value="7"' not in page
    assert dict(ReaderWishes.objects.values_list("user", "letters_per_month")) == {
        anna.pk: 3,
        other.pk: 7,
    }


def test_the_wishes_go_with_the_account(client, anna):
    client.post(PAGE, CHOSEN)

    delete_account(user=anna, by=anna)

    assert not ReaderWishes.objects.exists()
