import hashlib
import uuid
from datetime import datetime, timedelta

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.encoding import punycode
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from mail import sets  # noqa: F401 - teaches the lookup one_of
from mail.choices import (
    ALLOWED_MOVES,
    FATES,
    REFUSES_US,
    SEVERAL,
    TAKEN_BACK_WITHIN,
    LetterState,
    Priority,
    StopReason,
    states_before,
)
from mail.moves import Moves


def hash_of(address: str) -> str:
    """The trace of an address that outlives its erasure.

    Without a key on purpose: a new secret key must not forget who asked to be left alone.
    """
    return hashlib.sha256(f"labmatch:{tidy(address)}".encode()).hexdigest()


class HashOf(models.Func):
    """The same, of a column, in the database."""

    template = (
        "encode(sha256(convert_to('labmatch:' || lower(trim(%(expressions)s)), 'UTF8')), 'hex')"
    )
    output_field = models.CharField()


def tidy(address: str) -> str:
    return address.strip().lower()


def on_the_wire(address: str) -> str:
    """As mail servers write it: a domain with foreign letters is spelled in plain ones."""
    local, at, domain = tidy(address).rpartition("@")
    try:
        return f"{local}{at}{punycode(domain)}"
    except UnicodeError:
        return tidy(address)


class LetterQuerySet(models.QuerySet["Letter"]):
    def about(self, noun: str, ids: list[str] | None = None) -> "LetterQuerySet":
        found = self.filter(related_noun=noun)
        return found if ids is None else found.filter(related_id__in=[str(one) for one in ids])

    def due(self, at: datetime | None = None) -> "LetterQuerySet":
        return self.filter(state=LetterState.QUEUED, next_attempt_at__lte=at or now())

    def most_urgent_first(self) -> "LetterQuerySet":
        return self.order_by("priority", "next_attempt_at")

    def newest_first(self) -> "LetterQuerySet":
        return self.order_by("-created_at")

    def that_may_become(self, state: str) -> "LetterQuerySet":
        return self.filter(state__in=states_before(state))

    def left_behind(self, state: str, older_than: timedelta) -> "LetterQuerySet":
        """Letters whose worker has not been heard of for so long that it must be gone."""
        return self.filter(state=state, claimed_at__lt=now() - older_than)

    def with_fate_untold(self) -> "LetterQuerySet":
        return self.filter(state__in=FATES, fate_told=False)

    def matching_words(self, words: str) -> "LetterQuerySet":
        return self.filter(
            Q(recipient__icontains=words) | Q(kind__icontains=words) | Q(subject__icontains=words)
        )


