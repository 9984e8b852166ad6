"""What companies announce."""

from django.dispatch import Signal

# profiles_changed(company_ids=list[int]): profiles were made or edited.
profiles_changed = Signal()
# companies_erased(company_ids=list[int]): what they said of themselves is gone for good.
companies_erased = Signal()
