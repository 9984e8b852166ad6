import html

import pytest
from django.test import Client
from django.urls import reverse

from accounts.kept import MOST_BYTES
from applications.models import Application
from tests.applications.conftest import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ORIGIN = "http://testserver"


@pytest.fixture
def new(challenge):
    return reverse("applications:form", args=[challenge.slug])


@pytest.fixture
def typed(answers):
    return {**answers, "revision": "0", "writer": "a", "pitch": "Typed for an hour"}


def page_of(client, address):
    return html.unescape(client.get(address).content.decode())


def test_a_lost_session_loses_no_text(freja, new, typed):
    client = Client()
    response = client.post(new, typed)
    client.force_login(freja)

    page = page_of(client, new)

    assert response.url == f"/accounts/login/?next={new}"
    assert "Your text is back" in page
    assert 'value="Typed for an hour"' in page
    assert Application.objects.count() == 0


def test_it_is_given_out_once(freja, new, typed):
    client = Client()
    client.post(new, typed)
    client.force_login(freja)
    page_of(client, new)

    assert "Your text is back" not in page_of(client, new)


def test_it_is_given_out_at_its_own_address_only(as_freja, freja, new, typed, draft):
    client = Client()
    client.post(new, typed)
    client.force_login(freja)

    other = page_of(client, reverse("applications:edit", args=[draft.public_id]))

    assert "Typed for an hour" not in other


def test_secrets_and_floods_are_not_kept(new, typed):
    client = Client()
    client.post(new, typed | {"new_password": "hunter2", "csrfmiddlewaretoken": "x"})
    words = client.session["kept"]["words"]
    flooded = Client()
    flooded.post(new, typed | {"approach": "a" * MOST_BYTES})

    assert ("hunter2" in words, "csrf" in words) == (False, False)
    assert "kept" not in flooded.session


def test_autosave_without_a_session_leads_to_the_sign_in_page(freja, new, typed):
    client = Client()

    response = client.post(new, typed, headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Redirect"]) == (
        204,
        f"/accounts/login/?next={new}",
    )


def forgetful(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_a_form_that_waited_too_long_loses_no_text(freja, new, typed):
    client = forgetful(freja)

    response = client.post(new, typed, headers={"Origin": ORIGIN})

    assert (response.status_code, f'href="{new}"' in response.content.decode()) == (403, True)
    assert 'value="Typed for an hour"' in page_of(client, new)


def test_another_site_cannot_leave_text_in_the_form(freja, new, typed):
    client = forgetful(freja)

    response = client.post(new, typed, headers={"Origin": "https://elsewhere.example"})

    assert response.status_code == 403
    assert "Typed for an hour" not in page_of(client, new)


def test_somebody_without_a_company_keeps_the_text_for_nobody(new, typed):
    client = Client()
    client.post(new, typed)
    client.force_login(UserFactory())

    assert "Typed for an hour" not in page_of(client, new)


def test_a_signed_in_person_keeps_nothing_aside(freja, new, typed):
    client = signed_in(freja)

    client.post(new, typed)

    assert "kept" not in client.session
