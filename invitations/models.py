"""Invitations: letters asking matched companies to look."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.permissions import Person, Role
from challenges.models import Challenge, Question, UntoldNews
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, Network
from companies.models import Company, LawfulGround
from invitations.choices import (
    ANSWERABLE,
    ANSWERED,
    BY_HAND,
    CONCERNED,
    LEAVING,
    MOVES,
    UNWRITTEN,
    WAITING,
    AddressKind,
    DeclineReason,
    NominationKind,
    NominationState,
    Refusal,
    RelayFate,
    RoundState,
    RuleChoice,
    Status,
)
from mail.choices import STOPPED, UNWANTED, LetterState
from mail.models import Letter, LetterQuerySet
from mail.moves import Moves

UNHEARD_OF = models.Q(status=Status.SENT, answered_at=None, not_before=None)
SILENT = UNHEARD_OF & models.Q(reminder=None)

Companies = models.QuerySet[Company] | Iterable[Company]


def _its_letter() -> LetterQuerySet:
    """Of the invitation around, looked up by the letter's key."""
    key = NullIf(NullIf(OuterRef("letter_id"), Value("")), Value(BY_HAND))
    return Letter.objects.filter(pk=Cast(key, models.UUIDField()))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_challenge(self, challenge: Challenge) -> "InvitationQuerySet":
        return self.filter(challenge=challenge)

    def of_companies(self, companies: Companies) -> "InvitationQuerySet":
        """Those the companies may read: letters that were really written to them."""
        return self.filter(company__in=companies).written()

    def managed_by(self, user: Person) -> "InvitationQuerySet":
        return self.filter(challenge__in=Challenge.objects.managed_by(user).values("pk"))

    def waiting(self) -> "InvitationQuerySet":
        """Written, not answered."""
        return self.filter(status__in=WAITING)

    def written(self) -> "InvitationQuerySet":
        """Those with a letter in the outbox or beyond, whatever became of them since."""
        return self.exclude(letter_id="").exclude(status__in=UNWRITTEN)

    def with_place(self) -> "InvitationQuerySet":
        """Those that fill a place of their challenge: written, or waiting for the next letter."""
        is_written = ~models.Q(letter_id="") & ~models.Q(status__in=UNWRITTEN)
        return self.filter(is_written | models.Q(status=Status.HELD))

    def held(self) -> "InvitationQuerySet":
        """Decided while the company had a letter lately; they leave together in the next."""
        return self.filter(status=Status.HELD)

    def silent(self) -> "InvitationQuerySet":
        """Reached, never heard of, not even by *not now*, and never reminded."""
        return self.filter(SILENT)

    def reminded_by(self, letter_ids: Iterable[str]) -> "InvitationQuerySet":
        """Those that these reminders are of, and that nobody has heard of still."""
        return self.filter(UNHEARD_OF, reminder__letter_id__in=letter_ids)

    def behind(self, token_hash: str) -> "InvitationQuerySet":
        """That of a link in its letter or in its reminder."""
        return self.filter(
            models.Q(token_hash=token_hash) | models.Q(reminder__token_hash=token_hash)
        )

    def concerned(self) -> "InvitationQuerySet":
        """Those who hear when the challenge is extended, closed, reopened or withdrawn."""
        return self.written().filter(status__in=CONCERNED)

    def chosen_by_hand(self) -> "InvitationQuerySet":
        return self.filter(status=Status.PROPOSED).exclude(proposed_by=None)

    def suggested(self) -> "InvitationQuerySet":
        """Proposals nobody has touched; each round of sharing out places renews them."""
        return self.filter(status=Status.PROPOSED, proposed_by=None)

    def decided(self) -> "InvitationQuerySet":
        """All but suggestions: a manager's hand or a letter has settled them."""
        return self.exclude(status=Status.PROPOSED, proposed_by=None)

    def asking_since(self, day: date) -> "InvitationQuerySet":
        """Those written on or after the day; what has still to leave is written now."""
        since = models.Q(asked_at__date__gte=day) | models.Q(status__in=LEAVING)
        asked_at = Coalesce("sent_at", "answered_at", "created_at")
        return self.with_place().alias(asked_at=asked_at).filter(since)

    def answered(self) -> "InvitationQuerySet":
        return self.filter(status__in=ANSWERED)

    def whose_letter_is(self, *states: str) -> "InvitationQuerySet":
        return self.filter(Exists(_its_letter().filter(state__in=states)))

    def recipients(self) -> set[tuple[int, str]]:
        """Each company with an address that a letter to it went to; a text by hand has none."""
        address = models.Subquery(_its_letter().values("recipient"))
        return set(self.values_list("company", address))

    def whose_reminder_is_lost(self) -> "InvitationQuerySet":
        """It came back, failed or was reported, and is that of the letter that left last."""
        lost = (LetterState.BOUNCED, LetterState.COMPLAINED, LetterState.FAILED)
        key = Cast(OuterRef("reminder__letter_id"), models.UUIDField())
        letters = Letter.objects.filter(pk=key, state__in=lost).exclude(
            last_error__in=[STOPPED, UNWANTED]
        )
        return self.reminded().filter(Exists(letters))

    def reminded(self) -> "InvitationQuerySet":
        """Silent still after a reminder. One invited anew may have had its reminder before."""
        return self.filter(status=Status.SENT, reminder__created_at__gte=models.F("sent_at"))

    def in_doubt(self) -> "InvitationQuerySet":
        """Nobody knows whether the letter arrived, or the reminder of one that did."""
        return self.left_in_doubt() | self.filter(pk__in=self.reminded_in_doubt().values("pk"))

    def left_in_doubt(self) -> "InvitationQuerySet":
        return self.filter(status=Status.QUEUED).whose_letter_is(LetterState.IN_DOUBT)

    def reminded_in_doubt(self) -> "InvitationQuerySet":
        key = Cast(OuterRef("reminder__letter_id"), models.UUIDField())
        letters = Letter.objects.filter(pk=key, state=LetterState.IN_DOUBT)
        return self.reminded().filter(Exists(letters))

    def came_back(self) -> "InvitationQuerySet":
        """Written, and not taken where it went."""
        return self.filter(status=Status.REFUSED, refused_because=Refusal.NOT_DELIVERABLE)

    def called_unwanted(self) -> "InvitationQuerySet":
        """Their reader reported the letter."""
        return self.filter(status=Status.REFUSED, refused_because=Refusal.COMPLAINED)

    def ready_again(self, day: date) -> "InvitationQuerySet":
        """Those who said *not now* until a day that has come, while there is time to answer."""
        rows = self.filter(status=Status.LATER, not_before__lte=day)
        return rows.filter(challenge__in=Challenge.objects.open().values("pk"))


