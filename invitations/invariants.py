"""What must never be true of invitations; see `mail.invariants`."""

from datetime import timedelta

from django.db.models import CharField, Exists, F, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from companies.models import LawfulGround
from invitations.choices import ANSWERED, BY_HAND, WAITING, NominationState, RelayFate, Status
from invitations.models import Invitation, Nomination, Relay, Reminder
from mail.choices import LetterState
from mail.invariants import Contradictions
from mail.models import Letter

# What was told of a letter is heard a moment later, or at the next sweep.
BELL = timedelta(minutes=10)


def contradictions() -> Contradictions:
    rows = Invitation.objects.order_by()
    queued = rows.filter(status=Status.QUEUED)
    own = Letter.objects.order_by().alias(name=Cast("pk", CharField()))
    own = own.filter(name=OuterRef("letter_id"))
    left = own.filter(state=LetterState.SENT, fate_told=True, sent_at__lt=timezone.now() - BELL)
    asked = Relay.objects.order_by()
    ignored = Nomination.objects.order_by().filter(state=NominationState.IGNORED)
    known = LawfulGround.objects.order_by().nominations()
    known = known.filter(
        company=OuterRef("invitation__company"),
        cluster=OuterRef("cluster"),
    )
    return {
        "An invitation left, or waits to leave, in no letter": (
            rows.filter(status__in=WAITING, letter_id="")
        ),
        "An invitation waits for a letter that is not there": (
            queued.exclude(letter_id__in=["", BY_HAND]).exclude(Exists(own))
        ),
        "An invitation was never told that its letter left": queued.filter(Exists(left)),
        "An answer has no time": rows.filter(status__in=ANSWERED, answered_at=None),
        # A second try keeps the reminder of the first, whose letter did leave.
        "A reminder follows an invitation that never left": (
            Reminder.objects.order_by().filter(
                invitation__sent_at=None, invitation__answered_at=None, invitation__attempt=1
            )
        ),
        "Somebody is still asked to pass on an invitation that is past that": (
            asked.filter(fate=RelayFate.WAITING).exclude(
                invitation__status__in=[Status.RELAYED, *ANSWERED]
            )
        ),
        "An organisation is asked to pass on what it asks itself, to a company it does not know": (
            asked.filter(cluster=F("invitation__challenge__lab__cluster")).exclude(Exists(known))
        ),
        "The address of somebody who was not written to is still kept": ignored.exclude(email=""),
    }
