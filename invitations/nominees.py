"""Letters to addresses that somebody gave are letters of whoever reads there. Reads only."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, DateTimeField, F, QuerySet, Value, When
from django.db.models.functions import Greatest, Lower
from django.utils import timezone

from companies.contacts import ADDRESS, with_address
from companies.models import Company
from mail.choices import ON_THE_WAY, LetterState
from mail.models import Letter, tidy


class LetterToNominee(NamedTuple):
    """`at` is when it left or will leave."""

    company: int
    letter: str
    at: datetime


def letters_to_nominees(company_ids: Collection[int] | None) -> list[LetterToNominee]:
    """Those that went where a company's letters go. One query where nobody was written to."""
    letters = list(_letters().values_list("recipient", "pk", "at"))
    if not letters:
        return []
    companies = Company.objects.all()
    if company_ids is not None:
        companies = companies.filter(pk__one_of=set(company_ids))
    recipients = {recipient for recipient, *_letter in letters}
    rows = with_address(companies).annotate(reads_at=Lower(ADDRESS)).filter(reads_at__in=recipients)
    readers = list(rows.order_by().values_list("pk", "reads_at"))
    return [
        LetterToNominee(company, str(pk), at)
        for company, address in readers
        for recipient, pk, at in letters
        if recipient == address
    ]


def last_to(address: str, *, besides: str) -> datetime | None:
    """When the last such letter to the address left or will leave, but for the one with this id."""
    letters = _letters().filter(recipient=tidy(address)).exclude(pk=besides)
    return letters.order_by("-at").values_list("at", flat=True).first()


def _letters() -> QuerySet[Any]:
    """Those that never left are left out; there are few of all of them."""
    at = Case(
        When(state__in=ON_THE_WAY, then=Greatest("next_attempt_at", Value(timezone.now()))),
        When(state=LetterState.IN_DOUBT, then=F("claimed_at")),
        default=F("sent_at"),
        output_field=DateTimeField(),
    )
    return Letter.objects.about("nomination").annotate(at=at).exclude(at=None)
