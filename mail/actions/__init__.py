"""The verbs of letters.

How another room sends a letter:

1. Make a folder `templates/emails/<kind>/` with `subject.txt`, `body.txt`, `body.mjml`
   (and `why.txt`, one sentence why the reader gets it). See `mail.letters` for what may stand
   there and in the context.
2. If people must be able to stop such letters, name their list once, in `AppConfig.ready`:
   `mail.lists.add_list("invitations", _("Invitations to challenges"))`.
3. In an action, inside its transaction:

       letter = queue(
           key=f"invite-company:{invitation.pk}",   # the same key never writes twice
           kind="invite-company",
           to=contact.email,
           name=contact.name,
           language=contact.language,
           context={"challenge": challenge.title, "url": own_url(invitation.get_absolute_url())},
           list_name="invitations",
           related=("invitation", invitation.pk),
           by=manager,
       )
       if isinstance(letter, Refusal):
           ...  # str(letter) is a sentence for the manager; nothing was queued

   For thousands, `queue_many` inserts all rows by one statement and the worker writes them.
4. What it asks for is over before it left? `cancel(letter_ids=[…], by=manager)` in the same
   transaction returns the ids of those that were stopped.
   `postpone(letter_ids=[…], until=monday)` lets them wait instead.
5. Listen to `mail.signals.letter_fate_known` (`letter_ids`) and read
   `Letter.objects.filter(id__in=letter_ids).about("invitation")`.

Letters without a list (receipts, sign-in codes) are never suppressed.
"""

from mail.actions.delivering import (
    begin_sending,
    claim_batch,
    give_up,
    put_back,
    record_fate,
    recover_left_behind,
    release,
    send_again,
    tell_fates,
)
from mail.actions.objecting import record_objection, take_back_objection
from mail.actions.pausing import is_paused, note_failure, note_progress
from mail.actions.queueing import Refusal, queue, queue_many, queue_ready_made
from mail.actions.returning import come_back, complain, note_delay, take_event, take_returned
from mail.actions.stopping import (
    cancel,
    forget,
    is_suppressed,
    postpone,
    suppress,
    suppressed_among,
    trust_again,
    unsuppress,
    why_suppressed,
)
from mail.actions.writing import write_late

__all__ = [
    "Refusal",
    "begin_sending",
    "cancel",
    "claim_batch",
    "come_back",
    "complain",
    "forget",
    "give_up",
    "is_paused",
    "is_suppressed",
    "note_delay",
    "note_failure",
    "note_progress",
    "postpone",
    "put_back",
    "queue",
    "queue_many",
    "queue_ready_made",
    "record_fate",
    "record_objection",
    "recover_left_behind",
    "release",
    "send_again",
    "suppress",
    "suppressed_among",
    "take_back_objection",
    "take_event",
    "take_returned",
    "tell_fates",
    "trust_again",
    "unsuppress",
    "why_suppressed",
    "write_late",
]
