"""What must never be true is found, each by a change that the database itself would not allow."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from clusters.models import ClusterOrganisation
from config.invariants import all_sentences, broken
from invitations.models import Relay
from mail.models import Letter
from matching.models import CorpusSnapshot, Match, MatchRun
from tests.world import two_organisations

pytestmark = pytest.mark.django_db

ID = UUID(int=10)


def letter(**said: object) -> None:
    usual = {"recipient": "a@a.example", "subject": "A letter", "text": "Text", "language": "en"}
    usual |= {"state": "sent", "sent_at": timezone.now(), "fate_told": True}
    number = Letter.objects.count()
    Letter.objects.create(**{"key": number, "message_id": number, **usual, **said})


def invitation(changes: str) -> str:
    return f"UPDATE invitations_invitation SET {changes}"


# What makes each sentence true: statements at the database, or rows that the product never writes.
BREAK = {
    "A letter left without words": [lambda: letter(subject="")],
    "A letter of a list left without the way to stop it": [lambda: letter(list_name="news")],
    "A letter that held a code left and still holds it": [lambda: letter(secret=True)],
    "Two letters bear one Message-ID": [
        lambda: letter(message_id="the same"),
        lambda: letter(message_id="the same"),
    ],
    "An invitation left, or waits to leave, in no letter": [invitation("letter_id = ''")],
    "An invitation waits for a letter that is not there": [invitation("status = 'queued'")],
    "An invitation was never told that its letter left": [
        lambda: letter(id=ID, sent_at=timezone.now() - timedelta(minutes=11)),
        invitation(f"status = 'queued', letter_id = '{ID}'"),
    ],
    "An answer has no time": [invitation("status = 'interested', answered_at = NULL")],
    "A reminder follows an invitation that never left": [
        invitation("sent_at = NULL, answered_at = NULL"),
        (
            "INSERT INTO invitations_reminder (invitation_id, letter_id, token_hash, created_at,"
            " leaves_at) SELECT id, 'x', 'x', now(), now() FROM invitations_invitation LIMIT 1"
        ),
    ],
    "Somebody is still asked to pass on an invitation that is past that": [
        invitation("status = 'sent'"),
        "UPDATE invitations_relay SET fate = 'waiting'",
    ],
    "An organisation is asked to pass on what it asks itself, to a company it does not know": [
        (
            "UPDATE invitations_relay SET cluster_id = lab.cluster_id"
            " FROM invitations_invitation row"
            " JOIN challenges_challenge asked ON asked.id = row.challenge_id"
            " JOIN labs_livinglab lab ON lab.id = asked.lab_id"
            " WHERE row.id = invitations_relay.invitation_id"
        )
    ],
    "The address of somebody who was not written to is still kept": [
        "UPDATE invitations_nomination SET state = 'ignored'"
    ],
    "The parts of a score do not add up to it": ["UPDATE matching_match SET total = total + 1"],
    "A score belongs to the run of another challenge": [
        "UPDATE matching_matchrun SET challenge_id = -1",
    ],
    "A score was made of a text that is not written yet": [
        "UPDATE matching_match SET profile_revision = 9999"
    ],
    "A run is done and does not say when": [
        "UPDATE matching_matchrun SET state = 'done', finished_at = NULL"
    ],
    "An application arrived after the deadline": [
        "UPDATE applications_application SET submitted_at = '2999-01-01'"
    ],
    "An earlier version is not earlier than the application": [
        (
            "INSERT INTO applications_applicationversion (application_id, revision, content,"
            " arrived_at, replaced_at)"
            " SELECT id, revision, '{}', now(), now() FROM applications_application LIMIT 1"
        )
    ],
    "What matching was told last of an application is not where it stands": [
        "UPDATE applications_application SET status = 'shortlisted'"
    ],
    "A file of an application is not on the disk": [
        "UPDATE applications_attachment SET file = 'attachments/lost'"
    ],
    "A pair that somebody touched has waited for its score for an hour": [
        (
            "UPDATE matching_matchrun SET brief = '{}', snapshot_id ="
            " (SELECT id FROM matching_corpussnapshot LIMIT 1)"
        ),
        (
            "INSERT INTO matching_wantedmatch (challenge_id, company_id, wanted_at)"
            " SELECT challenge_id, company_id, now() - interval '61 minutes' FROM matching_match"
        ),
    ],
    "A company has people and no owner": [
        "UPDATE companies_companymember SET role = 'company_editor'"
    ],
}


@pytest.fixture
def world(settings, tmp_path):
    """Whose rows contradict nothing."""
    settings.MEDIA_ROOT, settings.OUTBOX_OPEN = tmp_path, False
    two_organisations()
    other = ClusterOrganisation.objects.exclude(labs__challenges__invitations__isnull=False)
    Relay.objects.update(fate="copied", cluster=other.first())
    (match,) = Match.objects.all()
    run = MatchRun.objects.create(
        challenge=match.challenge, state="done", finished_at=match.scored_at
    )
    CorpusSnapshot.objects.create(statistics=b"", engine_version="1", companies=1)
    Match.objects.update(run=run)
    assert broken() == {}


def change(steps: list[str | Callable[[], None]]) -> None:
    """As somebody at the database could, past its guards."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for step in steps:
            if callable(step):
                step()
            else:
                cursor.execute(step)
                assert cursor.rowcount > 0, step
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("sentence", BREAK)
def test_each_is_found_when_it_becomes_true(world, sentence):
    change(BREAK[sentence])

    assert sentence in broken()


def test_while_letters_leave_an_invitation_may_hear_of_its_own_a_little_later(world):
    """The bell rings after the letter is known to have left, and a lost one is rung again."""
    change(
        [
            lambda: letter(id=ID),
            invitation(f"status = 'queued', sent_at = NULL, letter_id = '{ID}'"),
        ]
    )

    assert broken() == {}


def test_every_sentence_has_a_change_that_makes_it_true(settings):
    settings.OUTBOX_OPEN = False

    assert set(BREAK) == set(all_sentences())
    assert len(BREAK) >= 20


def test_the_command_names_the_rows_and_fails(world):
    change(BREAK["A company has people and no owner"])
    told = StringIO()

    with pytest.raises(CommandError, match="must never be true"):
        call_command("check_invariants", stdout=told)

    assert "A company has people and no owner: " in told.getvalue()


def test_an_empty_database_is_as_it_should_be():
    told = StringIO()

    call_command("check_invariants", stdout=told)

    assert told.getvalue().startswith("None of ")
