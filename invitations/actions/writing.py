"""The worker writes letters of invitation that were queued by the thousand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from invitations.emails import contexts_of, reminder_contexts_of
from invitations.models import Invitation, Reminder
from invitations.reasons import behind, fill_in, silent_among
from invitations.tokens import hash_of, new_token
from matching.explaining import explain

# What letters say of an invitation and its company.
SAID = (
    *("challenge", "company", "status", "total", "reasons", "note", "letter_id"),
    *("company__name", "company__language", "company__letter_language"),
)


@transaction.atomic
def write_letters(
    invitation_ids: Sequence[str], *, by: None = None
) -> Mapping[str, Mapping[str, Any]]:
    """What each letter says, with a new secret in its link; its hash is stored on the invitation.

    Called by the outbox, which stores the words in the same transaction. A letter that has to be
    written once more gets another secret. Left out are those whose reasons nobody can write down
    at this moment: the outbox tries again later, and gives up after a day.
    """
    rows = list(
        Invitation.objects.filter(pk__in=invitation_ids)
        .select_related("company")
        .only(*SAID)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    silent = _explain(rows)
    rows = [row for row in rows if row.pk not in silent]
    tokens = {row.pk: new_token() for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(tokens), [hash_of(token) for token in tokens.values()]])
    return contexts_of(rows, tokens=tokens)


def _explain(rows: Sequence[Invitation]) -> set[int]:
    """A letter says why: here the worker writes it, and has no need to wait for itself.

    Returns the ids of those that still know no reason.
    """
    matches = behind(rows)
    explain(matches)
    told = [one for one in matches if one.findings is not None]
    Invitation.objects.bulk_update(fill_in(rows, told), ["total", "reasons"])
    return silent_among(rows, matches)


@transaction.atomic
def write_reminders(
    invitation_ids: Sequence[str], *, by: None = None
) -> Mapping[str, Mapping[str, Any]]:
    """The same for reminders; the secret of the first letter keeps working."""
    rows = list(
        Reminder.objects.filter(pk__in=[int(pk) for pk in invitation_ids])
        .select_related("invitation__company")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    tokens = {row.pk: new_token() for row in rows}
    for row in rows:
        row.token_hash = hash_of(tokens[row.pk])
    Reminder.objects.bulk_update(rows, ["token_hash"])
    return reminder_contexts_of(rows, tokens=tokens)


_KEEP = """
UPDATE invitations_invitation SET token_hash = secret.hash
FROM unnest(%s::bigint[], %s::text[]) AS secret (id, hash)
WHERE invitations_invitation.id = secret.id
"""
