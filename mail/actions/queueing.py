"""Letters enter the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Left, Lower, Trim
from django.utils import translation
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from mail.actions.stopping import is_suppressed
from mail.choices import LetterState, Priority
from mail.letters import Draft, compose, headers_of, stop_url
from mail.models import Letter, hash_of, tidy
from mail.signals import letters_queued
from mail.typed import one_line


@dataclass(frozen=True)
class Refusal:
    """Why a letter was not queued, in words for whoever wanted to send it."""

    reason: str
    text: Promise

    def __str__(self) -> str:
        return str(self.text)


SUPPRESSED = Refusal("suppressed", _("This address asked not to get letters of this kind."))
BAD_ADDRESS = Refusal("bad_address", _("This is not an e-mail address."))


@transaction.atomic
def queue(  # noqa: PLR0913  (a letter has that many parts)
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    name: str = "",
    list_name: str | None = None,
    related: tuple[str, object] | None = None,
    reply_to: str = "",
    secret: bool = False,
    priority: int = Priority.NORMAL,
    by: Any = None,
) -> Letter | Refusal:
    """Write one letter into the outbox, in the caller's transaction.

    A key already used gives back the letter it stands for, unchanged.
    """
    address = tidy(to)
    refusal = _refusal(address, list_name or "")
    if refusal:
        return refusal
    draft = draft_of(kind, language, context, address, list_name or "")
    noun, related_id = related or ("", "")
    return _enter(
        Letter(
            key=key,
            kind=kind,
            list_name=list_name or "",
            recipient=address,
            recipient_name=one_line(name),
            reply_to=one_line(reply_to),
            language=language,
            subject=draft.subject,
            text=draft.text,
            html=draft.html,
            headers=headers_of(list_name=list_name or "", address_hash=hash_of(address)),
            secret=secret,
            priority=priority,
            related_noun=noun,
            related_id=str(related_id),
            caused_by=by,
        )
    )


@transaction.atomic
def queue_ready_made(
    *,
    kind: str,
    to: str,
    title: str,
    blocks: list[dict[str, Any]],
    sender: str = "",
    reply_to: str = "",
    by: Any = None,
) -> Letter | Refusal:
    """A letter whose words a library wrote: urgent, secret, never suppressed."""
    address = tidy(parseaddr(to)[1])
    refusal = _refusal(address, "")
    if refusal:
        return refusal
    language = translation.get_language() or settings.LANGUAGE_CODE
    draft = compose("ready-made", language, {"title": title, "blocks": blocks})
    return _enter(
        Letter(
            key=f"{kind}:{uuid4()}",
            kind=kind,
            recipient=address,
            sender=one_line(sender),
            reply_to=one_line(reply_to),
            language=language,
            subject=draft.subject,
            text=draft.text,
            html=draft.html,
            headers=headers_of(list_name="", address_hash=""),
            secret=True,
            priority=Priority.URGENT,
            caused_by=by,
        )
    )


@transaction.atomic
def queue_many(  # noqa: PLR0913  (the same)
    *,
    kind: str,
    recipients: "QuerySet[Any]",
    key: Any,
    address: Any,
    name: Any,
    language: Any,
    related_noun: str,
    related_id: Any = "pk",
    list_name: str = "",
    reply_to: str = "",
    leaves_at: Any = None,
    priority: int = Priority.BULK,
    by: Any = None,
) -> list[UUID]:
    """Queue a letter for each row of a query, by one INSERT … SELECT, unwritten.

    `key`, `address`, `name`, `language` and `related_id` are expressions over `recipients`
    (a field name or a database function), and so is `leaves_at`, before which the letter waits;
    without it none waits. The worker writes the letters with the writer that
    the room gave to `mail.lists.add_writer(kind, …)`. Suppressed addresses and used keys are
    left out; a caller finds the letters that came to be by `Letter.objects.about(noun, ids)`.
    """
    rows = recipients.annotate(
        letter_key=_as_text(key),
        letter_address=Lower(Trim(_as_text(address))),
        letter_name=Left(_as_text(name), 200),
        letter_language=_as_text(language),
        letter_about=_as_text(related_id),
        letter_leaves_at=Value(now()) if leaves_at is None else leaves_at,
    ).order_by()
    selected = rows.values_list(
        "letter_key",
        "letter_address",
        "letter_name",
        "letter_language",
        "letter_about",
        "letter_leaves_at",
    )
    values = {
        "kind": kind,
        "list_name": list_name,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "reply_to": one_line(reply_to),
        "domain": _domain(),
        "priority": priority,
        "noun": related_noun,
        "caused_by": getattr(by, "pk", None),
        "at": now(),
        "state": LetterState.QUEUED.value,
    }
    sql, parameters = selected.query.sql_with_params()
    names = list(values)
    with connection.cursor() as cursor:
        cursor.execute(
            _BEFORE_ROWS.format(names=", ".join(names), places=", ".join(["%s"] * len(names)))
            + sql
            + _AFTER_ROWS,
            [*values.values(), *parameters],
        )
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        letters_queued.send(sender=Letter, letter_ids=ids)
    return ids


def draft_of(
    kind: str, language: str, context: Mapping[str, Any], address: str, list_name: str
) -> Draft:
    stop = stop_url(address_hash=hash_of(address), list_name=list_name) if list_name else ""
    return compose(kind, language, context, list_name=list_name, stop_url=stop)


def _refusal(address: str, list_name: str) -> Refusal | None:
    try:
        validate_email(address)
    except ValidationError:
        return BAD_ADDRESS
    if list_name and is_suppressed(address=address, list_name=list_name):
        return SUPPRESSED
    return None


def _enter(letter: Letter) -> Letter:
    """The key decides in the database: whoever comes second gets the first one's letter."""
    letter.sender = letter.sender or settings.DEFAULT_FROM_EMAIL
    letter.message_id = f"<{letter.pk}@{_domain()}>"
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    kept = Letter.objects.get(key=letter.key)
    if kept.pk == letter.pk:
        letters_queued.send(sender=Letter, letter_ids=[kept.pk])
    return kept


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _as_text(expression: Any) -> Cast:
    return Cast(F(expression) if isinstance(expression, str) else expression, CharField())


_BEFORE_ROWS = """
INSERT INTO mail_letter (
    id, key, kind, list_name, recipient, recipient_name, sender, reply_to, language,
    subject, text, html, headers, message_id, secret, priority, related_noun, related_id,
    caused_by_id, created_at, state, attempts, next_attempt_at, last_error, fate_told
)
SELECT
    row.id, row.letter_key, fixed.kind, fixed.list_name, row.letter_address, row.letter_name,
    fixed.sender, fixed.reply_to, row.letter_language, '', '', '', '{{}}',
    '<' || row.id || '@' || fixed.domain || '>', false, fixed.priority, fixed.noun,
    row.letter_about, CAST(fixed.caused_by AS bigint), fixed.at, fixed.state, 0,
    row.letter_leaves_at, '', false
FROM (VALUES ({places})) AS fixed ({names}),
    (SELECT gen_random_uuid() AS id, chosen.* FROM (
"""

_AFTER_ROWS = """
    ) AS chosen) AS row
WHERE row.letter_address LIKE '%%_@_%%'
  AND (fixed.list_name = '' OR NOT EXISTS (
      SELECT 1 FROM mail_suppression
      WHERE address_hash
              = encode(sha256(convert_to('labmatch:' || row.letter_address, 'UTF8')), 'hex')
        AND mail_suppression.list_name IN ('', fixed.list_name)
  ))
ON CONFLICT (key) DO NOTHING
RETURNING id
"""
