"""Where letters to a company go."""

from collections.abc import Mapping

from companies.choices import CompanyRole
from companies.models import CompanyMember


def addresses_among(on_file: Mapping[int, str]) -> dict[int, str]:
    """By company: the address on file, else that of the first owner; those without are left out."""
    found = {company: address for company, address in on_file.items() if address}
    lacking = [company for company, address in on_file.items() if not address]
    if lacking:
        owners = CompanyMember.objects.filter(company__in=lacking, role=CompanyRole.OWNER)
        found |= dict(owners.order_by("-pk").values_list("company", "user__email"))
    return found
