"""Nobody fills a mailbox through us, and nobody who asks kindly is told off for others."""

import pytest
from django.test import Client

from mail.models import Letter
from tests.factories import AccountFactory

ASKED = "May we come on Sundays, too?"


def question(email: str = "ida@berg.example") -> dict[str, str]:
    return {"name": "Ida Berg", "email": email, "question": ASKED}


def statuses(posts) -> list[int]:
    return [reply.status_code for reply in posts]


@pytest.mark.django_db
def test_the_sixth_question_from_one_address_waits_an_hour():
    posts = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post("/contact/", question("Ida@Berg.example"))
        for n in range(1, 6)
    ]
    sixth = Client(REMOTE_ADDR="192.0.2.9").post("/contact/", question("ida@berg.example"))

    assert statuses(posts) == [302] * 5
    assert (sixth.status_code, sixth.headers["Retry-After"]) == (429, "3600")
    assert Letter.objects.count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_sixth_question_of_one_person_waits_an_hour(signed_in):
    client = Client()
    if signed_in:
        client.force_login(AccountFactory())

    posts = [client.post("/contact/", question(f"ida{n}@berg.example")) for n in range(6)]

    assert statuses(posts) == [302] * 5 + [429]


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["192.0.2.{n}", "2001:db8:1:{n}::1"])
def test_hosts_are_counted_one_by_one(host):
    posts = [
        Client(REMOTE_ADDR=host.format(n=n)).post("/contact/", question(f"ida{n}@berg.example"))
        for n in range(1, 25)
    ]

    assert statuses(posts) == [302] * 24


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8:1:1::{n}"])
def test_the_twenty_first_question_of_one_host_waits_an_hour(host):
    posts = [
        Client(REMOTE_ADDR=host.format(n=n)).post("/contact/", question(f"ida{n}@berg.example"))
        for n in range(1, 22)
    ]

    assert statuses(posts) == [302] * 20 + [429]


@pytest.mark.django_db
def test_what_was_typed_is_kept_and_the_page_says_what_to_do(client):
    for _time in range(5):
        client.post("/contact/", question())

    page = client.post("/contact/", question()).content.decode()

    assert ASKED in page
    assert "Too many questions in one hour" in page
    assert "Your text is still below. Send it in an hour, or write by e-mail." in page


@pytest.mark.django_db
def test_a_machine_that_fills_every_field_is_thanked_and_ignored(client):
    reply = client.post("/contact/", {**question(), "website": "https://buy.example"})

    assert (reply.status_code, reply.url) == (302, "/contact/thanks/")
    assert Letter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_behind_a_proxy_each_visitor_has_a_count_of_their_own(server):
    """And a visitor who names another host is still counted by what the proxy says."""

    def ask(n: int, forwarded: str) -> int:
        sent = question(f"ida{n}@berg.example")
        headers = {"X-Forwarded-For": forwarded}
        return server.ask("/contact/", method="POST", data=sent, headers=headers).status

    own = [ask(n, f"198.51.100.{n}") for n in range(22)]
    forged = [ask(n, f"10.0.0.{n}, 203.0.113.5") for n in range(22)]

    assert own == [302] * 22
    assert forged == [302] * 20 + [429] * 2
