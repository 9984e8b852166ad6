"""Forms of signing in and of the account: the library's, in our words, and our own."""

from copy import copy
from datetime import date
from typing import Any
from uuid import uuid4

from allauth.account import forms as library
from allauth.account.models import EmailAddress
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticePreference, User
from accounts.registry import NoticeKind, notice_kinds

ADDRESS = _("E-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
PASSWORD_HINT = _("At least 10 characters, and not one that is easily guessed.")
CODE = _("Code from the letter")


class OurWords(forms.Form):
    """Labels of ours, no placeholders, one password field: a lost one is replaced by mail."""

    labels: dict[str, Any] = {"login": ADDRESS, "email": ADDRESS, "password": PASSWORD}
    hints: dict[str, Any] = {"password": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


class NewPasswordWords(OurWords):
    labels = {"oldpassword": _("Password until now"), "password1": NEW_PASSWORD}
    hints = {"oldpassword": "", "password1": PASSWORD_HINT}


class CodeWords(OurWords):
    labels = {"code": CODE}


class LoginForm(OurWords, library.LoginForm): ...


class ReauthenticateForm(OurWords, library.ReauthenticateForm): ...


class SameWork(OurWords):
    """The library asks the database once more about an address nobody has; so do we of the others.

    Otherwise the clock would tell who has an account.
    """

    def clean_email(self) -> str:
        email: str = super().clean_email()  # type: ignore[misc]
        if EmailAddress.objects.filter(email__iexact=email).exists():
            User.objects.filter(email__iexact=email).exists()
        return email


class RequestLoginCodeForm(SameWork, library.RequestLoginCodeForm): ...


class ResetPasswordForm(SameWork, library.ResetPasswordForm): ...


class AddEmailForm(OurWords, library.AddEmailForm): ...


class ChangePasswordForm(NewPasswordWords, library.ChangePasswordForm): ...


class SetPasswordForm(NewPasswordWords, library.SetPasswordForm): ...


class NewPasswordForm(NewPasswordWords, library.ResetPasswordKeyForm): ...


class ConfirmEmailCodeForm(CodeWords, library.ConfirmEmailVerificationCodeForm): ...


class ConfirmLoginCodeForm(CodeWords, library.ConfirmLoginCodeForm): ...


class ConfirmPasswordCodeForm(CodeWords, library.ConfirmPasswordResetCodeForm): ...


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def language_field(*, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language of pages and letters"),
        choices=settings.LANGUAGES,
        initial=get_language,
        required=required,
    )


class SignUpForm(OurWords, library.SignupForm):
    labels = {"email": ADDRESS, "password1": PASSWORD}
    hints = {"password1": PASSWORD_HINT}
    field_order = ("name", "email", "password1", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field()
        self.fields["language"] = language_field()
        self.order_fields(self.field_order)

    def try_save(self, request: HttpRequest) -> Any:
        """An address that has an account takes as long as a new one, so the clock tells nothing."""
        if self.account_already_exists:
            self._take_as_long(request)
        return super().try_save(request)

    def _take_as_long(self, request: HttpRequest) -> None:
        """Make the account of somebody else, and take it back."""
        other = copy(self)
        other.account_already_exists = False
        other.cleaned_data = {**self.cleaned_data, "email": f"{uuid4().hex}@nobody.invalid"}
        with transaction.atomic():
            EmailAddress.objects.is_verified(other.save(request).email)
            transaction.set_rollback(True)


class AddPasskeyForm(OurWords, passkeys.AddWebAuthnForm):
    """A passkey always signs in by itself; it is never merely a second lock."""

    labels = {"name": _("Name of the passkey")}
    hints = {"name": _("So that you know it again, for example “My laptop”.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": _("My passkey"), "passwordless": True}
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()


class RenamePasskeyForm(OurWords, passkeys.EditWebAuthnForm):
    labels = {"name": _("Name of the passkey")}


class NameForm(forms.Form):
    name = name_field()


class FirstAdministratorForm(forms.Form):
    name = name_field()
    email = forms.EmailField(
        label=ADDRESS, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=PASSWORD,
        help_text=PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = language_field()

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.cleaned_data.get("email", "")))
        return password


class WishesForm(forms.Form):
    """For each kind of notice two boxes: on the page, by mail; and how letters come at all."""

    is_optional = True
    no_mail_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "data-width": "s"}, format="%Y-%m-%d"),
        help_text=_(
            "Until this day neither notices nor invitations come by e-mail; notices wait for you "
            "on the page. Empty: no pause."
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["no_mail_until"] = user.no_mail_until
        self.fields["language"] = language_field(required=False)
        if user.language:
            self.initial["language"] = user.language
        stored = {wish.kind: wish for wish in NoticePreference.objects.filter(user=user)}
        for kind in notice_kinds():
            wish = stored.get(kind.code, NoticePreference())
            self.fields[f"{kind.code}:page"] = forms.BooleanField(
                label=_("On the page"), required=False, initial=wish.on_page
            )
            self.fields[f"{kind.code}:mail"] = forms.BooleanField(
                label=_("By e-mail"), required=False, initial=wish.by_mail
            )

    def rows(self) -> list[tuple[NoticeKind, list[forms.BoundField]]]:
        return [
            (kind, [self[f"{kind.code}:page"], self[f"{kind.code}:mail"]])
            for kind in notice_kinds()
        ]

    def clean_no_mail_until(self) -> date | None:
        """A pause that is over is none."""
        until: date | None = self.cleaned_data["no_mail_until"]
        return until if until is not None and until > timezone.localdate() else None

    def wishes(self) -> dict[str, tuple[bool, bool]]:
        said = self.cleaned_data
        return {
            kind.code: (said[f"{kind.code}:page"], said[f"{kind.code}:mail"])
            for kind in notice_kinds()
        }
