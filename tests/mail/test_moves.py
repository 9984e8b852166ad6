import pytest
from django.db import InternalError, connection

from mail.choices import ALLOWED_MOVES, LetterState
from mail.models import Letter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "before, after",
    [
        (before, after)
        for before in LetterState.values
        for after in LetterState.values
        if before != after and (before, after) not in ALLOWED_MOVES
    ],
)
def test_the_database_refuses_every_other_move(queue_hello, before, after):
    letter = queue_hello()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE mail_letter SET state = %s, claim = id, claimed_at = now(), sent_at = now()",
            [before],
        )
        cursor.execute("SET session_replication_role = origin")

    with pytest.raises(InternalError, match="Invalid transition"):
        Letter.objects.filter(pk=letter.pk).update(state=after)
