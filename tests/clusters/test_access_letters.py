import re
import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.utils import timezone

from accounts.models import Notice, User
from clusters import actions
from clusters.choices import MemberRole
from clusters.models import AccessLetter, Membership
from clusters.problems import ClusterProblem
from mail.models import Letter
from tests.factories import (
    PASSWORD,
    AccountFactory,
    ClusterOrganisationFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db
ACCESS = "/organisations/access/"


@pytest.fixture
def marta():
    user = AccountFactory(name="Marta")
    MembershipFactory(user=user, organisation__name="CLEAN", organisation__slug="clean")
    return user


@pytest.fixture
def clean(marta):
    return marta.organisation_memberships.get().organisation


def write(clean, marta, email="tomas@people.example", role=MemberRole.PARTNER):
    return actions.write_access_letter(
        organisation=clean, email=email, role=role, language="en", by=marta
    )


def link_to(email="tomas@people.example"):
    text = Letter.objects.filter(recipient=email).latest("created_at").text
    return re.search(r"/organisations/access/[\w-]+/", text).group()


def test_the_letter_says_who_asks_and_carries_a_link(clean, marta):
    write(clean, marta)

    letter = Letter.objects.get()
    assert (letter.kind, letter.secret) == ("access-letter", True)
    assert "Marta asks you to act for CLEAN" in letter.text


def test_the_token_is_kept_as_a_hash_only(clean, marta):
    letter = write(clean, marta)

    assert letter.token_hash not in link_to()


def test_a_newcomer_signs_up_without_a_second_letter_and_accepts(client, clean, marta):
    write(clean, marta)

    page = client.get(link_to(), follow=True)
    client.post(
        f"/accounts/signup/?next={ACCESS}",
        {
            "name": "Tomas",
            "email": "tomas@people.example",
            "password1": PASSWORD,
            "language": "en",
            "next": ACCESS,
        },
    )
    done = client.post(ACCESS)

    tomas = User.objects.get(email="tomas@people.example")
    assert "Marta" in page.content.decode()
    assert done.url == "/organisations/clean/"
    assert list(tomas.organisation_memberships.values_list("organisation", "role")) == [
        (clean.pk, "partner")
    ]
    assert [str(notice) for notice in Notice.objects.of(marta)] == ["Tomas now belongs to CLEAN."]


def test_opening_the_link_changes_nothing(client, clean, marta):
    letter = write(clean, marta)

    client.get(link_to(), follow=True)

    letter.refresh_from_db()
    assert (letter.accepted_at, Membership.objects.count()) == (None, 1)


def test_the_token_leaves_the_address_bar_and_no_referrer_is_sent(client, clean, marta):
    write(clean, marta)

    reply = client.get(link_to())

    assert (reply.url, reply["Referrer-Policy"]) == (ACCESS, "no-referrer")


def test_another_account_needs_a_clear_yes(client, clean, marta):
    write(clean, marta)
    olga = AccountFactory()
    client.force_login(olga)
    client.get(link_to())

    client.post(ACCESS)
    without = olga.organisation_memberships.count()
    client.post(ACCESS, {"with_my_account": "on"})

    assert (without, olga.organisation_memberships.count()) == (0, 1)


def test_a_visitor_cannot_accept(client, clean, marta):
    write(clean, marta)
    client.get(link_to())

    client.post(ACCESS)

    assert not get_user(client).is_authenticated
    assert Membership.objects.count() == 1


def test_a_letter_works_once(client, clean, marta):
    letter = write(clean, marta)
    actions.accept_access_letter(letter=letter, by=AccountFactory())

    with pytest.raises(ClusterProblem, match="used already"):
        actions.accept_access_letter(letter=letter, by=AccountFactory())


def test_a_withdrawn_letter_does_not_work(client, clean, marta):
    letter = write(clean, marta)
    link = link_to()
    actions.withdraw_access_letter(letter=letter, by=marta)

    assert client.get(link, follow=True).status_code == 410
    with pytest.raises(ClusterProblem, match="withdrawn"):
        actions.accept_access_letter(letter=letter, by=AccountFactory())


def test_an_old_letter_does_not_work(client, clean, marta):
    letter = write(clean, marta)
    AccessLetter.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(link_to(), follow=True).status_code == 410
    with pytest.raises(ClusterProblem, match="too old"):
        actions.accept_access_letter(letter=letter, by=AccountFactory())


def test_sending_again_ends_the_earlier_link(client, clean, marta):
    letter = write(clean, marta)
    first = link_to()

    actions.resend_access_letter(letter=letter, by=marta)

    assert client.get(first, follow=True).status_code == 410
    assert client.get(link_to(), follow=True).status_code == 200


def test_a_member_gets_no_letter_for_the_role_they_have(clean, marta):
    with pytest.raises(ClusterProblem, match="has this role already"):
        write(clean, marta, email=marta.email.upper(), role=MemberRole.MANAGER)


def test_an_address_gets_three_letters_an_hour(clean, marta):
    for _number in range(3):
        write(clean, marta)

    with pytest.raises(ClusterProblem, match="three letters"):
        write(clean, marta)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_and_one_gets_in():
    clean = ClusterOrganisationFactory()
    letter = write(clean, None)
    people = [AccountFactory() for _ in range(20)]
    ready = threading.Barrier(20)
    outcomes = []

    def accept(person):
        ready.wait()
        try:
            actions.accept_access_letter(letter=letter, by=person)
            outcomes.append("in")
        except ClusterProblem:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in"] + ["refused"] * 19
    assert Membership.objects.count() == 1
