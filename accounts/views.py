"""Pages of a person's own account."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, ListView, TemplateView

from accounts import actions
from accounts.doors import PublicPage, SignedInPage
from accounts.forms import FirstAdministratorForm, NameForm, WishesForm
from accounts.models import AdministratorLink, Notice, sentences
from accounts.problems import AccountProblem
from accounts.registry import WishesPart, wishes_parts
from accounts.tokens import hash_of

# Longer numbers are no ids, and PostgreSQL has no room for them.
LONGEST_ID = 19


def crumbs() -> list[dict[str, str]]:
    return [{"label": _("Your account"), "url": reverse("accounts:home")}]


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page named by `next` when it is one of ours."""
    url = request.POST.get("next", "")
    return redirect(url if get_adapter().is_safe_url(url) else otherwise)


class Home(SignedInPage, TemplateView):
    """Everything about the account on one page, each line with its way to change it."""

    template_name = "accounts/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.person
        return super().get_context_data(
            addresses=EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
            passkeys=Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN),
            languages=settings.LANGUAGES,
            **kwargs,
        )


class Welcome(SignedInPage, TemplateView):
    """After signing up: what would you like to do?"""

    template_name = "accounts/welcome.html"


class ChangeName(SignedInPage, FormView):
    template_name = "accounts/name_form.html"
    form_class = NameForm
    extra_context = {"crumbs": crumbs}

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.person.name}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        user = self.person
        actions.update_name(user=user, name=form.cleaned_data["name"], by=user)
        messages.success(self.request, _("Your name was changed."))
        return redirect("accounts:home")


class ChangeLanguage(PublicPage, View):
    """A person's language is kept with the account, a visitor's in a cookie."""

    def post(self, request: HttpRequest) -> HttpResponse:
        language = request.POST.get("language", "")
        if language not in dict(settings.LANGUAGES):
            raise Http404
        user = request.user
        if user.is_authenticated:
            actions.change_language(user=user, language=language, by=user)
        response = back(request, "/")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


class SwitchRole(SignedInPage, View):
    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            actions.act_as(user=self.person, key=request.POST.get("key", ""), by=self.person)
        except AccountProblem as problem:
            messages.error(request, str(problem))
        return redirect(settings.LOGIN_REDIRECT_URL)


class NoticeList(SignedInPage, ListView):
    template_name = "accounts/notice_list.html"
    context_object_name = "notices"
    paginate_by = settings.PAGE_SIZE

    def get_queryset(self) -> Any:
        return Notice.objects.of(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = list(context["notices"])
        said = sentences(shown, reader=self.person)
        return {**context, "notices": list(zip(shown, said, strict=True))}


class MarkRead(SignedInPage, View):
    """One notice when the button names it, otherwise all."""

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.get("notice", "")
        ids = [int(chosen)] if chosen.isdecimal() and len(chosen) < LONGEST_ID else []
        actions.mark_read(user=self.person, notice_ids=ids if chosen else None, by=self.person)
        return back(request, reverse("accounts:notices"))


class Wishes(SignedInPage, FormView):
    """What a person wants to be told, and how; later rooms ask for more on the same page."""

    template_name = "accounts/wishes_form.html"
    form_class = WishesForm
    extra_context = {"crumbs": crumbs}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.person}

    @cached_property
    def parts(self) -> list[WishesPart]:
        data = self.request.POST if self.request.method == "POST" else None
        return [make(data, user=self.person) for make in wishes_parts()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(parts=self.parts, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """All or nothing; what was typed stands on the page that refuses it."""
        form = self.get_form()
        if all([form.is_valid(), *(part.is_valid() for part in self.parts)]):
            return self.form_valid(form)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    @transaction.atomic
    def form_valid(self, form: WishesForm) -> HttpResponse:
        user = self.person
        said = form.cleaned_data
        if said["language"]:
            actions.change_language(user=user, language=said["language"], by=user)
        actions.change_wishes(
            user=user, wishes=form.wishes(), no_mail_until=said["no_mail_until"], by=user
        )
        for part in self.parts:
            part.save(by=user)
        messages.success(self.request, _("Your wishes were saved."))
        return redirect("accounts:home")


@method_decorator(reauthentication_required, name="get")
@method_decorator(reauthentication_required, name="post")
class DeleteAccount(SignedInPage, TemplateView):
    template_name = "accounts/delete.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reasons = actions.reasons_to_stay(self.person)
        return super().get_context_data(reasons=reasons, crumbs=crumbs, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            actions.delete_account(user=self.person, by=self.person)
        except AccountProblem:
            return redirect("accounts:delete")
        logout(request)
        messages.success(request, _("Your account was deleted."))
        return redirect("/")


class SecretLink(PublicPage, View):
    """Takes a token out of the address and into the session, so that it is seen only once."""

    session_key: str
    target: str

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        request.session[self.session_key] = hash_of(token)
        response = redirect(self.target)
        response["Referrer-Policy"] = "no-referrer"
        return response


class FirstAdministratorLink(SecretLink):
    session_key = "first_administrator"
    target = "accounts:first_administrator"


class FirstAdministrator(PublicPage, FormView):
    template_name = "accounts/first_administrator.html"
    form_class = FirstAdministratorForm

    def dispatch(self, request: HttpRequest) -> HttpResponseBase:
        self.token_hash = request.session.get(FirstAdministratorLink.session_key, "")
        if not AdministratorLink.objects.usable().filter(token_hash=self.token_hash).exists():
            raise Http404
        return super().dispatch(request)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            user = actions.create_first_administrator(
                token_hash=self.token_hash, **form.cleaned_data
            )
        except AccountProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form)
        get_adapter().login(self.request, user)
        return redirect(settings.LOGIN_REDIRECT_URL)
