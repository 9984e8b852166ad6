"""The verbs of invitations: the only code that changes them."""

from invitations.actions.answering import answer, expire, expire_due, revive, take_back_answer
from invitations.actions.collecting import write_next_letters
from invitations.actions.gating import refusals_of
from invitations.actions.proposing import proposal_of, propose
from invitations.actions.reminding import (
    record_reminder_fates,
    remind_due,
    remind_silent,
)
from invitations.actions.sending import (
    propose_again,
    record_fates,
    send,
    withdraw,
    write_note,
)
from invitations.actions.shares import set_shares
from invitations.actions.sharing import recover_rounds, request_round, share_places
from invitations.actions.stopping import stop_reminders
from invitations.actions.telling import tell_invited

__all__ = [
    "answer",
    "expire",
    "expire_due",
    "proposal_of",
    "propose",
    "propose_again",
    "record_fates",
    "record_reminder_fates",
    "recover_rounds",
    "refusals_of",
    "remind_due",
    "remind_silent",
    "request_round",
    "revive",
    "send",
    "set_shares",
    "share_places",
    "stop_reminders",
    "take_back_answer",
    "tell_invited",
    "withdraw",
    "write_next_letters",
    "write_note",
]
