"""Whoever calls a letter unwanted has objected."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from companies.actions import write_down
from companies.choices import GroundKind
from companies.models import Company
from invitations.choices import LIST
from invitations.models import Invitation
from mail.choices import LetterState
from mail.models import Letter


@transaction.atomic
def record_complaints(*, letter_ids: Iterable[str], by: User | None = None) -> None:
    """Write it into the ledger of the company, once: no letter of such a list goes there again."""
    letters = Letter.objects.filter(
        pk__in=list(letter_ids), state=LetterState.COMPLAINED, list_name=LIST
    )
    ids = {int(one) for one in letters.about("company").values_list("related_id", flat=True)}
    told = [int(one) for one in letters.about("invitation").values_list("related_id", flat=True)]
    ids.update(Invitation.objects.filter(pk__in=told).values_list("company", flat=True))
    companies = Company.objects.filter(pk__in=ids).exclude(grounds__kind=GroundKind.COMPLAINED)
    locked = companies.select_for_update().order_by("pk").values_list("pk", flat=True)
    write_down(company_ids=locked, kind=GroundKind.COMPLAINED, by=by)
