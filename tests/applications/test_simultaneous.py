"""Two clicks at once, and requests that begin before the deadline and end after it."""

import socket
import threading
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.choices import Status
from applications.models import Application
from challenges.models import Challenge
from mail.models import Letter

pytestmark = pytest.mark.django_db(transaction=True)
CSRF = "c" * 32


@pytest.fixture
def cookies(freja):
    client = Client()
    client.force_login(freja)
    return f"session={client.cookies['session'].value}; csrf={CSRF}"


@pytest.fixture
def address(challenge):
    return reverse("applications:form", args=[challenge.slug])


def body_of(answers, **more):
    return urlencode(
        {**answers, "csrfmiddlewaretoken": CSRF, "revision": 0, "writer": "a", "send": 1, **more}
    )


def post(server, address, cookies, body):
    place = urlsplit(server.url)
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    with closing(HTTPConnection(place.hostname, place.port, timeout=60)) as link:
        link.request("POST", address, body, headers)
        response = link.getresponse()
        response.read()
        return response.status, response.getheader("Location")


@pytest.mark.parametrize("turn", range(10))
def test_two_clicks_make_one_application(live_server, address, cookies, answers, turn):
    together = threading.Barrier(2)
    replies = []

    def click():
        together.wait()
        replies.append(post(live_server, address, cookies, body_of(answers)))

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    row = Application.objects.get()
    assert replies == [(302, row.get_absolute_url())] * 2
    assert (row.status, row.versions.count()) == (Status.SUBMITTED, 0)
    assert Letter.objects.filter(kind="application-receipt").count() == 1


def pass_deadline():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE challenges_challenge SET deadline = clock_timestamp()")
    Challenge.objects.update(status="closed", closed_at=Challenge.objects.get().deadline)


def slow_post(server, address, cookies, body, in_between):
    """Sends the head and half of the body, waits, then sends the rest."""
    place = urlsplit(server.url)
    half = len(body) // 2
    head = (
        f"POST {address} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookies}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=60) as link:
        link.sendall((head + body[:half]).encode())
        time.sleep(1)
        in_between()
        link.sendall(body[half:].encode())
        return link.makefile("rb").readline().split()[1]


def test_what_began_in_time_is_in_time(live_server, address, cookies, answers):
    status = slow_post(live_server, address, cookies, body_of(answers), pass_deadline)

    row = Application.objects.select_related("challenge").get()
    assert (status, row.status) == (b"302", Status.SUBMITTED)
    assert row.submitted_at < row.challenge.deadline


def test_what_began_too_late_is_too_late(live_server, address, cookies, answers):
    pass_deadline()

    status, _place = post(live_server, address, cookies, body_of(answers, pitch="Late"))

    row = Application.objects.get()
    assert (status, row.status, row.pitch) == (409, Status.DRAFT, "Late")
