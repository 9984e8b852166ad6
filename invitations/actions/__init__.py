"""The verbs of invitations: the only code that changes them."""

from invitations.actions.answering import (
    answer,
    expire,
    expire_due,
    postpone,
    revive,
    take_back_answer,
    wake_due,
)
from invitations.actions.asking import ask, bring_answers
from invitations.actions.gating import refusals_of
from invitations.actions.nominating import (
    accept_nomination,
    ignore_nomination,
    nominate,
)
from invitations.actions.proposing import proposal_of, propose
from invitations.actions.resending import send_again
from invitations.actions.sending import (
    propose_again,
    record_fates,
    send,
    withdraw,
    write_note,
)
from invitations.actions.shares import set_shares
from invitations.actions.sharing import recover_rounds, request_round, share_places
from invitations.actions.telling import tell_invited

__all__ = [
    "accept_nomination",
    "answer",
    "ask",
    "bring_answers",
    "expire",
    "expire_due",
    "ignore_nomination",
    "nominate",
    "postpone",
    "proposal_of",
    "propose",
    "propose_again",
    "record_fates",
    "recover_rounds",
    "refusals_of",
    "request_round",
    "revive",
    "send",
    "send_again",
    "set_shares",
    "share_places",
    "take_back_answer",
    "tell_invited",
    "wake_due",
    "withdraw",
    "write_note",
]
