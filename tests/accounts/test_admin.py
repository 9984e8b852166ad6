import pytest

from accounts.models import User
from tests.factories import AccountFactory, AdministratorFactory

pytestmark = pytest.mark.django_db


def test_the_admin_has_no_sign_in_page_of_its_own(client):
    reply = client.get("/admin/login/")

    assert reply.url.startswith("/accounts/login/")


def test_an_administrator_names_another_one(client):
    client.force_login(AdministratorFactory(is_staff=True, is_superuser=True))
    ilse = AccountFactory()

    client.post(
        "/admin/accounts/user/", {"action": "make_administrator", "_selected_action": [ilse.pk]}
    )

    assert User.objects.get(pk=ilse.pk).is_administrator
