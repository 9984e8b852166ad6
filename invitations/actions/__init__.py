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
from invitations.actions.collecting import write_next_letters
from invitations.actions.complaining import record_complaints
from invitations.actions.forgetting import forget_companies
from invitations.actions.gating import (
    may_tell,
    may_write,
    refusals_of,
    refusals_to_pass_on,
    still_to_pass_on,
    verdicts_of,
)
from invitations.actions.knowing import take_back_nomination
from invitations.actions.nominating import (
    accept_nomination,
    bring_back_nominations,
    ignore_nomination,
    nominate,
)
from invitations.actions.ordering import (
    carry_out_remindings,
    carry_out_sendings,
    order_reminders,
    order_sending,
)
from invitations.actions.proposing import proposal_of, propose
from invitations.actions.recovering import letters_not_heard_of
from invitations.actions.rejudging import letters_not_allowed, look_again, take_back
from invitations.actions.relaying import (
    ask_to_relay,
    decline_relay,
    end_unwanted_relays,
    pass_on,
    send_as_own,
)
from invitations.actions.reminding import record_reminder_fates, remind_due, remind_silent
from invitations.actions.resending import send_again
from invitations.actions.rules import set_rule
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
from invitations.actions.telling import news_missed, note_news, tell_invited, tell_news
from invitations.actions.writing import write_letters, write_reminders

__all__ = [
    "accept_nomination",
    "answer",
    "ask",
    "ask_to_relay",
    "bring_answers",
    "bring_back_nominations",
    "carry_out_remindings",
    "carry_out_sendings",
    "decline_relay",
    "end_unwanted_relays",
    "expire",
    "expire_due",
    "forget_companies",
    "ignore_nomination",
    "letters_not_allowed",
    "letters_not_heard_of",
    "look_again",
    "may_tell",
    "may_write",
    "news_missed",
    "nominate",
    "note_news",
    "order_reminders",
    "order_sending",
    "pass_on",
    "postpone",
    "proposal_of",
    "propose",
    "propose_again",
    "record_complaints",
    "record_fates",
    "record_reminder_fates",
    "recover_rounds",
    "refusals_of",
    "refusals_to_pass_on",
    "remind_due",
    "remind_silent",
    "request_round",
    "revive",
    "send",
    "send_again",
    "send_as_own",
    "set_rule",
    "set_shares",
    "share_places",
    "still_to_pass_on",
    "stop_reminders",
    "take_back",
    "take_back_answer",
    "take_back_nomination",
    "tell_invited",
    "tell_news",
    "verdicts_of",
    "wake_due",
    "withdraw",
    "write_letters",
    "write_next_letters",
    "write_note",
    "write_reminders",
]
