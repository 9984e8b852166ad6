"""A company was erased: what it had not sent is gone."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from applications.models import Application


@transaction.atomic
def forget_drafts(*, company_ids: Sequence[int], by: User | None = None) -> None:
    """What arrived belongs to those who received it and stays."""
    drafts = Application.objects.filter(company__in=company_ids, submitted_at=None)
    drafts.delete()
