"""The first pages: home, each role's dashboard, search, and what everybody may read."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from accounts.doors import PublicPage, SignedInPage
from accounts.permissions import Role
from challenges.models import Challenge
from clusters.models import ClusterOrganisation, Network
from companies.models import Company
from companies.profiles import completeness_of
from dashboard.emails import contact_question
from dashboard.forms import ContactForm
from dashboard.funnel import funnel
from dashboard.home import front_page
from dashboard.limits import HOUR, within_limits
from dashboard.needs import of_company, of_manager
from dashboard.search import search
from look.asking import asked
from mail.health import outbox_age
from matching import tasks
from matching.models import Match
from matching.offers import Offers
from matching.reading import under_way
from matching.showing import shown
from matching.views.waiting import WaitingPage, waiting_rows


class HomeView(PublicPage, TemplateView):
    template_name = "dashboard/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | front_page()


class DashboardView(WaitingPage, SignedInPage, TemplateView):
    """The first page of whichever role the person plays now."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        acting = request.acting
        pages = {
            Role.ADMINISTRATOR: self.administrator,
            Role.MANAGER: self.manager,
            Role.PARTNER: self.partner,
            Role.OWNER: self.company,
            Role.EDITOR: self.company,
        }
        name, context = pages[acting.role](acting) if acting else ("newcomer", {})
        self.template_name = f"dashboard/{name}.html"
        return self.render_to_response(self.get_context_data(**context))

    def _organisation(self, acting: Any) -> ClusterOrganisation:
        return get_object_or_404(ClusterOrganisation, pk=acting.key.split(":")[1])

    def administrator(self, acting: Any) -> tuple[str, dict[str, Any]]:
        return "administrator", {
            "organisations": ClusterOrganisation.objects.count(),
            "networks": Network.objects.count(),
            "companies": Company.objects.active().count(),
            "challenges": Challenge.objects.open().count(),
            "newest": ClusterOrganisation.objects.order_by("-pk")[:5],
            "outbox_minutes": int(outbox_age() // 60),
            "reading": under_way(),
        }

    def manager(self, acting: Any) -> tuple[str, dict[str, Any]]:
        organisation = self._organisation(acting)
        own = Challenge.objects.managed_by(self.request.user).filter(lab__cluster=organisation)
        running = list(own.exclude(status__in=["draft", "withdrawn"]).defer("search"))
        open_now = [challenge for challenge in running if challenge.is_open]
        return "manager", {
            "organisation": organisation,
            "needs": of_manager(self.request.user, organisation),
            "open_challenges": sorted(open_now, key=lambda one: one.deadline),
            "members": Company.objects.active().members_of([organisation.pk]).count(),
            "funnel_open": funnel(open_now),
            "funnel_all": funnel(running),
        }

    def partner(self, acting: Any) -> tuple[str, dict[str, Any]]:
        organisation = self._organisation(acting)
        near = Challenge.objects.in_networks_of(self.request.user).open()
        ids = list(near.values_list("pk", flat=True))
        members = Company.objects.active().members_of([organisation.pk])
        best = Match.objects.filter(challenge__in=ids).eligible().select_related("challenge__lab")
        own = best.filter(company__in=members.values("pk")).defer("challenge__search")
        matches = list((own if members.exists() else best).best_first()[:6])
        return "partner", {
            "organisation": organisation,
            "members": members.count(),
            "of_own_members": members.exists(),
            "challenge_count": len(ids),
            **self.best(matches, own_clusters={organisation.pk}),
            "challenges": list(
                near.select_related("lab").defer("search").order_by("-published_at")[:5]
            ),
        }

    def company(self, acting: Any) -> tuple[str, dict[str, Any]]:
        company = get_object_or_404(
            Company.objects.of(self.request.user), pk=acting.key.split(":")[1]
        )
        best = [match for match in Offers(company)[:3] if match.is_eligible]
        percent, missing = completeness_of(company)
        return "company", {
            "company": company,
            "needs": of_company(company),
            "percent": percent,
            "missing": missing,
            **self.best(best, own_clusters=set()),
        }

    def best(self, matches: list[Match], *, own_clusters: set[int]) -> dict[str, Any]:
        tasks.ring_for(matches)
        found = shown(matches, reader=self.request.user, own_clusters=own_clusters)
        return {"shown": found, **waiting_rows(self.request, found)}


class SearchView(PublicPage, TemplateView):
    template_name = "dashboard/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = asked(self.request, "q").strip()[:200]
        groups = search(words, self.request.user)
        return super().get_context_data(**kwargs) | {"words": words, "groups": groups}


class ContactView(PublicPage, FormView):
    """A question to whoever runs this installation, or the challenge that the address names.

    Nothing typed is lost on an error.
    """

    template_name = "dashboard/contact.html"
    form_class = ContactForm
    success_url = reverse_lazy("dashboard:contact_sent")

    def get_initial(self) -> dict[str, Any]:
        user = self.request.user
        return {"name": user.name, "email": user.email} if user.is_authenticated else {}

    @cached_property
    def challenge(self) -> Challenge | None:
        readable = Challenge.objects.visible_to(self.request.user).select_related("lab")
        slug = asked(self.request, "challenge")
        return get_object_or_404(readable, slug=slug) if slug else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(challenge=self.challenge, **kwargs)

    def form_valid(self, form: ContactForm) -> HttpResponse:
        if form.cleaned_data.pop("website"):
            return super().form_valid(form)
        if not within_limits(self.request, email=form.cleaned_data["email"]):
            context = self.get_context_data(form=form, too_many=True)
            return self.render_to_response(context, status=429, headers={"Retry-After": str(HOUR)})
        with transaction.atomic():
            contact_question(**form.cleaned_data, challenge=self.challenge)
        return super().form_valid(form)


class PlainPage(PublicPage, TemplateView):
    """A page that is the same for everybody."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"contact_email": settings.CONTACT_EMAIL}


class RobotsView(PublicPage, TemplateView):
    template_name = "dashboard/robots.txt"
    content_type = "text/plain"
