"""Who may be written to: the one function every letter of this room must pass. Reads only."""

from collections.abc import Collection, Sequence

from challenges.models import Challenge
from invitations.choices import LIST, Refusal
from invitations.gate import Effect, Recipient, Verdict, judge
from invitations.models import Invitation
from invitations.pacing import unwanted_among
from invitations.recipients import Pair, table_in_force, verdicts_on
from mail.actions import suppressed_among
from matching.models import Override
from matching.scoring import Reason


def may_write(pairs: Collection[Pair]) -> dict[Pair, Verdict]:
    """For each pair of the cluster organisation that asks and the company: the gate's verdict.

    Invitations, reminders, news of a challenge, nominations and digests all ask here, and only
    what is allowed leaves. As many queries for one pair as for all.
    """
    return verdicts_on(pairs)


def may_write_to(*, address: str, country: str) -> Verdict:
    """The same for the address of somebody who is on no record of ours yet."""
    stopped = bool(suppressed_among(addresses=[address], list_name=LIST))
    objection = Refusal.STOPPED.value if stopped else ""
    recipient = Recipient(country=country, address=address, objection=objection)
    return judge(recipient, table_in_force())


def verdicts_of(rows: Sequence[Invitation]) -> dict[int, Verdict]:
    """The same for invitations, by their ids; each must have its company with it.

    Besides the gate, a company that has left, that a manager excluded from the challenge or that
    wants no such letter now gets none.
    """
    challenge_ids = {row.challenge_id for row in rows}
    asking = dict(Challenge.objects.filter(pk__in=challenge_ids).values_list("pk", "lab__cluster"))
    pairs = {row.pk: (asking[row.challenge_id], row.company_id) for row in rows}
    verdicts = may_write(set(pairs.values()))
    excluded = set(
        Override.objects.exclusions()
        .filter(challenge__in=challenge_ids, company__in={row.company_id for row in rows})
        .values_list("challenge", "company")
    )
    unwanted = unwanted_among(rows)
    return {
        row.pk: _first(row, excluded, unwanted.get(row.pk, ""), verdicts[pairs[row.pk]])
        for row in rows
    }


def refusals_of(rows: Sequence[Invitation]) -> dict[int, str]:
    """By invitation: why no letter of ours goes to its company, a code of `Refusal`, or nothing."""
    return {pk: verdict.refusal for pk, verdict in verdicts_of(rows).items()}


def _first(
    row: Invitation, excluded: set[tuple[int, int]], unwanted: str, verdict: Verdict
) -> Verdict:
    if not row.company.is_active:
        return Verdict(Effect.REFUSE, Reason(Refusal.GONE.value))
    if (row.challenge_id, row.company_id) in excluded:
        return Verdict(Effect.REFUSE, Reason(Refusal.EXCLUDED.value))
    if unwanted and verdict.effect is not Effect.REFUSE:
        return Verdict(Effect.REFUSE, Reason(unwanted))
    return verdict
