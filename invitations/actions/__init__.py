"""The verbs of invitations: the only code that changes them."""

from invitations.actions.answering import answer, expire, revive, take_back_answer
from invitations.actions.proposing import propose, propose_best
from invitations.actions.sending import (
    propose_again,
    record_fates,
    refusal_for,
    send,
    withdraw,
)

__all__ = [
    "answer",
    "expire",
    "propose",
    "propose_again",
    "propose_best",
    "record_fates",
    "refusal_for",
    "revive",
    "send",
    "take_back_answer",
    "withdraw",
]
