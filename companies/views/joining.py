"""How a person comes to speak for a company: registering it, or claiming an imported one."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, ListView, TemplateView

from accounts.doors import PermissionPage, SignedInPage
from accounts.permissions import Permission
from accounts.views import SecretLink
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from companies import actions
from companies.choices import Source
from companies.forms import ClaimForm, ClaimSearchForm, RegisterForm
from companies.models import Claim, Company
from companies.problems import CompanyProblem
from companies.views.directory import crumbs
from taxonomy.languages import LANGUAGE_BY_CODE

CLAIMS_SHOWN = 5


class Register(SignedInPage, FormView):
    """The least a company says of itself; the profile comes next."""

    template_name = "companies/register.html"
    form_class = RegisterForm

    def get_initial(self) -> dict[str, Any]:
        language = get_language() or ""
        return {"language": language if language in LANGUAGE_BY_CODE else "en"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=crumbs(), **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        fields = dict(form.cleaned_data)
        fields["email"] = self.request.user.email
        company = actions.register_company(
            name=fields.pop("name"), fields=fields, owner=self.request.user, by=self.request.user
        )
        messages.success(
            self.request,
            _("Your company is here. Say what it can do, and matches follow."),
        )
        return redirect("companies:edit", slug=company.slug, section="offer")

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def claimable() -> QuerySet[Company]:
    """Companies from member lists that nobody speaks for yet."""
    return Company.objects.active().unclaimed().filter(source=Source.IMPORTED)


class ClaimSearch(SignedInPage, TemplateView):
    """Finds a company by its whole name or number. Tells nothing but name and place."""

    template_name = "companies/claim_search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ClaimSearchForm(self.request.GET or None)
        found: list[Company] = []
        if form.is_valid():
            rows = claimable().called(form.cleaned_data["q"].replace("\x00", ""))
            found = list(rows.order_by("-likeness")[:CLAIMS_SHOWN])
        return super().get_context_data(
            form=form, found=found, searched=form.is_bound, crumbs=crumbs(), **kwargs
        )


class ClaimCompany(SignedInPage, FormView):
    """Choose how to prove it. The address on file is never shown."""

    template_name = "companies/claim_form.html"
    form_class = ClaimForm

    def get_company(self) -> Company:
        return get_object_or_404(claimable(), slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        company = self.get_company()
        vouching = ClusterOrganisation.objects.filter(
            company_memberships__company=company, memberships__role=MemberRole.MANAGER
        )
        return super().get_context_data(
            company=company,
            has_address=bool(company.email),
            has_manager=vouching.exists(),
            crumbs=crumbs(),
            **kwargs,
        )

    def form_valid(self, form: BaseForm) -> HttpResponse:
        company, way = self.get_company(), self.request.POST.get("way")
        try:
            if way == "letter":
                actions.claim_by_letter(company=company, by=self.request.user)
                done = _("A letter is on its way to the address on file. Its link works 3 days.")
            elif way == "manager":
                actions.claim_by_manager(
                    company=company,
                    message=form.cleaned_data["message"],
                    by=self.request.user,
                )
                done = _("The cluster organisation is asked. We tell you when it has answered.")
            else:
                raise Http404
        except CompanyProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        messages.success(self.request, done)
        return redirect("companies:mine")

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ClaimLink(SecretLink):
    session_key = "claim"
    target = "companies:claim_prove"


class ProveClaim(SignedInPage, TemplateView):
    """Behind the mailed link. Only the button proves anything."""

    template_name = "companies/claim_prove.html"

    def get_claim(self) -> Claim | None:
        token_hash = self.request.session.get(ClaimLink.session_key, "")
        found = Claim.objects.usable().filter(token_hash=token_hash)
        return found.select_related("company", "user").first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        claim = self.get_claim()
        context = self.get_context_data(
            claim=claim, is_claimant=claim is not None and claim.user_id == request.user.pk
        )
        return self.render_to_response(context, status=200 if claim else 410)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        claim = self.get_claim()
        if claim is None:
            return redirect("companies:claim_prove")
        try:
            actions.prove_claim(claim=claim, by=request.user)
        except CompanyProblem as problem:
            messages.error(request, str(problem))
            return redirect("companies:claim_prove")
        del request.session[ClaimLink.session_key]
        messages.success(request, _("You now speak for %(name)s.") % {"name": claim.company.name})
        return redirect(claim.company)


class ClaimPage(PermissionPage):
    """For managers of cluster organisations."""

    permission = Permission.COMPANY_CONFIRM_CLAIM
    request: HttpRequest

    def get_scope(self) -> ClusterOrganisation:
        managed = ClusterOrganisation.objects.with_member(self.request.user, MemberRole.MANAGER)
        found = managed.first()
        if found is None:
            raise Http404
        return found

    def claims(self) -> QuerySet[Claim]:
        rows = Claim.objects.for_manager(self.request.user).waiting()
        return rows.select_related("company", "user").order_by("created_at")


class ClaimList(ClaimPage, ListView):
    template_name = "companies/claim_list.html"
    context_object_name = "claims"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Claim]:
        return self.claims()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=crumbs(), **kwargs)


class DecideClaim(ClaimPage, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        claim = get_object_or_404(self.claims(), pk=pk)
        words = {"person": str(claim.user), "company": claim.company.name}
        try:
            if request.POST.get("answer") == "confirm":
                actions.confirm_claim(claim=claim, by=request.user)
                done = _("%(person)s now speaks for %(company)s.") % words
            elif request.POST.get("answer") == "refuse":
                actions.refuse_claim(claim=claim, by=request.user)
                done = _("The claim of %(person)s is refused.") % words
            else:
                raise Http404
            messages.success(request, done)
        except CompanyProblem as problem:
            messages.error(request, str(problem))
        return redirect(reverse("companies:claims"))
