from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AdministratorLink, User
from tests.factories import PASSWORD, AdministratorFactory

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Ada", "email": "ada@here.example", "password": PASSWORD, "language": "da"}


def printed(capsys):
    call_command("first_administrator_link")
    return capsys.readouterr().out


def path_of(url, settings):
    return url.strip().removeprefix(settings.BASE_URL)


def test_the_link_makes_its_holder_the_administrator(client, capsys, settings):
    reply = client.get(path_of(printed(capsys), settings))
    done = client.post(reply.url, FIELDS)

    ada = get_user(client)
    assert (reply.url, done.url) == ("/accounts/first-administrator/", "/dashboard/")
    assert (ada.email, ada.is_administrator, ada.language) == ("ada@here.example", True, "da")


def test_the_link_works_once(client, capsys, settings):
    path = path_of(printed(capsys), settings)
    client.get(path)
    client.post("/accounts/first-administrator/", FIELDS)
    client.logout()

    client.get(path)
    again = client.post("/accounts/first-administrator/", {**FIELDS, "email": "b@here.example"})

    assert (again.status_code, User.objects.count()) == (404, 1)


def test_a_new_link_ends_the_one_before(client, capsys, settings):
    first = path_of(printed(capsys), settings)
    printed(capsys)

    assert client.get(client.get(first).url).status_code == 404


def test_an_old_link_does_nothing(client, capsys, settings):
    path = path_of(printed(capsys), settings)
    AdministratorLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(client.get(path).url).status_code == 404


def test_with_an_administrator_nothing_is_printed(capsys):
    AdministratorFactory()

    assert printed(capsys) == ""


def test_the_token_is_not_in_the_database(capsys, settings):
    token = path_of(printed(capsys), settings).split("/")[-2]

    assert AdministratorLink.objects.get().token_hash != token
