"""Who may be written to, asked for many proposals at once. Reads only."""

from collections.abc import Mapping, Sequence

from invitations.choices import Refusal
from invitations.emails import LIST, addresses_of
from invitations.models import Invitation
from invitations.pacing import unwanted_among
from mail.actions import suppressed_among
from matching.models import Override


def refusals_of(rows: Sequence[Invitation]) -> dict[int, str]:
    """By invitation: why its company may not be written to, a code of `Refusal`, or nothing.

    The same few queries however many rows; each must have its company with it.
    """
    addresses = addresses_of([row.company for row in rows])
    stopped = suppressed_among(addresses=addresses.values(), list_name=LIST)
    pairs = Override.objects.exclusions().filter(
        challenge__in={row.challenge_id for row in rows},
        company__in={row.company_id for row in rows},
    )
    excluded = set(pairs.values_list("challenge", "company"))
    unwanted = unwanted_among(rows)
    return {
        row.pk: _refusal(row, addresses, stopped=stopped, excluded=excluded)
        or unwanted.get(row.pk, "")
        for row in rows
    }


def _refusal(
    row: Invitation,
    addresses: Mapping[int, str],
    *,
    stopped: set[str],
    excluded: set[tuple[int, int]],
) -> str:
    if not row.company.is_active:
        return Refusal.GONE
    if (row.challenge_id, row.company_id) in excluded:
        return Refusal.EXCLUDED
    if not row.company.wants_invitations:
        return Refusal.OPTED_OUT
    address = addresses.get(row.company_id)
    if not address:
        return Refusal.NO_ADDRESS
    return Refusal.STOPPED if address in stopped else ""