class OrderQuerySet(models.QuerySet[Any]):
    def waiting(self) -> "OrderQuerySet":
        return self.filter(done_at=None)

    def oldest_first(self) -> "OrderQuerySet":
        return self.order_by("pk")


class Order(models.Model):
    """The word of a manager, which the worker makes true wholly and once, or not at all.

    A request may do nothing but write it. `done_at` is set in the transaction that carries it out;
    `was_closed` says that by then the challenge was no longer open. `number` is how many it meant.
    """

    number = models.PositiveIntegerField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    refused = models.PositiveIntegerField(default=0)
    was_closed = models.BooleanField(default=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        return self.done_at is None


class Sending(Order):
    """That these proposals leave; kept after, as who sent what."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="sendings")
    invitation_ids = ArrayField(models.BigIntegerField(), default=list)
    note = models.TextField(max_length=600, blank=True)
    queued = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    relayed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("sending of invitations")
        verbose_name_plural = _("sendings of invitations")
        indexes = (
            models.Index(
                fields=["id"], name="sending_waiting", condition=models.Q(done_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge_id}: {self.number}"


class Reminding(Order):
    """That those silent are reminded; kept after, as who reminded whom."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="remindings")
    written = models.PositiveIntegerField(default=0)
    too_soon = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("reminding")
        verbose_name_plural = _("remindings")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge"],
                condition=models.Q(done_at__isnull=True),
                name="one_reminding_waits_for_a_challenge",
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge_id}: {self.number}"


class RelayQuerySet(models.QuerySet["Relay"]):
    def of_manager(self, user: Person) -> "RelayQuerySet":
        """Those that a cluster organisation of this manager was asked to pass on."""
        managed = ClusterOrganisation.objects.with_member(user, MemberRole.MANAGER)
        return self.filter(cluster__in=managed)

    def waiting(self) -> "RelayQuerySet":
        return self.filter(fate=RelayFate.WAITING, invitation__status=Status.RELAYED)

    def known_to(self, user: Person) -> "RelayQuerySet":
        """Of companies the manager may name: seen by name anyway, or nominated by them."""
        nominated = LawfulGround.objects.nominations().filter(
            company=OuterRef("invitation__company"), cluster=OuterRef("cluster")
        )
        seen = models.Q(invitation__company__in=Company.objects.visible_to(user))
        return self.of_manager(user).filter(seen | Exists(nominated))


