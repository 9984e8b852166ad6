import pytest
from django.contrib.auth import get_user

from accounts import actions
from accounts.models import Notice, User
from accounts.problems import AccountProblem
from clusters.choices import MemberRole
from mail.models import Letter
from tests.factories import (
    PASSWORD,
    AccountFactory,
    AdministratorFactory,
    ClusterOrganisationFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db


def sign_in(client, user):
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_a_visitors_language_is_kept_in_a_cookie(client):
    reply = client.post("/accounts/language/", {"language": "da", "next": "/accounts/login/"})

    assert (reply.url, reply.cookies["django_language"].value) == ("/accounts/login/", "da")
    assert client.get("/accounts/login/").wsgi_request.LANGUAGE_CODE == "da"


def test_a_persons_language_is_kept_with_the_account(client):
    ilse = AccountFactory(language="en")
    client.force_login(ilse)

    client.post("/accounts/language/", {"language": "nb"})

    ilse.refresh_from_db()
    assert ilse.language == "nb"
    assert client.get("/accounts/").wsgi_request.LANGUAGE_CODE == "nb"


def test_a_language_nobody_speaks_here_is_not_found(client):
    assert client.post("/accounts/language/", {"language": "xx"}).status_code == 404


def test_the_role_switch_offers_only_own_roles(client):
    ilse = AccountFactory()
    odense = MembershipFactory(user=ilse).organisation
    oslo = MembershipFactory(user=ilse, role=MemberRole.PARTNER).organisation
    foreign = ClusterOrganisationFactory()
    client.force_login(ilse)

    client.post("/accounts/act-as/", {"key": f"organisation:{oslo.pk}:partner"})
    client.post("/accounts/act-as/", {"key": f"organisation:{foreign.pk}:cluster_manager"})

    acting = client.get("/accounts/").wsgi_request.acting
    assert (acting.organisation, acting.role) == (oslo.name, "partner")
    assert [one.organisation for one in acting_of(client)] == [odense.name, oslo.name]


def acting_of(client):
    return list(client.get("/accounts/").wsgi_request.belongings)


def test_a_name_is_changed(client):
    ilse = AccountFactory()
    client.force_login(ilse)

    client.post("/accounts/name/", {"name": "Ilse Bo"})

    ilse.refresh_from_db()
    assert ilse.name == "Ilse Bo"


def test_deleting_removes_the_person_and_their_words_in_letters(client):
    ilse = AccountFactory()
    sign_in(client, ilse)
    actions.notify(user_ids=[ilse.pk], kind="role-changed", data={"organisation": "CLEAN"}, url="/")

    reply = client.post("/accounts/delete/")

    assert reply.url == "/"
    assert not get_user(client).is_authenticated
    assert (User.objects.count(), Notice.objects.count()) == (0, 0)
    assert Letter.objects.filter(recipient=ilse.email).count() == 0


def test_deleting_asks_for_the_password_again(client):
    ilse = AccountFactory()
    client.force_login(ilse)

    reply = client.post("/accounts/delete/")

    assert reply.url.startswith("/accounts/reauthenticate/")
    assert User.objects.filter(pk=ilse.pk).exists()


def test_the_last_manager_cannot_delete_the_account():
    marta = MembershipFactory(organisation__name="CLEAN").user

    with pytest.raises(AccountProblem) as refused:
        actions.delete_account(user=marta, by=marta)

    assert str(refused.value) == (
        "CLEAN would have no manager any more. Hand over to a colleague first."
    )
    assert User.objects.filter(pk=marta.pk).exists()


def test_the_last_administrator_cannot_delete_the_account():
    solveig = AdministratorFactory()

    with pytest.raises(AccountProblem):
        actions.delete_account(user=solveig, by=solveig)

    AdministratorFactory()
    actions.delete_account(user=solveig, by=solveig)
    assert not User.objects.filter(pk=solveig.pk).exists()


@pytest.mark.parametrize(
    "url",
    [
        "/accounts/",
        "/accounts/welcome/",
        "/accounts/name/",
        "/accounts/notices/",
        "/accounts/wishes/",
        "/accounts/delete/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/sessions/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
    ],
)
def test_account_pages_are_for_the_person_alone(client, url):
    assert client.get(url).status_code == 302

    sign_in(client, AccountFactory())
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("language", ["en", "da", "nb"])
@pytest.mark.parametrize(
    "url",
    [
        "/accounts/login/",
        "/accounts/login/code/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/inactive/",
    ],
)
def test_pages_of_signing_in_open_in_each_language(client, url, language):
    reply = client.get(url, HTTP_ACCEPT_LANGUAGE=language)

    assert (reply.status_code, reply.wsgi_request.LANGUAGE_CODE) == (200, language)
    assert f'<html lang="{language}">' in reply.content.decode()


def test_a_passkey_is_no_second_lock_on_the_password(client):
    from allauth.mfa.models import Authenticator

    ilse = AccountFactory()
    Authenticator.objects.create(user=ilse, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})

    sign_in(client, ilse)

    assert get_user(client) == ilse
