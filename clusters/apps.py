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
)

if TYPE_CHECKING:
    from accounts.models import User


class ClustersConfig(AppConfig):
    name = "clusters"
    verbose_name = _("Cluster organisations")

    def ready(self) -> None:
        from clusters.actions import reasons_to_stay  # noqa: PLC0415  (models are loaded by now)

        register_memberships(belongings_of)
        register_ties(reasons_to_stay)
        register_notice(
            NoticeKind(
                "access-accepted",
                _("Somebody used the access letter you wrote"),
                _("%(person)s now belongs to %(organisation)s."),
            )
        )
        register_notice(
            NoticeKind(
                "role-changed",
                _("Your role in an organisation was changed"),
                _("Your role in %(organisation)s was changed."),
            )
        )
        register_notice(
            NoticeKind(
                "member-removed",
                _("You were removed from an organisation"),
                _("You no longer belong to %(organisation)s."),
            )
        )


def belongings_of(user: "User") -> Iterator[Belonging]:
    rows = user.organisation_memberships.values_list(
        "role", "organisation", "organisation__name", "organisation__slug"
    )
    for role, organisation_id, name, slug in rows:
        yield Belonging(
            key=f"organisation:{organisation_id}:{role}",
            role=Role(role),
            organisation=name,
            url=reverse("clusters:detail", args=[slug]),
            leave_url=reverse("clusters:leave", args=[slug]),
        )
