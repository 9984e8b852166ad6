"""A session ends by the clock, with the password, and with the account."""

import pytest
from django.test import Client

from accounts import actions
from accounts.problems import AccountProblem
from accounts.sessions import BEGAN, SEEN
from tests.factories import PASSWORD, AccountFactory, AdministratorFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = 3600, 24 * 3600
NEW_PASSWORD = "a-wholly-other-harbour-31"


@pytest.fixture
def ilse():
    return AccountFactory()


@pytest.fixture
def signed_in(ilse):
    """Browsers in which she is signed in."""

    def sign_in() -> Client:
        browser = Client()
        browser.post("/accounts/login/", {"login": ilse.email, "password": PASSWORD})
        browser.get("/accounts/")
        return browser

    return sign_in


def is_in(browser):
    return browser.get("/accounts/").status_code == 200


def age(browser, name, seconds):
    session = browser.session
    session[name] -= seconds
    session.save()


@pytest.mark.parametrize(
    ("name", "seconds", "still_in"),
    [
        (SEEN, 8 * HOUR - 60, True),
        (SEEN, 8 * HOUR + 60, False),
        (BEGAN, 14 * DAY - 60, True),
        (BEGAN, 14 * DAY + 60, False),
    ],
)
def test_a_session_ends_when_idle_for_too_long_or_too_old(signed_in, name, seconds, still_in):
    browser = signed_in()

    age(browser, name, seconds)

    assert is_in(browser) is still_in


def test_a_click_counts_as_a_sign_of_life(signed_in):
    browser = signed_in()
    for _times in range(3):
        age(browser, SEEN, 7 * HOUR)
        browser.get("/accounts/")

    assert is_in(browser)


def test_signing_in_again_begins_a_new_session(signed_in, ilse):
    browser = signed_in()
    age(browser, BEGAN, 15 * DAY)
    browser.get("/accounts/")

    browser.post("/accounts/login/", {"login": ilse.email, "password": PASSWORD})

    assert is_in(browser)


def test_a_visitor_gets_no_session(client):
    assert "session" not in client.get("/").cookies


def test_a_new_password_ends_the_other_sessions(signed_in):
    here, elsewhere = signed_in(), signed_in()

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_who_is_shut_out_is_out_everywhere_at_once_and_old_sessions_stay_ended(signed_in, ilse):
    browsers = [signed_in(), signed_in()]
    administrator = AdministratorFactory()

    actions.shut_out(user=ilse, by=administrator)
    during = [is_in(browser) for browser in browsers]
    actions.let_in_again(user=ilse, by=administrator)
    afterwards = [is_in(browser) for browser in browsers]

    assert (during, afterwards) == ([False, False], [False, False])
    assert is_in(signed_in())


def test_nobody_shuts_themselves_out():
    administrator = AdministratorFactory()

    with pytest.raises(AccountProblem):
        actions.shut_out(user=administrator, by=administrator)