@pghistory.track(fields=["status", "decline_reason"], level=pghistory.Statement)
class Invitation(models.Model):
    """One per challenge and company, whatever happens.

    `total` and `reasons` are the score and its top reasons; they follow the scores until the letter
    is written, which quotes them. Before the day `not_before`, which the company named, nobody asks
    it about this challenge again. One letter may carry several invitations of a company, and its
    fate is that of each. `leaves_at` is when it may leave at the earliest, `not_reminded_at` when
    the company was to be reminded and nobody was allowed to, or it was too soon, the last time.
    `token_hash` belongs to the link in the letter. `attempt` counts proposals, so that a second try
    after a refusal writes a second letter.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="invitations")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PROPOSED, editable=False
    )
    total = models.PositiveSmallIntegerField(_("score"), default=0)
    reasons = models.JSONField(default=list)
    note = models.TextField(_("personal note"), max_length=600, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    letter_id = models.CharField(max_length=40, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    refused_because = models.CharField(max_length=40, choices=Refusal.choices, blank=True)
    decline_reason = models.CharField(
        _("reason"), max_length=20, choices=DeclineReason.choices, blank=True
    )
    not_before = models.DateField(_("not before"), null=True, blank=True)
    answer_note = models.TextField(_("message to the cluster manager"), max_length=600, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    leaves_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    not_reminded_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-total", "company_id")
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company"], name="one_invitation_per_challenge_and_company"
            ),
        )
        indexes = (
            models.Index(fields=["challenge", "status"], name="invitation_of_challenge"),
            models.Index(fields=["company", "status"], name="invitation_of_company"),
            models.Index(fields=["letter_id"], name="invitation_by_letter"),
        )
        triggers = (
            Moves(
                name="allowed_moves",
                field="status",
                transitions=[(str(a), str(b)) for a, b in MOVES],
            ),
        )

    def __str__(self) -> str:
        return f"{self.company}: {self.challenge}"

    def get_absolute_url(self) -> str:
        return reverse("invitations:detail", args=[self.pk])

    @property
    def is_answerable(self) -> bool:
        return self.status in ANSWERABLE

    @property
    def is_suggested(self) -> bool:
        return self.status == Status.PROPOSED and self.proposed_by_id is None

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    @property
    def is_answered(self) -> bool:
        return self.status in ANSWERED

    @property
    def is_listened_to(self) -> bool:
        """Whether what comes by its link is still taken: an answer, a question, a nomination."""
        return self.is_waiting or self.is_answered

    def roles_of(self, user: Person) -> set[Role]:
        return self.challenge.roles_of(user) | self.company.roles_of(user)


class Relay(models.Model):
    """An invitation that the law lets only a cluster organisation the company knows pass on.

    One for each time it was asked. `why` is the gate's reason as data; `how` it ended stands in
    `fate`, with who settled it and when, and for a refusal why.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="relays")
    cluster = models.ForeignKey(
        ClusterOrganisation, on_delete=models.CASCADE, related_name="relays"
    )
    why = models.JSONField(default=dict)
    fate = models.CharField(
        _("status"), max_length=10, choices=RelayFate.choices, default=RelayFate.WAITING
    )
    note = models.CharField(_("why not"), max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = RelayQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("invitation to pass on")
        verbose_name_plural = _("invitations to pass on")
        constraints = (
            models.UniqueConstraint(
                fields=["invitation"],
                condition=models.Q(fate=RelayFate.WAITING),
                name="one_relay_waits_for_an_invitation",
            ),
        )
        indexes = (models.Index(fields=["cluster", "fate"], name="relay_of_cluster"),)
        triggers = (
            pgtrigger.FSM(
                name="settled_once",
                field="fate",
                transitions=[
                    (str(RelayFate.WAITING), str(fate))
                    for fate in RelayFate
                    if fate != RelayFate.WAITING
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.invitation}, {self.cluster}"

    def get_absolute_url(self) -> str:
        return reverse("invitations:relay", args=[self.pk])

    @property
    def is_to_member(self) -> bool:
        """Or else to a company that the cluster organisation said it knows."""
        return self.invitation.company.cluster_memberships.filter(cluster=self.cluster_id).exists()

    @property
    def is_of_own_challenge(self) -> bool:
        """The cluster organisation that asks knows the company, and the law lets nobody else."""
        return self.cluster_id == self.invitation.challenge.lab.cluster_id

    def roles_of(self, user: Person) -> set[Role]:
        return self.cluster.roles_of(user)


class CountryRuleQuerySet(models.QuerySet["CountryRule"]):
    def in_force(self) -> "CountryRuleQuerySet":
        """The newest row of each country and kind of address."""
        return self.order_by("country", "kind", "-pk").distinct("country", "kind")


class CountryRule(models.Model):
    """What the law of a country wants before a first letter to this kind of address.

    A change is a new row: the newest is in force, the others are its history.
    """

    country = CountryField(_("country"))
    kind = models.CharField(_("address"), max_length=10, choices=AddressKind.choices)
    rule = models.CharField(_("rule"), max_length=10, choices=RuleChoice.choices)
    since = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = CountryRuleQuerySet.as_manager()

    class Meta:
        ordering = ("country", "-kind", "-pk")
        verbose_name = _("rule of a country")
        verbose_name_plural = _("rules of countries")
        indexes = (models.Index(fields=["country", "kind", "-id"], name="rule_of_country"),)
        triggers = (
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="never_changed", exclude=["recorded_by"]),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.kind}: {self.rule}"


class NetworkShares(models.Model):
    """What a network wants of the invitations to each of its challenges, in percent."""

    network = models.OneToOneField(
        Network, on_delete=models.CASCADE, primary_key=True, related_name="shares"
    )
    newcomers = models.PositiveSmallIntegerField(
        _("places kept for newcomers"), default=0, validators=[MaxValueValidator(100)]
    )
    cluster = models.PositiveSmallIntegerField(
        _("at most for members of one cluster organisation"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("shares of invitations")
        verbose_name_plural = _("shares of invitations")

    def __str__(self) -> str:
        return str(self.network)


class Round(models.Model):
    """One sharing-out of the places of all open challenges.

    Whoever wants one while another waits has it with that one. `seen_at` is the last sign of life
    of the worker that has it. One that ended is forgotten when the next has.
    """

    state = models.CharField(max_length=10, choices=RoundState.choices, default=RoundState.WAITING)
    wanted_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    written = models.PositiveIntegerField(default=0)
    suggested = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state__in=[RoundState.WAITING, RoundState.RUNNING]),
                name="one_round_waits_and_one_runs",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Standing(models.Model):
    """Where a challenge's candidates stand since the last round.

    `entries` holds for each company's id the reason why it is suggested or waits, as data; prose
    is made in the reader's language. `short` invitations are missing to the minimum. `scored_at`
    is that of the newest score its proposals show.
    """

    challenge = models.OneToOneField(
        Challenge, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    short = models.PositiveSmallIntegerField(default=0)
    scored_at = models.DateTimeField(null=True, blank=True)
    entries = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.challenge_id)


class InvitationQuestion(models.Model):
    """A question that an invited company asked by its link: whom to bring the answer."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="questions")
    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="invited")

    def __str__(self) -> str:
        return str(self.question)


class NominationQuerySet(models.QuerySet["Nomination"]):
    def waiting(self) -> "NominationQuerySet":
        return self.filter(state=NominationState.WAITING)

    def written_to(self) -> "NominationQuerySet":
        """Followed by a letter; without those whose address was erased since."""
        accepted = self.filter(state=NominationState.ACCEPTED)
        return accepted.exclude(letter_id="").exclude(email="")


class Nomination(models.Model):
    """An invited company points at a colleague or another company, with a reason for the manager.

    Nobody is written to before a manager accepts. `company` is set where Labmatch knows it; else
    `country` says whose rules hold, unless it is a colleague, who works where the company is.
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="nominations")
    kind = models.CharField(max_length=10, choices=NominationKind.choices)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    country = CountryField(_("country"), blank=True, default="", db_default="")
    reason = models.TextField(_("reason"), max_length=600, blank=True)
    state = models.CharField(
        max_length=10,
        choices=NominationState.choices,
        default=NominationState.WAITING,
        editable=False,
    )
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Of the letter about it, which may be one that another company's nomination caused.
    letter_id = models.CharField(
        max_length=40, blank=True, default="", db_default="", editable=False
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")

    def __str__(self) -> str:
        return self.name

    @property
    def has_come_back(self) -> bool:
        """Followed once, but the letter never left; it waits to be decided anew."""
        return self.state == NominationState.WAITING and self.decided_at is not None

    def roles_of(self, user: Person) -> set[Role]:
        """Those of the challenge: its managers decide."""
        return self.invitation.challenge.roles_of(user)


class Reminder(models.Model):
    """The one letter that may follow an invitation nobody answered: the key allows no second.

    Its link has a secret of its own, so that the first letter's keeps working; the worker makes it
    when it writes the letter.
    """

    invitation = models.OneToOneField(
        Invitation, on_delete=models.CASCADE, primary_key=True, related_name="reminder"
    )
    letter_id = models.CharField(max_length=40)
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    leaves_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["letter_id"], name="reminder_by_letter"),)

    def __str__(self) -> str:
        return str(self.invitation_id)


class NewsForInvited(UntoldNews):
    """Those invited have not been told yet."""
