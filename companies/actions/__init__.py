"""The verbs of companies: the only code that changes them."""

from companies.actions.claims import (
    claim_by_letter,
    claim_by_manager,
    confirm_claim,
    prove_claim,
    refuse_claim,
)
from companies.actions.erasing import erase_company
from companies.actions.ledger import (
    nominate_company,
    record_ground,
    take_back_nomination,
    trust_address,
    write_down,
)
from companies.actions.lists import (
    check_list,
    discard_list,
    fail_import,
    forget_old_lists,
    import_block,
    map_columns,
    start_import,
    start_undo,
    stuck_lists,
    undo_block,
    upload_list,
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
from companies.actions.references import confirm_reference, take_back_confirmation
from companies.actions.vouching import end_membership, vouch
from companies.actions.wishes import change_reader_wishes

__all__ = [
    "accept_colleague_letter",
    "change_reader_wishes",
    "change_role",
    "check_list",
    "claim_by_letter",
    "claim_by_manager",
    "confirm_claim",
    "confirm_reference",
    "discard_list",
    "end_membership",
    "erase_company",
    "fail_import",
    "forget_old_lists",
    "hand_over",
    "import_block",
    "invite_colleague",
    "leave",
    "map_columns",
    "nominate_company",
    "prove_claim",
    "reasons_to_stay",
    "record_ground",
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
    "start_import",
    "start_undo",
    "stuck_lists",
    "take_back_confirmation",
    "take_back_nomination",
    "trust_address",
    "undo_block",
    "update_profile",
    "upload_list",
    "vouch",
    "withdraw_colleague_letter",
    "write_down",
]
