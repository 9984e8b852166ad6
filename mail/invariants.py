"""What must never be true, as sentences with the rows that would make them true: of letters.

Each room has such a module; `./labmatch manage check_invariants` asks them all.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count

from mail.choices import LetterState
from mail.models import Letter

# Rows, or their keys, none of which is read before somebody asks.
Contradictions = dict[str, Iterable[Any]]

# The mail server has, or may have, this letter.
HANDED_OVER = (
    LetterState.SENDING,
    LetterState.SENT,
    LetterState.IN_DOUBT,
    LetterState.BOUNCED,
    LetterState.COMPLAINED,
)
WAY_OUT = ("List-Unsubscribe", "List-Unsubscribe-Post")


def contradictions() -> Contradictions:
    rows = Letter.objects.order_by()
    handed_over = rows.filter(state__in=HANDED_OVER)
    shared = rows.values("message_id").annotate(letters=Count("pk")).filter(letters__gt=1)
    found: Contradictions = {
        "A letter left without words": handed_over.filter(subject="", secret=False),
        "A letter of a list left without the way to stop it": (
            handed_over.exclude(list_name="").exclude(headers__has_keys=WAY_OUT)
        ),
        "Two letters bear one Message-ID": rows.filter(message_id__in=shared.values("message_id")),
    }
    if not settings.OUTBOX_OPEN:
        sent = rows.filter(state=LetterState.SENT, secret=True)
        found["A letter that held a code left and still holds it"] = sent.exclude(text="", html="")
    return found
