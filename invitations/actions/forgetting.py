"""A company was erased: what was written about it, or by it, goes from its invitations."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from invitations.models import Invitation, Nomination, Relay


@transaction.atomic
def forget_companies(*, company_ids: Sequence[int], by: User | None = None) -> None:
    """The invitations stay, without words: that somebody was asked and answered is counted."""
    rows = Invitation.objects.filter(company__in=company_ids)
    rows.update(reasons=[], note="", answer_note="")
    Relay.objects.filter(invitation__in=rows).update(note="")
    about = Q(company__in=company_ids) | Q(invitation__in=rows)
    Nomination.objects.filter(about).update(name="", email="", reason="")
