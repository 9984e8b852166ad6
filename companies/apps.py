from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from accounts.registry import (
    Belonging,
    NoticeKind,
    register_memberships,
    register_notice,
    register_ties,
    register_wishes,
)

if TYPE_CHECKING:
    from accounts.models import User

NOTICES = (
    NoticeKind(
        "claim-waiting",
        _("Somebody says that a company of yours is theirs"),
        _("%(person)s asks to speak for %(company)s. Please confirm or refuse."),
    ),
    NoticeKind(
        "claim-confirmed",
        _("Your claim of a company was confirmed"),
        _("You now speak for %(company)s."),
    ),
    NoticeKind(
        "claim-refused",
        _("Your claim of a company was refused"),
        _("The cluster organisation did not confirm that you speak for %(company)s."),
    ),
    NoticeKind(
        "company-vouched",
        _("A cluster organisation named your company as its member"),
        _("%(cluster)s named %(company)s as its member."),
    ),
    NoticeKind(
        "reference-confirmed",
        _("A client confirmed a reference of your company"),
        _("%(organisation)s confirmed your reference “%(reference)s”."),
    ),
    NoticeKind(
        "colleague-accepted",
        _("A colleague you asked now speaks for your company"),
        _("%(person)s now speaks for %(company)s."),
    ),
    NoticeKind(
        "company-role-changed",
        _("Your role in a company was changed"),
        _("Your role in %(company)s was changed."),
    ),
    NoticeKind(
        "company-person-removed",
        _("You were removed from a company"),
        _("You no longer speak for %(company)s."),
    ),
    NoticeKind(
        "list-imported",
        _("A member list was imported"),
        _("The member list %(file)s of %(cluster)s is imported."),
    ),
)


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = _("Companies")

    def ready(self) -> None:
        from companies.actions import reasons_to_stay  # noqa: PLC0415  (models are loaded by now)
        from companies.forms import ReaderWishesForm  # noqa: PLC0415

        register_memberships(belongings_of)
        register_wishes(ReaderWishesForm)
        register_ties(reasons_to_stay)
        for kind in NOTICES:
            register_notice(kind)


def belongings_of(user: "User") -> Iterator[Belonging]:
    rows = user.company_memberships.filter(company__is_active=True).order_by("company__name", "pk")
    named = rows.values_list("role", "company", "company__name", "company__slug")
    for role, company_id, name, slug in named:
        yield Belonging(
            key=f"company:{company_id}:{role}",
            role=Role(role),
            organisation=name,
            url=reverse("companies:detail", args=[slug]),
            leave_url=reverse("companies:leave", args=[slug]),
        )
