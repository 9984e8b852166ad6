import pytest
from django.test import Client
from django.urls import reverse

from mail.models import Suppression, hash_of
from mail.tokens import stop_token
from tests.reader import MailReader

pytestmark = pytest.mark.django_db

ANNA = hash_of("anna@firm.example")


def stop_page(list_name: str = "news") -> str:
    return reverse("mail:stop", args=[stop_token(address_hash=ANNA, list_name=list_name)])


def stops() -> list[tuple[str, str]]:
    return list(Suppression.objects.order_by("list_name").values_list("address_hash", "list_name"))


@pytest.fixture
def mail_program():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def reader():
    return MailReader(enforce_csrf_checks=True)


def test_one_click_needs_no_cookie_no_csrf_token_and_no_second_request(mail_program):
    response = mail_program.post(stop_page(), {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert response.cookies == {}
    assert stops() == [(ANNA, "news")]


def test_reading_the_page_stops_nothing(reader):
    for _ in range(3):
        assert reader.get(stop_page()).status_code == 200
        assert reader.head(stop_page(), follow=True).status_code == 200

    assert stops() == []


@pytest.mark.parametrize("choice, list_name", [("stop-list", "news"), ("stop-all", "")])
def test_the_button_stops_and_the_page_says_so(reader, choice, list_name):
    response = reader.post(stop_page(), {"choice": choice}, follow=True)

    assert stops() == [(ANNA, list_name)]
    assert "Undo: send me letters again" in response.content.decode()


def test_undo_takes_everything_back(reader):
    reader.post(stop_page(), {"choice": "stop-list"})
    reader.post(stop_page(), {"choice": "stop-all"})

    reader.post(stop_page(), {"choice": "again"})

    assert stops() == []


def test_twice_is_safe(mail_program):
    for _ in range(2):
        mail_program.post(stop_page(), {"List-Unsubscribe": "One-Click"})

    assert stops() == [(ANNA, "news")]


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "nothing"])
def test_a_changed_token_stops_nothing(mail_program, change):
    token = change(stop_token(address_hash=ANNA, list_name="news"))

    response = mail_program.post(
        reverse("mail:stop", args=[token]), {"List-Unsubscribe": "One-Click"}
    )

    assert response.status_code == 404
    assert stops() == []


def test_the_link_tells_nobody_the_address_and_travels_no_further(reader):
    response = reader.get(stop_page())

    assert "anna" not in stop_page()
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
