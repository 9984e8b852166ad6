"""Letters that were queued by the thousand get their words."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from mail.actions.queueing import draft_of
from mail.letters import Draft, headers_of
from mail.lists import writer_of
from mail.models import Letter, hash_of

Written = tuple[Letter, Draft, dict[str, str]]

log = structlog.get_logger(__name__)


def write_late(*, letters: list[Letter], by: Any = None) -> list[Letter]:
    """Write those of the claimed letters that still have no words. Gives back the failures.

    What a writer stores, such as the hash of a secret in a link, is committed together with the
    words that carry it. Letters change in memory only after that, so it may be asked again when
    the database went away.
    """
    blank: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        if not letter.is_written:
            blank[letter.kind].append(letter)
    failures: list[Letter] = []
    for kind, group in blank.items():
        failures += _write_group(kind, group)
    return failures


def _write_group(kind: str, letters: list[Letter]) -> list[Letter]:
    """One faulty letter must not hold up the others."""
    try:
        with transaction.atomic():
            contexts = writer_of(kind)([letter.related_id for letter in letters])
            drafts = _drafts(kind, letters, contexts)
            _store(drafts)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("letters_not_written", kind=kind, letters=len(letters))
        return letters
    for letter, draft, headers in drafts:
        letter.subject, letter.text, letter.html = draft.subject, draft.text, draft.html
        letter.headers = headers
    return [letter for letter in letters if not letter.is_written]


def _drafts(
    kind: str, letters: list[Letter], contexts: Mapping[str, Mapping[str, Any]]
) -> list[Written]:
    drafts = []
    for letter in letters:
        context = contexts.get(letter.related_id)
        if context is None:
            log.warning("letter_left_out", kind=kind, letter=str(letter.pk))
            continue
        try:
            draft = draft_of(kind, letter.language, context, letter.recipient, letter.list_name)
        except Exception:
            log.exception("letter_not_written", kind=kind, letter=str(letter.pk))
        else:
            drafts.append((letter, draft, _headers(letter)))
    return drafts


def _headers(letter: Letter) -> dict[str, str]:
    return headers_of(list_name=letter.list_name, address_hash=hash_of(letter.recipient))


def _store(drafts: list[Written]) -> None:
    columns = (
        [str(letter.pk) for letter, _draft, _headers in drafts],
        [draft.subject for _letter, draft, _headers in drafts],
        [draft.text for _letter, draft, _headers in drafts],
        [draft.html for _letter, draft, _headers in drafts],
        [json.dumps(headers) for _letter, _draft, headers in drafts],
    )
    with connection.cursor() as cursor:
        cursor.execute(_STORE, columns)


_STORE = """
UPDATE mail_letter
SET subject = words.subject, text = words.text, html = words.html, headers = words.headers
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
    AS words (id, subject, text, html, headers)
WHERE mail_letter.id = words.id
"""
