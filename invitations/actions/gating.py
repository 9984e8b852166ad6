"""Who may be written to: the one function every letter of this room must pass. Reads only."""

from collections.abc import Collection, Mapping, Sequence

from challenges.models import Challenge
from companies.models import Company
from invitations.choices import UNTIL_NEXT_MONTH, Refusal, RelayFate, Status
from invitations.gate import WANTING, Effect, Recipient, Verdict, judge
from invitations.models import Invitation, Relay, RelayQuerySet
from invitations.pacing import unwanted_among
from invitations.recipients import (
    Pair,
    acquainted,
    objection_at,
    table_in_force,
    verdicts_on,
)
from matching.models import Override
from matching.scoring import Reason

# What keeps our letters from a company, and not the word of somebody who knows it.
NO_OBJECTION = (*WANTING, Refusal.NO_ADDRESS, Refusal.DEAD_ADDRESS)


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
    return _verdicts(rows, _asking(rows))


def refusals_of_letters(rows: Sequence[Invitation]) -> dict[int, str]:
    """By invitation: why the letter that waits to leave must not, or nothing.

    Each is judged as that of whoever writes it: what a cluster organisation sends to its own member
    is its own letter. How many a month are enough was settled when the letter was queued, for it
    is counted among them.
    """
    verdicts = _verdicts(rows, _asking(rows) | _senders_of_relayed(rows))
    refusals = {pk: verdict.refusal for pk, verdict in verdicts.items()}
    return {pk: "" if why in UNTIL_NEXT_MONTH else why for pk, why in refusals.items()}


def refusals_to_pass_on(relays: Sequence[Relay]) -> dict[int, str]:
    """By invitation: why nobody may pass it on to the company any more, or nothing.

    Acquaintances need no request, and may know of a better address. That the company had its
    letters of this month is no reason either: next month has others. Who neither vouches for the
    company any more nor says that it knows it is no acquaintance. `relays` have their invitations
    with them.
    """
    rows = [relay.invitation for relay in relays]
    pairs = {
        relay.invitation_id: (relay.cluster_id, relay.invitation.company_id) for relay in relays
    }
    verdicts = may_write(set(pairs.values()))
    found = {pk: verdicts[pair].refusal for pk, pair in pairs.items()}
    found = {pk: "" if why in NO_OBJECTION else why for pk, why in found.items()}
    near = acquainted(set(pairs.values()))
    found |= {
        pk: Refusal.NOT_PASSED_ON
        for pk, pair in pairs.items()
        if pair not in near and not found[pk]
    }
    wishes = unwanted_among(rows, leaving=()).items()
    found |= {pk: why for pk, why in wishes if why not in UNTIL_NEXT_MONTH and not found[pk]}
    return found | _out_of_the_question(rows)


def still_to_pass_on(relays: RelayQuerySet) -> RelayQuerySet:
    """Those that wait and that nothing stands against this very moment, whenever the sweep comes.

    All of them are judged, so that a count and the pages of a list say the same.
    """
    judged = ("cluster", "invitation__challenge", "invitation__company")
    waiting = list(relays.waiting().select_related("invitation").only(*judged))
    refusals = refusals_to_pass_on(waiting) if waiting else {}
    return relays.filter(pk__in=[one.pk for one in waiting if not refusals[one.invitation_id]])


def may_tell(rows: Sequence[Invitation]) -> dict[int, bool]:
    """By invitation: whether its company may get news of the challenge.

    An answer *interested* asks for it where the law of the country wants a request. What a company
    wishes of invitations says nothing about the news of one it has. One that has left hears none.
    """
    asking = _asking(rows)
    verdicts = may_write({(asking[row.pk], row.company_id) for row in rows})
    found = {row.pk: verdicts[asking[row.pk], row.company_id] for row in rows}
    has_asked = {row.pk for row in rows if row.status == Status.INTERESTED}
    gone = _gone({row.company_id for row in rows})
    return {
        row.pk: row.company_id not in gone
        and (
            found[row.pk].is_allowed
            or (found[row.pk].is_for_want_of_request and row.pk in has_asked)
        )
        for row in rows
    }


def _asking(rows: Sequence[Invitation]) -> dict[int, int]:
    """By invitation: the cluster organisation of its challenge."""
    challenges = Challenge.objects.filter(pk__in={row.challenge_id for row in rows})
    asking = dict(challenges.values_list("pk", "lab__cluster"))
    return {row.pk: asking[row.challenge_id] for row in rows}


def _senders_of_relayed(rows: Sequence[Invitation]) -> dict[int, int]:
    """By invitation: the cluster organisation that sends it as its own letter."""
    queued = [row.pk for row in rows if row.status == Status.QUEUED]
    relays = Relay.objects.filter(fate=RelayFate.LETTER, invitation__in=queued).order_by("pk")
    return dict(relays.values_list("invitation", "cluster"))


def _verdicts(rows: Sequence[Invitation], asking: Mapping[int, int]) -> dict[int, Verdict]:
    pairs = {row.pk: (asking[row.pk], row.company_id) for row in rows}
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
    gone = _gone(company_ids)
    pairs = {row.pk: (row.challenge_id, row.company_id) for row in rows}
    return {
        **{pk: Refusal.EXCLUDED for pk, pair in pairs.items() if pair in excluded},
        **{row.pk: Refusal.GONE for row in rows if row.company_id in gone},
    }


def _gone(company_ids: set[int]) -> set[int]:
    """Those that have left Labmatch."""
    inactive = Company.objects.filter(pk__one_of=company_ids, is_active=False)
    return set(inactive.values_list("pk", flat=True))


def refusals_of(rows: Sequence[Invitation]) -> dict[int, str]:
    """By invitation: why no letter of ours goes to its company, a code of `Refusal`, or nothing."""
    return {pk: verdict.refusal for pk, verdict in verdicts_of(rows).items()}
