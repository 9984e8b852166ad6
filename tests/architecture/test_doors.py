"""Every address, asked by every kind of person: tests/architecture/matrix.csv says who gets in.

A cell holds `in`, `login` (to the sign-in page), or the status of the refusal. The sign-in library
and Django's admin decide for themselves and are left out.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.middleware import Doorkeeper, who_may
from tests.world import (
    ADDRESSES,
    ROLES,
    kwargs_of,
    methods_of,
    signed_in,
    two_organisations,
    written,
)

LET_IN = {200, 204, 302, 409, 410, 422}


def test_every_address_says_who_may():
    assert [name for name, entry in ADDRESSES.items() if who_may(entry.callback) is None] == []


def test_a_view_that_says_nothing_is_refused(rf):
    def silent(request):
        raise AssertionError

    with pytest.raises(PermissionDenied):
        Doorkeeper(silent).process_view(rf.get("/"), silent, (), {})


def test_every_address_has_its_line():
    doors = {(name, how) for name, it in ADDRESSES.items() for how in methods_of(it.callback)}

    missing = [
        ",".join([*door, *("?" for _role in ROLES)]) for door in sorted(doors - set(written()))
    ]
    assert missing == []
    assert sorted(set(written()) - doors) == []


@pytest.mark.django_db
def test_everybody_gets_in_where_the_matrix_says_and_nowhere_else(settings, tmp_path):
    settings.OUTBOX_OPEN = False
    settings.MEDIA_ROOT = tmp_path
    people, nouns = two_organisations()
    clients = {role: signed_in(people.get(role)) for role in ROLES}
    differing = []

    for (name, how), expected in written().items():
        url = reverse(name, kwargs=kwargs_of(name, nouns))
        found = {role: asked(clients[role], how, url, nouns["body"].get(name)) for role in ROLES}
        if found != expected:
            differing.append(
                (name, how, {r: (expected[r], found[r]) for r in ROLES if expected[r] != found[r]})
            )

    assert not differing, "\n".join(map(str, differing))


def asked(client: Client, how: str, url: str, body: dict[str, str] | None) -> str:
    """What became of the question; whatever it changed is taken back."""
    with transaction.atomic():
        response = getattr(client, how)(url, body if how == "post" else None)
        transaction.set_rollback(True)
    if response.streaming:
        response.getvalue()
    if response.status_code == 302 and response.url.startswith(reverse("account_login")):
        return "login"
    return "in" if response.status_code in LET_IN else str(response.status_code)
