"""One challenge with thousands of companies that fit it, written by SQL: whom letters go to."""

import json

from allauth.account.models import EmailAddress
from django.db import connection

from accounts.models import User
from benchmarks import _world
from challenges.models import Challenge, Requirement
from clusters.models import Membership
from companies.actions import write_down
from companies.models import Company, ReaderWishes
from invitations.models import Invitation
from taxonomy.themes import THEMES

_PROPOSALS = """
INSERT INTO invitations_invitation (
    challenge_id, company_id, status, total, reasons, note, attempt, letter_id, refused_because,
    decline_reason, answer_note, proposed_by_id, created_at
)
SELECT challenge_id, company_id, 'proposed', total, %(reasons)s, '', 1, '', '', '', '',
    %(manager)s, now()
FROM matching_match WHERE challenge_id = %(challenge)s
"""


def build(number: int) -> User:
    """A draft ready to be published, its manager, and as many companies with a match."""
    _world.build()
    _world.MATCHES_EACH = 0
    _world.grow(before=0, after=number)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM challenges_challenge WHERE slug <> 'challenge-1'")
        cursor.execute("UPDATE challenges_challenge SET status = 'draft', published_at = NULL")
        cursor.execute(
            "UPDATE companies_company SET language = (ARRAY['da','en','nb'])[1 + id %% 3]", []
        )
        cursor.execute("SET session_replication_role = origin")
    # Each asked to be written to, so that the gate has something to look up and lets all through.
    everybody = Company.objects.values_list("pk", flat=True)
    write_down(company_ids=list(everybody), kind="requested", by=None)
    _give_readers()
    challenge = Challenge.objects.get()
    Requirement.objects.create(challenge=challenge, capability="grid_sensors", priority="must")
    manager = User.objects.create_user("manager@bench.example", name="Marta Holm")
    Membership.objects.create(
        user=manager, organisation=challenge.lab.cluster, role="cluster_manager"
    )
    return manager


def _give_readers() -> None:
    """Each tenth company writes to a person with an account, who wants most letters but counts."""
    addresses = Company.objects.order_by("pk").values_list("email", flat=True)[::10]
    people = User.objects.bulk_create(User(email=one, language="da") for one in addresses)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people
    )
    ReaderWishes.objects.bulk_create(
        ReaderWishes(user=one, letter_themes=[theme.code for theme in THEMES], letters_per_month=20)
        for one in people
    )


def propose(challenge: Challenge, manager: User, number: int) -> list[int]:
    """Every company on the list, with three reasons. Returns the ids of the proposals."""
    rest = sum(finding["tenths"] for finding in _world.FINDINGS[1:])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM invitations_invitation")
        cursor.execute("DELETE FROM matching_match")
        cursor.execute(
            _world._MATCHES,  # noqa: SLF001 - a world of the same findings
            {
                "first": 1,
                "rest": rest,
                "findings": json.dumps(
                    [{**_world.FINDINGS[0], "tenths": "TEXT"}, *_world.FINDINGS[1:]]
                ),
                "each": number * 20,
                "companies": number,
            },
        )
        cursor.execute(
            _PROPOSALS,
            {
                "reasons": json.dumps(_world.FINDINGS[:3]),
                "manager": manager.pk,
                "challenge": challenge.pk,
            },
        )
        cursor.execute("VACUUM ANALYZE")
    return list(Invitation.objects.order_by("pk").values_list("pk", flat=True))
