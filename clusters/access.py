"""The door of an access letter: the link, and the page that says who asks and for what."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.doors import PublicPage
from accounts.tokens import hash_of
from accounts.views import SecretLink
from clusters import actions
from clusters.models import AccessLetter
from clusters.problems import ClusterProblem


class AccessLink(SecretLink):
    """Whoever holds the link has read the mailbox, so signing up needs no second letter."""

    session_key = "access_letter"
    target = "clusters:access"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        letter = AccessLetter.objects.usable().filter(token_hash=hash_of(token)).first()
        if letter:
            get_adapter().stash_verified_email(request, letter.email)
        return super().get(request, token)


class AccessPage(PublicPage, TemplateView):
    template_name = "clusters/access.html"

    def get_letter(self) -> AccessLetter | None:
        token_hash = self.request.session.get(AccessLink.session_key, "")
        found = AccessLetter.objects.usable().filter(token_hash=token_hash)
        return found.select_related("organisation", "written_by").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        letter = self.get_letter()
        return super().get_context_data(
            letter=letter, is_same_person=letter and self.is_addressed_to_reader(letter), **kwargs
        )

    def is_addressed_to_reader(self, letter: AccessLetter) -> bool:
        user = self.request.user
        if not user.is_authenticated:
            return False
        own = EmailAddress.objects.filter(user=user, verified=True)
        return own.filter(email__iexact=letter.email).exists()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=200 if context["letter"] else 410)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        letter = self.get_letter()
        if letter is None or not request.user.is_authenticated:
            return redirect("clusters:access")
        if not self.is_addressed_to_reader(letter) and "with_my_account" not in request.POST:
            messages.error(request, _("Please say that you want to use this account."))
            return redirect("clusters:access")
        try:
            actions.accept_access_letter(letter=letter, by=request.user)
        except ClusterProblem as problem:
            messages.error(request, str(problem))
            return redirect("clusters:access")
        del request.session[AccessLink.session_key]
        messages.success(request, _("Welcome to %(name)s.") % {"name": letter.organisation.name})
        return redirect(letter.organisation)
