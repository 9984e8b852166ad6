"""The verbs of companies: the only code that changes them."""

from companies.actions.claims import (
    claim_by_letter,
    claim_by_manager,
    confirm_claim,
    prove_claim,
    refuse_claim,
)
from companies.actions.many import register_companies
from companies.actions.offers import (
    remove_reference,
    remove_solution,
    save_reference,
    save_solution,
)
from companies.actions.people import (
    accept_colleague_letter,
    change_role,
    hand_over,
    invite_colleague,
    leave,
    reasons_to_stay,
    remove_person,
    resend_colleague_letter,
    withdraw_colleague_letter,
)
from companies.actions.profiles import register_company, retire_company, update_profile
from companies.actions.vouching import end_membership, vouch

__all__ = [
    "accept_colleague_letter",
    "change_role",
    "claim_by_letter",
    "claim_by_manager",
    "confirm_claim",
    "end_membership",
    "hand_over",
    "invite_colleague",
    "leave",
    "prove_claim",
    "reasons_to_stay",
    "refuse_claim",
    "register_companies",
    "register_company",
    "remove_person",
    "remove_reference",
    "remove_solution",
    "resend_colleague_letter",
    "retire_company",
    "save_reference",
    "save_solution",
    "update_profile",
    "vouch",
    "withdraw_colleague_letter",
]
