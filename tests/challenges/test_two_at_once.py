"""Who edits or moves a challenge, and who writes down a row that names it, do not meet."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from challenges import actions
from challenges.models import Challenge, Question
from tests.factories import AccountFactory, ChallengeFactory

pytestmark = pytest.mark.django_db(transaction=True)


def save(challenge):
    actions.update_brief(challenge=challenge, changes={"need": "Another one."}, by=None)


def close_due(challenge):
    actions.close_due()


@pytest.mark.parametrize(
    ("days", "verb", "done"),
    [
        (-1, close_due, {"status": "closed"}),
        (9, save, {"need": "Another one."}),
    ],
)
def test_nobody_waits_for_a_row_that_names_the_challenge(days, verb, done):
    deadline = timezone.now() + timedelta(days=days)
    challenge = ChallengeFactory(status="open" if days < 0 else "draft", deadline=deadline)
    asker = AccountFactory()

    def act():
        try:
            verb(challenge)
        finally:
            connection.close()

    other = threading.Thread(target=act)
    with transaction.atomic():
        with connection.cursor() as cursor:  # what a commit would ask for, asked for at once
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        Question.objects.create(challenge=challenge, text="How many?", asked_by=asker)
        other.start()
        other.join(timeout=10)
        found = Challenge.objects.filter(pk=challenge.pk, **done).exists()
        waits = other.is_alive()
    other.join()

    assert (found, waits) == (True, False)
