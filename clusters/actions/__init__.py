"""The verbs of networks, cluster organisations and the people in them."""

from clusters.actions.access import (
    accept_access_letter,
    resend_access_letter,
    withdraw_access_letter,
    write_access_letter,
)
from clusters.actions.organisations import (
    add_to_network,
    create_network,
    create_organisation,
    remove_from_network,
    update_network,
    update_organisation,
)
from clusters.actions.people import (
    change_role,
    hand_over,
    join,
    leave,
    reasons_to_stay,
    remove_member,
)

__all__ = [
    "accept_access_letter",
    "add_to_network",
    "change_role",
    "create_network",
    "create_organisation",
    "hand_over",
    "join",
    "leave",
    "reasons_to_stay",
    "remove_from_network",
    "remove_member",
    "resend_access_letter",
    "update_network",
    "update_organisation",
    "withdraw_access_letter",
    "write_access_letter",
]
