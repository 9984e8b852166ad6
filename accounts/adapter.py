"""How the sign-in library behaves here: its letters, its redirects, its limits."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as library_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.mail import EmailMessage
from django.forms import BaseForm, ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# What changed in an account, told to its holder in case it was somebody else.
CHANGES = {
    "account/email/email_changed": _("The e-mail address of your account was changed."),
    "account/email/email_confirm": _("A new e-mail address was confirmed for your account."),
    "account/email/email_deleted": _("An e-mail address was removed from your account."),
    "account/email/password_changed": _("The password of your account was changed."),
    "account/email/password_reset": _("The password of your account was replaced by a new one."),
    "account/email/password_set": _("A password was set for your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
}
TOO_MANY = {"too_many_login_attempts", "rate_limited"}
# A passkey is one of three ways in, not a second lock on the others.
LEFT_OUT_STAGE = "allauth.mfa.stages.AuthenticateStage"


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the reader's language; addresses come from the settings, not from a Host header."""
        change = CHANGES.get(template_prefix)
        prefix = "account/email/account_changed" if change else template_prefix
        words = {**context, "change": change, "now": timezone.now(), "base_url": settings.BASE_URL}
        with translation.override(language_at(email)):
            subject = render_to_string(f"{prefix}_subject.txt", words)
            EmailMessage(
                subject=" ".join(subject.split()),
                body=render_to_string(f"{prefix}_message.txt", words),
                to=[email],
                headers={"X-Letter-Kind": prefix.rpartition("/")[2].replace("_", "-")},
            ).send()

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, **options: Any) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = form.cleaned_data.get("language", "")
        super().save_user(request, user, form, **options)
        return user

    def is_safe_url(self, url: str) -> bool:
        """Only this very host; the library would take any host of the settings."""
        request = library_context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Too many attempts are a page with status 429, whichever form noticed it."""
        if code in TOO_MANY:
            raise ImmediateHttpResponse(respond_429(library_context.request))
        return super().validation_error(code, *args)

    def get_login_stages(self) -> list[str]:
        return [stage for stage in super().get_login_stages() if stage != LEFT_OUT_STAGE]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")


def language_at(email: str) -> str:
    """The language of whoever reads this address, or the one this page is in."""
    found = EmailAddress.objects.filter(email__iexact=email).select_related("user").first()
    if found and found.user.language:
        return str(found.user.language)
    return translation.get_language() or settings.LANGUAGE_CODE
