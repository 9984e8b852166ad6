"""Who may be written to: the one function every letter of this room must pass. Reads only."""

from collections.abc import Collection, Mapping, Sequence

from challenges.models import Challenge
from companies.models import Company
from invitations.choices import Refusal
from invitations.gate import Effect, Recipient, Verdict, judge
from invitations.models import Invitation
from invitations.pacing import unwanted_among
from invitations.recipients import Pair, objection_at, table_in_force, verdicts_on
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
    recipient = Recipient(country=country, address=address, objection=objection_at(address))
    return judge(recipient, table_in_force())


def verdicts_of(rows: Sequence[Invitation]) -> dict[int, Verdict]:
    """The same for invitations, by their ids.

    Besides the gate, a company that has left, that a manager excluded from the challenge or that
    wants no such letter now gets none.
    """
    challenge_ids = {row.challenge_id for row in rows}
    asking = dict(Challenge.objects.filter(pk__in=challenge_ids).values_list("pk", "lab__cluster"))
    pairs = {row.pk: (asking[row.challenge_id], row.company_id) for row in rows}
    verdicts = may_write(set(pairs.values()))
    found = {row.pk: verdicts[pairs[row.pk]] for row in rows}
    found |= _refused(_out_of_the_question(rows))
    leaving = {pk for pk, verdict in found.items() if verdict.is_allowed}
    unwanted = unwanted_among(rows, leaving=leaving)
    refused = {pk for pk, verdict in found.items() if verdict.effect is Effect.REFUSE}
    return found | _refused({pk: code for pk, code in unwanted.items() if pk not in refused})


def _refused(codes: Mapping[int, str]) -> dict[int, Verdict]:
    return {pk: Verdict(Effect.REFUSE, Reason(str(code))) for pk, code in codes.items()}


def _out_of_the_question(rows: Sequence[Invitation]) -> dict[int, str]:
    """Whatever the gate says; who has left is told rather than who is excluded."""
    company_ids = {row.company_id for row in rows}
    challenge_ids = {row.challenge_id for row in rows}
    overrides = Override.objects.exclusions().filter(challenge__in=challenge_ids)
    excluded = set(overrides.values_list("challenge", "company"))
    inactive = Company.objects.filter(pk__one_of=company_ids, is_active=False)
    gone = set(inactive.values_list("pk", flat=True))
    pairs = {row.pk: (row.challenge_id, row.company_id) for row in rows}
    return {
        **{pk: Refusal.EXCLUDED for pk, pair in pairs.items() if pair in excluded},
        **{row.pk: Refusal.GONE for row in rows if row.company_id in gone},
    }


def refusals_of(rows: Sequence[Invitation]) -> dict[int, str]:
    """By invitation: why no letter of ours goes to its company, a code of `Refusal`, or nothing."""
    return {pk: verdict.refusal for pk, verdict in verdicts_of(rows).items()}
