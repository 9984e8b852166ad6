"""What an administrator and somebody who is new find on the first page."""

from datetime import timedelta

from django.utils import timezone

from mail.actions import queue_ready_made
from mail.models import Letter
from tests.dashboard.conftest import Seen
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    CompanyFactory,
    MembershipFactory,
    NetworkFactory,
)


def test_an_administrator_sees_how_much_there_is(client, world):
    NetworkFactory()
    CompanyFactory()
    CompanyFactory(is_active=False)

    seen = Seen(client, AdministratorFactory())

    assert seen.stats == {
        "Organisations": "1",
        "Networks": "1",
        "Companies": "1",
        "Open challenges": "2",
    }
    assert "Letters are not leaving" not in seen.text


def test_an_administrator_is_warned_when_letters_do_not_leave(client, db):
    queue_ready_made(kind="code", to="post@kabelro.example", title="Code", blocks=[])
    Letter.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=7))

    seen = Seen(client, AdministratorFactory())

    assert "Letters are not leaving The oldest letter has waited for 7 minutes." in seen.text


def test_an_empty_installation_says_how_to_begin(client, db):
    seen = Seen(client, AdministratorFactory())

    assert set(seen.stats.values()) == {"0"}
    assert "Create a cluster organisation" in seen.text


def test_somebody_who_is_new_is_offered_three_ways(client, db):
    seen = Seen(client, AccountFactory())

    assert seen.heading == "Welcome"
    for url in ("/companies/register/", "/companies/claim/", "/contact/"):
        assert f'href="{url}"' in seen.html


def test_a_visitor_is_asked_to_sign_in(client, db):
    reply = client.get("/dashboard/")

    assert (reply.status_code, reply.url) == (302, "/accounts/login/?next=/dashboard/")


def test_the_bar_leads_nobody_to_a_page_that_is_closed_to_them(client, world):
    told = {}
    for name, person in {
        "administrator": AdministratorFactory(),
        "manager": MembershipFactory(organisation=world.cluster, user=AccountFactory()).user,
        "stranger": AccountFactory(),
    }.items():
        client.force_login(person)
        led = 'href="/matches/"' in client.get("/dashboard/").content.decode()
        told[name] = (led, client.get("/matches/").status_code)

    assert told == {
        "administrator": (False, 403),
        "manager": (True, 200),
        "stranger": (False, 403),
    }
