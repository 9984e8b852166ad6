"""People: they sign in with an e-mail address."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.registry import notice_kind


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, is_administrator=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from their memberships, except `is_administrator`.

    `one_click` names the role a visitor of the demonstration may take by pressing one button.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language of pages and letters"), max_length=8, blank=True)
    no_mail_until = models.DateField(_("no letters until"), null=True, blank=True)
    is_administrator = models.BooleanField(_("platform administrator"), default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    one_click = models.CharField(max_length=30, blank=True)
    acting_as = models.CharField(max_length=80, blank=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.UniqueConstraint(Lower("email"), name="one_person_per_address"),
            models.UniqueConstraint(
                fields=["one_click"],
                condition=~models.Q(one_click=""),
                name="one_person_per_one_click_role",
            ),
            models.CheckConstraint(
                condition=models.Q(one_click="") | models.Q(is_demonstration=True),
                name="one_click_only_in_the_demonstration",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email.split("@")[0]

    @property
    def has_paused_mail(self) -> bool:
        return self.no_mail_until is not None and timezone.localdate() < self.no_mail_until

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).split(" ")[0]


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: User) -> "NoticeQuerySet":
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def grouped(self, kind: str, group: str) -> "NoticeQuerySet":
        """What one more of this kind and group joins."""
        return self.unread().filter(kind=kind, group=group).exclude(group="")


class Notice(models.Model):
    """A line under the bell: something happened that the person asked to be told of.

    Unread notices of one kind and `group` are one line with a `count`; `group` is the page where
    all of them can be seen.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    group = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="unread_notices"),
        )

    def __str__(self) -> str:
        return sentences([self], reader=self.user)[0]


def sentences(notices: Sequence[Notice], *, reader: User) -> list[str]:
    """What the notices say to their reader, in the language of the page."""
    said: dict[int, str] = {}
    places = range(len(notices))
    for code in {notice.kind for notice in notices}:
        kind = notice_kind(code)
        own = [place for place in places if notices[place].kind == code]
        data: Sequence[Mapping[str, Any]] = [notices[place].data for place in own]
        if kind.fill is not None:
            data = kind.fill(data, reader)
        for place, filled in zip(own, data, strict=True):
            count = notices[place].count
            sentence = kind.several if count > 1 and kind.several else kind.sentence
            said[place] = str(sentence) % {**filled, "count": count}
    return [said[place] for place in places]


class NoticePreference(models.Model):
    """A person's wish for one kind of notice. No row means: on the page yes, by mail yes."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=60)
    on_page = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "kind"], name="one_wish_per_kind"),)

    def __str__(self) -> str:
        return f"{self.kind}: page {self.on_page}, mail {self.by_mail}"


class AdministratorLinkQuerySet(models.QuerySet["AdministratorLink"]):
    def usable(self) -> "AdministratorLinkQuerySet":
        return self.filter(used_at=None, expires_at__gt=Now())


class AdministratorLink(models.Model):
    """The way in for the first administrator: single use, stored hashed, expires."""

    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = AdministratorLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"until {self.expires_at:%Y-%m-%d %H:%M} UTC"
