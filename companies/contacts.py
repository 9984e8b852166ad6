"""Where letters to a company go, in which language, and who reads them.

Decided here alone, by the database, for one company as for thousands.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower, NullIf

from accounts.models import User
from companies.choices import CompanyRole
from companies.models import Company, CompanyMember
from mail.models import hash_of

ADDRESS = "post_address"


@dataclass(frozen=True)
class Contact:
    """`address` is empty where none is known."""

    address: str
    language: str


def with_address(rows: QuerySet[Any], company: str = "") -> QuerySet[Any]:
    """Adds the address on file, else that of the first owner, else nothing.

    `company` is the way from a row to its company, for example `company__`.
    """
    owners = CompanyMember.objects.filter(
        company=OuterRef(f"{company}pk"), role=CompanyRole.OWNER
    ).order_by("pk")
    address = Coalesce(
        NullIf(f"{company}email", Value("")),
        Subquery(owners.values("user__email")[:1]),
        Value(""),
    )
    return rows.annotate(**{ADDRESS: address})


def language_at(company: str = "") -> Combinable:
    """Of rows with an address: the language of the person whose confirmed address it is.

    Else what the company chose, or its own language where letters are written in it, or English.
    """
    offered = list(dict(settings.LANGUAGES))
    people = User.objects.filter(language__in=offered)
    return Coalesce(
        Subquery(_accounts(people).values("user__language")[:1]),
        Case(
            *(
                When(**{f"{company}{field}__in": offered}, then=F(f"{company}{field}"))
                for field in ("letter_language", "language")
            ),
            default=Value(settings.LANGUAGE_CODE),
        ),
    )


def contacts_of(company_ids: Collection[int]) -> dict[int, Contact]:
    rows = with_address(Company.objects.filter(pk__one_of=set(company_ids))).order_by()
    told = rows.values_list("pk", ADDRESS, language_at())
    return {pk: Contact(address, language) for pk, address, language in told}


def traces_of(company_ids: Collection[int]) -> dict[int, str]:
    """By company: the hash of the address its letters go to, or nothing."""
    rows = with_address(Company.objects.filter(pk__one_of=set(company_ids))).order_by()
    told = rows.values_list("pk", ADDRESS)
    return {pk: hash_of(address) if address else "" for pk, address in told}


def language_for(company_id: int, address: str) -> str:
    """Of a letter about the company's own affairs to one particular address."""
    rows = Company.objects.filter(pk=company_id).annotate(**{ADDRESS: Value(address)})
    language: str = rows.values_list(language_at(), flat=True).get()
    return language


def reader_at(address: str) -> User | None:
    """Who confirmed this address, whether or not a company is written to there."""
    return User.objects.filter(
        emailaddress__email=address.lower(), emailaddress__verified=True
    ).first()


def readers_among(people: QuerySet[User], companies: QuerySet[Company]) -> dict[int, int]:
    """By company: the one of these people whose confirmed address its letters go to."""
    reader = Subquery(_accounts(people).values("user")[:1])
    rows = with_address(companies).annotate(reader=reader).exclude(reader=None)
    return dict(rows.order_by().values_list("pk", "reader"))


def read_by(people: QuerySet[User]) -> dict[int, int]:
    """The same, for every company whose letters these people get."""
    confirmed = EmailAddress.objects.filter(user__in=people, verified=True)
    addresses = list(confirmed.values_list("email", flat=True))
    on_file = Company.objects.alias(on_file=Lower("email")).filter(on_file__in=addresses)
    owned = CompanyMember.objects.filter(role=CompanyRole.OWNER, user__email__in=addresses)
    by_owner = Company.objects.filter(email="", pk__in=owned.values("company"))
    return readers_among(people, on_file) | readers_among(people, by_owner)


def _accounts(people: QuerySet[User]) -> QuerySet[EmailAddress]:
    """Who of these confirmed the address of the row; the library keeps them in small letters."""
    accounts: QuerySet[EmailAddress] = EmailAddress.objects.filter(
        email=Lower(OuterRef(ADDRESS)), verified=True, user__in=people
    )
    return accounts
