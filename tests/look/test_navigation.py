import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from look.navigation import Item, Link, links, signed_in

pytestmark = pytest.mark.urls("tests.look.urls")


def a_request(path="/"):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def test_missing_address_is_left_out():
    items = [Item("healthz", "Health"), Item("nowhere:at_all", "Nowhere")]

    assert links(items, a_request()) == [Link("/healthz", "Health", current=False)]


def test_section_being_read_is_marked():
    assert links([Item("healthz", "Health")], a_request("/healthz")) == [
        Link("/healthz", "Health", current=True)
    ]


def test_visitor_does_not_see_what_needs_signing_in():
    assert links([Item("healthz", "Health", signed_in)], a_request()) == []