@pghistory.track(
    pghistory.UpdateEvent(
        "sent_again",
        condition=pgtrigger.Q(
            old__state__in=[LetterState.IN_DOUBT, LetterState.FAILED],
            new__state=LetterState.QUEUED,
        ),
    ),
    fields=["state", "attempts", "message_id"],
    model_name="LetterHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
)
class Letter(models.Model):
    """One letter to one person, from the moment it is decided until its fate is known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("key"), max_length=200)
    kind = models.CharField(_("kind"), max_length=60)
    list_name = models.CharField(_("list"), max_length=60, blank=True)
    recipient = models.EmailField(_("to"), max_length=254)
    recipient_name = models.CharField(_("name"), max_length=200, blank=True)
    sender = models.CharField(_("from"), max_length=254)
    reply_to = models.CharField(_("replies to"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=320)
    secret = models.BooleanField(_("erased after sending"), default=False)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    related_noun = models.CharField(_("about"), max_length=40, blank=True)
    related_id = models.CharField(_("about which"), max_length=64, blank=True)
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("caused by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("written"), default=now)

    state = models.CharField(
        _("state"), max_length=10, choices=LetterState, default=LetterState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=now)
    claim = models.UUIDField(_("claim"), null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    fate_told = models.BooleanField(_("fate announced"), default=False, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        # Ten thousand rows enter at once: each index here has to be worth its price.
        constraints = [
            models.UniqueConstraint(fields=["key"], name="mail_one_letter_for_each_key"),
            models.CheckConstraint(
                name="mail_sent_letter_has_time",
                condition=~Q(state=LetterState.SENT) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_letter_on_its_way_is_claimed",
                condition=~Q(state__in=[LetterState.CLAIMED, LetterState.SENDING])
                | Q(claim__isnull=False, claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_letter_about_noun_and_id",
                condition=Q(related_noun="", related_id="")
                | (~Q(related_noun="") & ~Q(related_id="")),
            ),
        ]
        indexes = [
            models.Index(
                F("priority"),
                F("next_attempt_at"),
                name="mail_letter_queue",
                condition=Q(state=LetterState.QUEUED),
            ),
            models.Index(
                fields=["claimed_at"],
                name="mail_letter_on_its_way",
                condition=Q(state__in=[LetterState.CLAIMED, LetterState.SENDING]),
            ),
            models.Index(
                fields=["id"],
                name="mail_letter_fate_untold",
                condition=Q(state__in=list(FATES), fate_told=False),
            ),
            models.Index(fields=["related_noun", "related_id"], name="mail_letter_about"),
            models.Index(fields=["-created_at"], name="mail_letter_newest"),
            models.Index(
                fields=["list_name"],
                name="mail_letter_unwanted",
                condition=Q(state=LetterState.COMPLAINED),
            ),
        ]
        triggers = [Moves(name="letter_moves", field="state", transitions=ALLOWED_MOVES)]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"

    @property
    def is_written(self) -> bool:
        """False while a letter queued by the thousand still waits for the worker to write it."""
        return bool(self.subject)


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, address: str) -> "SuppressionQuerySet":
        return self.filter(address_hash=hash_of(address))

    def covering(self, list_name: str) -> "SuppressionQuerySet":
        return self.filter(list_name__in=["", list_name])

    def asked_by_the_reader(self) -> "SuppressionQuerySet":
        return self.filter(reason=StopReason.ASKED)


class Suppression(models.Model):
    """Somebody who must not be written to: on one list, or on all (`list_name` empty).

    Holds no address, only its hash, so that it may outlive everything else known of a person.
    """

    address_hash = models.CharField(_("address hash"), max_length=64)
    list_name = models.CharField(_("list"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=StopReason)
    since = models.DateTimeField(_("since"), default=now)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "list_name", "reason"], name="mail_one_suppression_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.list_name or _('all letters')}"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def of(self, address: str) -> "ObjectionQuerySet":
        return self.filter(address_hash=hash_of(address))

    def standing(self) -> "ObjectionQuerySet":
        return self.filter(taken_back_at=None)


class Objection(models.Model):
    """Somebody told a person that an address wants no letters: what, on which day, and whom.

    A suppression of its own does the stopping, so that a mistaken entry can be taken back without
    touching what others said. Of the address only the hash is kept; when it is erased, the words
    go as well.
    """

    address_hash = models.CharField(_("address hash"), max_length=64)
    said = models.TextField(_("what was said"), max_length=1000)
    heard_on = models.DateField(_("heard on"))
    heard_by = models.CharField(_("who heard it"), max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    taken_back_why = models.CharField(_("why it was a mistake"), max_length=500, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash"],
                condition=Q(taken_back_at=None),
                name="mail_one_objection_stands",
            )
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.heard_on}"

    @property
    def can_be_taken_back(self) -> bool:
        return self.taken_back_at is None and now() < self.to_be_taken_back_until

    @property
    def to_be_taken_back_until(self) -> datetime:
        return self.recorded_at + TAKEN_BACK_WITHIN


class MailServer(models.Model):
    """How the mail server was the last time it was tried. One row, or none before the first time.

    `failures` counts connections in a row that could not be made or broke, and refusals of us.
    `refused` are the first of the recipients at whom it refused us since, as marks that tell them
    apart and name nobody. `moved_at` is written every few seconds while letters leave.
    """

    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    paused_until = models.DateTimeField(_("paused until"), null=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)
    refused = ArrayField(models.CharField(max_length=8), default=list)
    moved_at = models.DateTimeField(_("last letter left"), null=True)

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")

    def __str__(self) -> str:
        return self.error or str(self.moved_at)

    @property
    def refuses_us(self) -> bool:
        return self.failures > 0 and self.error.startswith(REFUSES_US)

    @property
    def takes_nothing(self) -> bool:
        """One recipient, who may be mistyped, is not everybody, unless it never took a letter."""
        return self.refuses_us and (self.moved_at is None or len(self.refused) >= SEVERAL)

    def add_refused(self, recipient: str) -> None:
        mark = hash_of(recipient)[:8]
        if mark not in self.refused and len(self.refused) < SEVERAL:
            self.refused.append(mark)
