"""Every list asks the database the same, however long it is, and fetches what its page shows."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Notice
from applications.models import Application
from clusters.choices import MemberRole
from clusters.models import AccessLetter
from companies.choices import CompanyRole
from companies.models import ClusterMembership, ColleagueLetter, Company
from invitations.models import Invitation
from mail.actions import queue_ready_made
from matching.models import Contest, Match
from matching.scoring import CRITERIA
from tests.factories import (
    AccountFactory,
    AdministratorFactory,
    ChallengeFactory,
    CompanyFactory,
    CompanyMemberFactory,
    LivingLabFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

# Address, who reads it, statements, rows on a page.
LISTS = [
    ("/challenges/", "visitor", 4, 25),
    ("/challenges/", "manager", 10, 25),
    ("/challenges/mine/", "manager", 8, 25),
    ("/labs/", "visitor", 4, 50),
    ("/companies/", "visitor", 2, 25),
    ("/companies/", "manager", 7, 25),
    ("/search/?q=sensors", "visitor", 4, 25),
    ("/search/?q=sensors", "manager", 9, 25),
    ("/matches/", "manager", 10, 50),
    ("/matches/the-challenge/", "manager", 15, 50),
    ("/matches/the-challenge/contests/", "manager", 10, 25),
    ("/invitations/", "manager", 14, 25),
    ("/invitations/challenge/the-challenge/", "manager", 31, 25),
    ("/applications/", "manager", 8, 50),
    ("/applications/challenge/the-challenge/", "manager", 13, 50),
    ("/matches/for/the-company/", "owner", 14, 20),
    ("/invitations/", "owner", 8, 25),
    ("/applications/", "owner", 7, 30),
    ("/organisations/the-cluster/people/", "manager", 10, 25),
    ("/companies/the-company/people/", "owner", 10, 25),
    ("/accounts/notices/", "manager", 7, 25),
    ("/outbox/", "administrator", 7, 25),
]
NUMBERS = count(1)


@pytest.fixture
def world():
    """A challenge and a company, with as many of everything around them as asked for."""
    challenge = ChallengeFactory(open=True, slug="the-challenge", lab__cluster__slug="the-cluster")
    cluster = challenge.lab.cluster
    company = CompanyFactory(slug="the-company")
    people = {
        "visitor": None,
        "manager": MembershipFactory(organisation=cluster, user=AccountFactory()).user,
        "owner": CompanyMemberFactory(company=company, user=AccountFactory()).user,
        "administrator": AdministratorFactory(),
    }

    def grow(number):
        for _ in range(number):
            n = next(NUMBERS)
            lab = LivingLabFactory(cluster=cluster, country=("DK", "NO", "SE")[n % 3])
            pair(ChallengeFactory(open=True, lab=lab, must=[]), company)
            other = CompanyFactory()
            ClusterMembership.objects.create(company=other, cluster=cluster)
            pair(challenge, other)
        Notice.objects.bulk_create(notices(people["manager"], number))
        for n in range(number):
            MembershipFactory(organisation=cluster, role=MemberRole.PARTNER)
            CompanyMemberFactory(company=company, role=CompanyRole.EDITOR)
            ask_in(cluster, company, next(NUMBERS))
            queue_ready_made(kind="code", to=f"post{n}@kabelro.example", title="Code", blocks=[])

    return grow, people


def ask_in(cluster, company, number):
    """A letter to somebody who has not come yet, to each of the two."""
    common = {"email": f"n{number}@kabelro.example", "token_hash": f"hash {number}"}
    until = timezone.now() + timedelta(days=14)
    AccessLetter.objects.create(
        organisation=cluster, role=MemberRole.PARTNER, expires_at=until, **common
    )
    ColleagueLetter.objects.create(
        company=company, role=CompanyRole.EDITOR, expires_at=until, **common
    )


def pair(challenge, company):
    Match.objects.create(
        challenge=challenge,
        company=company,
        total=400,
        parts=[50] * 8,
        findings=[
            {
                "criterion": criterion,
                "weight_tenths": 125,
                "tenths": 50,
                "share": 0.4,
                "reason": {"code": "text_not_stated", "data": {}},
                "quotes": [],
            }
            for criterion in CRITERIA
        ],
        is_eligible=True,
        engine_version="1",
        weights_version="1",
        brief_revision=1,
        profile_revision=1,
        scored_at=timezone.now(),
    )
    Invitation.objects.create(
        challenge=challenge,
        company=company,
        status="sent",
        letter_id="00000000-0000-4000-8000-000000000000",
        token_hash=f"{challenge.pk}-{company.pk}",
    )
    Contest.objects.create(
        challenge=challenge,
        company=company,
        criterion="trl",
        statement="It has run for a year.",
        link="https://kabelro.example/",
    )
    Application.objects.create(
        challenge=challenge, company=company, status="submitted", submitted_at=timezone.now()
    )


def notices(user, number):
    data = {"person": "Nils", "organisation": "Cluster"}
    return [
        Notice(user=user, kind="access-accepted", data=data, url=f"/{n}/", read_at=timezone.now())
        for n in range(number)
    ]


class Asked:
    def __init__(self):
        self.sql, self.rows = [], 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        self.sql.append(sql)
        self.rows += max(context["cursor"].cursor.rowcount, 0)
        return result


def ask(client, address):
    client.get(address)
    asked = Asked()
    with connection.execute_wrapper(asked):
        response = client.get(address)
    assert response.status_code == 200
    return asked


@pytest.mark.parametrize("address, who, statements, page_size", LISTS)
def test_a_list_costs_its_page_and_not_its_length(
    client, world, address, who, statements, page_size
):
    grow, people = world
    if people[who]:
        client.force_login(people[who])

    grow(1)
    of_one = ask(client, address)
    grow(29)
    of_thirty = ask(client, address)
    grow(90)
    of_many = ask(client, address)

    asked = [len(one.sql) for one in (of_one, of_thirty, of_many)]
    assert asked == [statements] * 3, "\n".join(of_many.sql)
    assert of_many.rows <= 6 * page_size


def test_the_world_is_longer_than_any_page(world):
    grow, _people = world

    grow(120)

    assert Company.objects.count() > max(page_size for *_rest, page_size in LISTS)
