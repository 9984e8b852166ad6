"""Whoever calls a letter unwanted has objected."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from companies.actions import write_down
from companies.choices import GroundKind
from companies.models import Company, LawfulGround
from invitations.choices import LIST
from invitations.models import Invitation
from mail.choices import LetterState
from mail.models import Letter, LetterQuerySet

_ITSELF = "company"
_ABOUT = ("related_noun", "related_id")


@transaction.atomic
def record_complaints(*, letter_ids: Iterable[str], by: User | None = None) -> None:
    """Write it into the ledger of the company, once: no letter of such a list goes there again."""
    ids = set(_companies_by_letter(_complaints().filter(pk__in=list(letter_ids))).values())
    companies = Company.objects.filter(pk__in=ids).exclude(grounds__kind=GroundKind.COMPLAINED)
    locked = companies.select_for_update().order_by("pk").values_list("pk", flat=True)
    write_down(company_ids=locked, kind=GroundKind.COMPLAINED, by=by)


def complaints_not_written_down() -> list[str]:
    """Ids of letters that were reported, whatever their invitation has become, of companies whose
    ledger does not say so.
    """
    companies = _companies_by_letter(_complaints())
    noted = LawfulGround.objects.filter(kind=GroundKind.COMPLAINED, company__in=companies.values())
    known = set(noted.values_list("company", flat=True))
    return [letter for letter, company in companies.items() if company not in known]


def _complaints() -> LetterQuerySet:
    return Letter.objects.filter(state=LetterState.COMPLAINED, list_name=LIST)


def _companies_by_letter(letters: LetterQuerySet) -> dict[str, int]:
    """What letters are about, as far as that still is there."""
    told = letters.filter(related_noun__in=["company", "invitation"])
    about = {str(pk): (noun, int(one)) for pk, noun, one in told.values_list("pk", *_ABOUT)}
    rows = Invitation.objects.filter(pk__in=[pk for noun, pk in about.values() if noun != _ITSELF])
    companies = dict(rows.values_list("pk", "company"))
    found = {
        letter: pk if noun == _ITSELF else companies.get(pk) for letter, (noun, pk) in about.items()
    }
    return {letter: company for letter, company in found.items() if company is not None}
