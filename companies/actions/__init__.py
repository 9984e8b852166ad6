"""The verbs of companies: the only code that changes them."""

from companies.actions.many import register_companies
from companies.actions.profiles import (
    end_membership,
    register_company,
    remove_reference,
    remove_solution,
    retire_company,
    save_reference,
    save_solution,
    update_profile,
    vouch,
)

__all__ = [
    "end_membership",
    "register_companies",
    "register_company",
    "remove_reference",
    "remove_solution",
    "retire_company",
    "save_reference",
    "save_solution",
    "update_profile",
    "vouch",
]
