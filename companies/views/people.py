"""The people of a company: who is in, asking colleagues, leaving."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from accounts.doors import PublicPage, SignedInPage
from accounts.people import PeoplePage
from accounts.permissions import Permission
from accounts.tokens import hash_of
from accounts.views import SecretLink
from companies import actions
from companies.choices import CompanyRole
from companies.forms import ColleagueForm
from companies.models import ColleagueLetter, Company, CompanyMember
from companies.problems import CompanyProblem
from companies.views.directory import crumbs


class CompanyPeople(PeoplePage):
    permission = Permission.PEOPLE_MANAGE
    secret = True
    roles = CompanyRole.choices
    problem = CompanyProblem
    add_form = ColleagueForm

    def get_scope(self) -> Company:
        """With the reader's own role: the page fetches the others as it shows them."""
        own = Prefetch("members", queryset=CompanyMember.objects.of(self.request.user))
        rows = Company.objects.active().prefetch_related(own)
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    def page(self) -> dict[str, Any]:
        return {
            "title": _("People of %(company)s") % {"company": self.scope.name},
            "lead": _("Who speaks for the company, and who is asked to."),
            "crumbs": crumbs(self.scope),
            "add_title": _("Ask a colleague"),
            "add_hint": _(
                "They get a letter with a link that works once, within 14 days. "
                "Editors edit the profile and apply; owners also decide who else may."
            ),
            "add_button": _("Send the letter"),
        }

    def people(self) -> QuerySet[CompanyMember]:
        return CompanyMember.objects.filter(company=self.scope).order_by(
            "-role", "user__name", "pk"
        )

    def waiting(self) -> QuerySet[ColleagueLetter]:
        return self.scope.colleague_letters.waiting()

    def member(self, pk: int) -> CompanyMember:
        return get_object_or_404(CompanyMember, company=self.scope, pk=pk)

    def letter(self, pk: int) -> ColleagueLetter:
        return get_object_or_404(ColleagueLetter, company=self.scope, pk=pk)

    def do_add(self, form: Form) -> str:
        actions.invite_colleague(company=self.scope, by=self.request.user, **form.cleaned_data)
        return _("The letter is on its way.")

    def do_change_role(self, pk: int, role: str) -> str:
        actions.change_role(member=self.member(pk), role=role, by=self.request.user)
        return _("The role was changed.")

    def do_remove(self, pk: int) -> str:
        actions.remove_person(member=self.member(pk), by=self.request.user)
        return _("The person was removed.")

    def do_hand_over(self, pk: int) -> str:
        actions.hand_over(member=self.member(pk), by=self.request.user)
        return _("You handed over. You are an editor now.")

    def do_resend(self, pk: int) -> str:
        actions.resend_colleague_letter(letter=self.letter(pk), by=self.request.user)
        return _("A new letter is on its way; the earlier link no longer works.")

    def do_withdraw(self, pk: int) -> str:
        actions.withdraw_colleague_letter(letter=self.letter(pk), by=self.request.user)
        return _("The letter was withdrawn; its link no longer works.")


class LeaveCompany(SignedInPage, View):
    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        company = get_object_or_404(Company.objects.of(request.user), slug=slug)
        try:
            actions.leave(company=company, by=request.user)
            messages.success(
                request, _("You no longer speak for %(name)s.") % {"name": company.name}
            )
        except CompanyProblem as problem:
            messages.error(request, str(problem))
        return redirect("accounts:home")


class ColleagueLink(SecretLink):
    """Whoever holds the link has read the mailbox, so signing up needs no second letter."""

    session_key = "colleague_letter"
    target = "companies:colleague"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        letter = ColleagueLetter.objects.usable().filter(token_hash=hash_of(token)).first()
        if letter:
            get_adapter().stash_verified_email(request, letter.email)
        return super().get(request, token)


class ColleaguePage(PublicPage, TemplateView):
    """Who asks, and for what; accepting takes an account and a button."""

    template_name = "companies/colleague.html"

    def get_letter(self) -> ColleagueLetter | None:
        token_hash = self.request.session.get(ColleagueLink.session_key, "")
        found = ColleagueLetter.objects.usable().filter(
            token_hash=token_hash, company__is_active=True
        )
        return found.select_related("company", "written_by").first()

    def is_addressed_to_reader(self, letter: ColleagueLetter) -> bool:
        user = self.request.user
        if not user.is_authenticated:
            return False
        own = EmailAddress.objects.filter(user=user, verified=True)
        return own.filter(email__iexact=letter.email).exists()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        letter = self.get_letter()
        context = self.get_context_data(
            letter=letter, is_same_person=letter and self.is_addressed_to_reader(letter)
        )
        return self.render_to_response(context, status=200 if letter else 410)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        letter = self.get_letter()
        if letter is None or not request.user.is_authenticated:
            return redirect("companies:colleague")
        if not self.is_addressed_to_reader(letter) and "with_my_account" not in request.POST:
            messages.error(request, _("Please say that you want to use this account."))
            return redirect("companies:colleague")
        try:
            actions.accept_colleague_letter(letter=letter, by=request.user)
        except CompanyProblem as problem:
            messages.error(request, str(problem))
            return redirect("companies:colleague")
        del request.session[ColleagueLink.session_key]
        messages.success(request, _("Welcome to %(name)s.") % {"name": letter.company.name})
        return redirect(letter.company)
