import pytest
from django.contrib.auth import get_user

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/accounts/demonstration/partner/"


@pytest.fixture
def partner():
    return UserFactory(is_demonstration=True, one_click="partner")


def test_one_press_signs_in_where_the_demonstration_runs(client, settings, partner):
    settings.DEMONSTRATION = True

    reply = client.post(URL)

    assert (reply.url, get_user(client)) == ("/dashboard/", partner)


@pytest.mark.parametrize("method", ["get", "post"])
def test_elsewhere_there_is_no_such_page(client, partner, method):
    assert getattr(client, method)(URL).status_code == 404
    assert not get_user(client).is_authenticated


def test_a_get_signs_nobody_in(client, settings, partner):
    settings.DEMONSTRATION = True

    assert client.get(URL).status_code == 405
    assert not get_user(client).is_authenticated


def test_a_real_person_can_never_be_taken(client, settings, partner):
    settings.DEMONSTRATION = True
    User.objects.filter(pk=partner.pk).update(is_demonstration=False, one_click="")

    assert client.post(URL).status_code == 404


@pytest.mark.parametrize("demonstration", [True, False])
def test_the_buttons_stand_on_the_sign_in_page_of_the_demonstration_only(
    client, settings, partner, demonstration
):
    settings.DEMONSTRATION = demonstration

    page = client.get("/accounts/login/").content.decode()

    assert (URL in page) is demonstration
