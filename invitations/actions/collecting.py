"""The next letter of a company that had one lately: all invitations decided meanwhile in one."""

from collections.abc import Mapping, Sequence
from time import monotonic

from django.db import transaction

from challenges.models import Challenge
from companies.models import Company
from invitations.actions.gating import refusals_of
from invitations.actions.proposing import renew_reasons
from invitations.actions.sending import queue_letters
from invitations.choices import UNTIL_NEXT_MONTH, Refusal, Status
from invitations.emails import collect_for_company
from invitations.models import Invitation
from invitations.pacing import (
    had_one_lately,
    hold_letters_apart,
    is_time_for,
    next_letter_at,
)
from invitations.reasons import silent_among
from invitations.tokens import hash_of, new_token
from mail.actions import Refusal as NotQueued
from mail.actions import postpone
from matching.explaining import explain
from matching.models import Match

# A task of its own follows for the rest.
SECONDS = 60.0
# Why the outbox takes no letter, as a reason on the invitation.
BECAUSE = {"suppressed": Refusal.STOPPED, "bad_address": Refusal.NO_ADDRESS}


def write_next_letters(*, seconds: float = SECONDS, by: None = None) -> int:
    """Write to every company whose pause is over and that works now. Returns how many letters.

    Each company in a transaction of its own, so twice at the same time writes nothing twice.
    """
    ends = monotonic() + seconds
    written = 0
    for company in _due():
        if monotonic() > ends:
            break
        written += _write_next(company)
    return written


def _due() -> list[Company]:
    held = Invitation.objects.held().order_by().values("company")
    companies = list(Company.objects.filter(pk__in=held).order_by("pk"))
    too_soon = had_one_lately([company.pk for company in companies])
    return [
        company
        for company in companies
        if company.pk not in too_soon and is_time_for(str(company.country))
    ]


@transaction.atomic
def _write_next(company: Company) -> bool:
    rows = _locked(company)
    if not rows or had_one_lately([company.pk]):
        return False
    to_ask = _without_refused(rows, refusals_of(rows))
    if not to_ask:
        return False
    alone = len(to_ask) == 1
    asked = queue_letters(to_ask, by=to_ask[0].proposed_by) if alone else _written_together(to_ask)
    return bool(asked)


def _locked(company: Company) -> list[Invitation]:
    """Challenges first, as everywhere: one that closes meanwhile waits, or its invitations go.

    Those whose reasons nobody can write down yet go into a later letter; where there are no others,
    one has a letter of its own, which does not wait for ever (`write_letters`).
    """
    held = Invitation.objects.held().filter(company=company)
    ids = held.order_by().values_list("challenge", flat=True)
    challenges = Challenge.objects.filter(pk__in=list(ids)).order_by("pk")
    open_ones = [one for one in challenges.select_for_update(no_key=True) if one.is_open]
    hold_letters_apart()
    looked_at: list[Match] = []
    for challenge in open_ones:
        matches = list(Match.objects.for_challenge(challenge).for_companies([company]))
        # A letter says why: here the worker writes it, and has no need to wait for itself.
        explain(matches)
        renew_reasons(challenge, matches)
        looked_at += matches
    rows = held.filter(challenge__in=open_ones).select_for_update(of=("self",))
    rows = rows.select_related("company", "challenge__lab__cluster", "proposed_by")
    found = list(rows.order_by("-total", "pk"))
    silent = silent_among(found, looked_at)
    return [row for row in found if row.pk not in silent] or found[:1]


def _without_refused(rows: Sequence[Invitation], refusals: Mapping[int, str]) -> list[Invitation]:
    """What stands against a company may have come up while its invitations waited.

    One that had its letters of this month goes on waiting: next month has others.
    """
    for row in rows:
        if refusals[row.pk] not in ("", *UNTIL_NEXT_MONTH):
            row.status, row.refused_because = Status.REFUSED, refusals[row.pk]
    refused = [row for row in rows if row.status == Status.REFUSED]
    Invitation.objects.bulk_update(refused, ["status", "refused_because"])
    return [row for row in rows if not refusals[row.pk]]


def _written_together(rows: list[Invitation]) -> list[Invitation]:
    tokens = [new_token() for _row in rows]
    letter = collect_for_company(invitations=rows, tokens=tokens)
    if isinstance(letter, NotQueued):
        because = BECAUSE[letter.reason]
        _without_refused(rows, {row.pk: because for row in rows})
        return []
    leaves_at = next_letter_at(country=str(rows[0].company.country))
    postpone(letter_ids=[str(letter.pk)], until=leaves_at)
    for row, token in zip(rows, tokens, strict=True):
        row.status, row.letter_id = Status.QUEUED, str(letter.pk)
        row.token_hash, row.leaves_at = hash_of(token), leaves_at
    Invitation.objects.bulk_update(rows, ["status", "letter_id", "token_hash", "leaves_at"])
    return rows
