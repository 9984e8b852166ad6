"""Companies, what they offer and have done, who speaks for them, and where they come from."""

from companies.models.company import ClusterMembership, Company, CompanyMember, CompanyQuerySet
from companies.models.grounds import LawfulGround
from companies.models.letters import Claim, ColleagueLetter
from companies.models.lists import MemberList, MemberListRow
from companies.models.offers import Reference, Solution
from companies.models.wishes import ReaderWishes

__all__ = [
    "Claim",
    "ClusterMembership",
    "ColleagueLetter",
    "Company",
    "CompanyMember",
    "CompanyQuerySet",
    "LawfulGround",
    "MemberList",
    "MemberListRow",
    "ReaderWishes",
    "Reference",
    "Solution",
]
