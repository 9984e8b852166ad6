"""/invitations/: those a company received, or those of all challenges a person manages."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.views.generic import ListView, View

from accounts.doors import SignedInPage
from accounts.permissions import Role
from companies.models import Company
from invitations.fates import steps_of, tallies_of
from invitations.filters import ManagedInvitationFilter
from invitations.models import Invitation, InvitationQuerySet
from invitations.showing import shown_invitations
from look.paging import CappedPaginator

PAGE = 25
CARD = (
    "id", "status", "total", "sent_at", "answered_at", "not_before", "letter_id",
    "decline_reason", "refused_because",
    "company__id", "company__name", "challenge__id", "challenge__slug", "challenge__title",
    "challenge__question", "challenge__status", "challenge__deadline", "challenge__time_zone",
    "challenge__lab__id", "challenge__lab__name", "challenge__lab__city",
)  # fmt: skip


class InvitationsView(SignedInPage, View):
    """Leads a company to what it received, everybody else to what they manage."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        acting = request.acting
        if acting and acting.role in (Role.OWNER, Role.EDITOR):
            return ReceivedView.as_view(company_id=int(acting.key.split(":")[1]))(request)
        return ManagedView.as_view()(request)


class ReceivedView(SignedInPage, ListView):
    """What one company was asked, the newest first."""

    template_name = "invitations/invitation_list_received.html"
    paginate_by = PAGE
    company_id = 0

    @cached_property
    def company(self) -> Company | None:
        return Company.objects.of(self.request.user).filter(pk=self.company_id).first()

    def get_queryset(self) -> QuerySet[Invitation]:
        companies = [self.company] if self.company else []
        rows = Invitation.objects.of_companies(companies)
        return rows.select_related("challenge__lab", "company").only(*CARD).order_by("-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(company=self.company, **kwargs)


class ManagedView(SignedInPage, ListView):
    """Invitations of every challenge the person manages."""

    template_name = "invitations/invitation_list_managed.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    @cached_property
    def filter(self) -> ManagedInvitationFilter:
        rows = Invitation.objects.managed_by(self.request.user)
        rows = rows.select_related("challenge__lab", "company").only(*CARD)
        return ManagedInvitationFilter(self.request.GET, queryset=rows, request=self.request)

    def get_queryset(self) -> QuerySet[Invitation]:
        return self.filter.qs.order_by("-pk")

    @property
    def of_one_challenge(self) -> InvitationQuerySet:
        """Whose results are counted: those of the chosen challenge, or of all."""
        rows = Invitation.objects.managed_by(self.request.user)
        chosen = self.filter.form.cleaned_data.get("challenge")
        return rows.for_challenge(chosen) if chosen else rows

    @property
    def tally_url(self) -> str:
        chosen = self.filter.form.cleaned_data.get("challenge")
        return f"{self.request.path}?challenge={chosen.pk}" if chosen else self.request.path

    @property
    def may_object(self) -> bool:
        """As `Objecting` says, without asking once more what is known of the reader."""
        manages = any(one.role == Role.MANAGER for one in self.request.belongings)
        return manages or self.person.is_administrator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "shown": shown_invitations(list(context["object_list"]), reader=self.request.user),
            "filter": self.filter,
            "manages": any(one.role == Role.MANAGER for one in self.request.belongings),
            "steps": steps_of(self.of_one_challenge),
            "tallies": tallies_of(self.of_one_challenge, self.tally_url),
            "may_object": self.may_object,
            "active": sum(bool(self.request.GET.get(name)) for name in self.filter.filters),
        }
