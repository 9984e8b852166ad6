import pytest
from django.urls import reverse

from mail.actions import queue_ready_made
from mail.backend import blocks_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_outbox(settings):
    settings.OUTBOX_OPEN = True


@pytest.fixture
def addresses(queue_hello):
    letter = queue_hello()
    return [
        reverse("mail:outbox"),
        reverse("mail:letter", args=[letter.pk]),
        reverse("mail:letter_html", args=[letter.pk]),
    ]


def test_every_letter_can_be_read(client, addresses):
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_a_closed_outbox_does_not_exist(client, addresses, settings):
    settings.OUTBOX_OPEN = False

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


@pytest.mark.parametrize("words", ["ANNA@", "hell", "Hello Anna"])
def test_search_finds_by_address_kind_and_subject(client, queue_hello, words):
    anna = queue_hello()
    queue_ready_made(kind="account", to="ben@firm.example", title="Code", blocks=[])

    response = client.get(reverse("mail:outbox"), {"q": words})

    assert list(response.context["letters"]) == [anna]


def test_list_costs_the_same_with_one_letter_and_with_thirty(
    client, queue_hello, django_assert_num_queries
):
    address = reverse("mail:outbox")
    queue_hello()
    client.get(address)

    with django_assert_num_queries(2):
        client.get(address)
    for number in range(29):
        queue_hello(f"p{number}@firm.example")
    with django_assert_num_queries(2):
        client.get(address)


def test_html_is_shut_in_its_own_policy(client, addresses):
    response = client.get(addresses[2])

    assert response["Content-Security-Policy"] == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_code_of_a_sign_in_letter_is_ready_to_copy(client):
    letter = queue_ready_made(
        kind="account",
        to="anna@firm.example",
        title="Code",
        blocks=blocks_of("Your code:\n\nABCD-EFGH"),
    )

    response = client.get(reverse("mail:letter", args=[letter.pk]))

    assert response.context["code"] == "ABCD-EFGH"
