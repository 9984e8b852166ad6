"""What must never be true of companies; see `mail.invariants`."""

from django.db.models import Exists, OuterRef

from companies.choices import CompanyRole
from companies.models import Company, CompanyMember
from mail.invariants import Contradictions


def contradictions() -> Contradictions:
    people = CompanyMember.objects.order_by().filter(company=OuterRef("pk"))
    with_people = Company.objects.order_by().filter(Exists(people))
    return {
        "A company has people and no owner": (
            with_people.exclude(Exists(people.filter(role=CompanyRole.OWNER)))
        ),
    }
