"""Matches: the scored pairs of challenges and companies."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Person
from challenges.models import Challenge
from companies.models import Company
from matching.choices import RunState
from matching.models.override import Override, OverrideQuerySet
from matching.scoring.criteria import CRITERIA
from matching.scoring.findings import Condition, Finding

Companies = models.QuerySet[Company] | Iterable[Company]

# How names of weights begin that a manager chose for one challenge.
OF_ONE_CHALLENGE = "challenge-"

ABOVE_ALL = 2000  # tenths of a point: twice what a score can have


class CorpusSnapshot(models.Model):
    """Corpus statistics of one moment. Scores made under one snapshot can be compared."""

    statistics = models.BinaryField()
    engine_version = models.CharField(max_length=40)
    companies = models.PositiveIntegerField()
    encoders = ArrayField(models.CharField(max_length=80), default=list)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.pk} ({self.companies})"


class ProfileTerms(models.Model):
    """The words of a profile as numbers, made once per revision.

    `readings` grows whenever an encoder has read the profile: what was scored before that is
    scored again.
    """

    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )
    revision = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField()
    vector = models.BinaryField()
    profile_hash = models.CharField(max_length=64, default="")
    readings = models.PositiveIntegerField(db_default=0)

    def __str__(self) -> str:
        return f"{self.company_id} r{self.revision}"


class ProfileMeaning(models.Model):
    """The passages of a profile as vectors of one encoder, made once per revision.

    `hashes` name the texts, so that an edit encodes only what it changed; none where the encoder
    does not read the company's language.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="meanings")
    encoder = models.CharField(max_length=80)
    revision = models.PositiveIntegerField()
    hashes = ArrayField(models.CharField(max_length=32))
    vectors = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["company", "encoder"], name="one_meaning_per_company_and_encoder"
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} r{self.revision} {self.encoder}"


class BriefMeaning(models.Model):
    """A brief as vectors of one encoder: the whole, then its parts.

    `hashes` name the texts, so that an edit encodes only what it changed. The revision before
    stays until the new one is scored: its matches may still be explained.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="meanings")
    encoder = models.CharField(max_length=80)
    revision = models.PositiveIntegerField()
    hashes = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    vectors = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "encoder", "revision"],
                name="one_meaning_per_brief_and_encoder",
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge_id} r{self.revision} {self.encoder}"


class MatchRunQuerySet(models.QuerySet["MatchRun"]):
    def measured(self) -> "MatchRunQuerySet":
        """Those with all that a pair is scored from later."""
        done = self.filter(state=RunState.DONE)
        return done.exclude(snapshot=None).exclude(brief=None)

    def newest(self) -> "MatchRunQuerySet":
        """Of these runs the newest of each challenge."""
        order = self.order_by("challenge_id", "-pk").distinct("challenge_id")
        return self.filter(pk__in=order.values("pk"))


class MatchRun(models.Model):
    """One scoring of a challenge against every company, with its progress and what it counted.

    Until the next run, `bar` is the total that takes an edited company among the stored matches
    (`bar_ineligible`: one that is not eligible). `brief` is what it was asked (see
    `scoring.Brief.to_data`), so that its matches can be explained at any time. A run is settled
    once the companies' rankings know it and profiles edited meanwhile are scored anew, and
    explained once the matches that most people look at have their findings. `seen_at` is the last
    sign of life of the worker that has it.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="match_runs")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    snapshot = models.ForeignKey(
        CorpusSnapshot, on_delete=models.PROTECT, null=True, related_name="runs"
    )
    brief_revision = models.PositiveIntegerField(default=0)
    brief = models.JSONField(null=True)
    brief_statistics = models.JSONField(default=dict)
    engine_version = models.CharField(max_length=40, blank=True)
    encoders = ArrayField(models.CharField(max_length=80), null=True)
    weights_version = models.CharField(max_length=40, blank=True)
    weights = models.JSONField(default=dict)
    progress = models.PositiveSmallIntegerField(default=0)
    companies_total = models.PositiveIntegerField(default=0)
    companies_scored = models.PositiveIntegerField(default=0)
    companies_eligible = models.PositiveIntegerField(default=0)
    above_threshold = models.PositiveIntegerField(default=0)
    bar = models.PositiveSmallIntegerField(default=0)
    bar_ineligible = models.PositiveSmallIntegerField(default=0)
    is_settled = models.BooleanField(default=False)
    is_explained = models.BooleanField(default=False)
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = MatchRunQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["challenge"],
                condition=models.Q(state=RunState.QUEUED),
                name="one_waiting_run_per_challenge",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                condition=models.Q(state=RunState.DONE, is_explained=False),
                name="run_to_explain",
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge}: {self.get_state_display()}"

    @property
    def is_over(self) -> bool:
        return self.state in (RunState.DONE, RunState.FAILED)


class CompanyRanking(models.Model):
    """The open challenges a company is eligible for and best at, as bare numbers.

    A large platform has too many such pairs to explain and keep each of them as a match; who
    wants to read one has the worker explain it (`matching.offers`). `entries` is packed as
    `matching.ranking` says.
    `revision` and `readings` are those of the profile when all open challenges were last scored
    for it at once: what was known before its texts and vectors were looked at, never more.
    """

    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, primary_key=True, related_name="ranking"
    )
    revision = models.PositiveIntegerField(default=0)
    readings = models.PositiveIntegerField(db_default=0)
    entries = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.company_id} r{self.revision}"


class MatchQuerySet(models.QuerySet["Match"]):
    def for_challenge(self, challenge: Challenge) -> "MatchQuerySet":
        return self.filter(challenge=challenge)

    def for_companies(self, companies: Companies) -> "MatchQuerySet":
        return self.filter(company__in=companies)

    def eligible(self) -> "MatchQuerySet":
        return self.filter(is_eligible=True)

    def unexplained(self) -> "MatchQuerySet":
        """Those that are numbers alone."""
        return self.filter(findings__isnull=True)

    def scorings(self) -> list[tuple[int, int | None, datetime]]:
        """What tells each from the same match scored again."""
        return list(self.values_list("pk", "run_id", "scored_at"))

    def best_first(self) -> "MatchQuerySet":
        return self.order_by("-total", "company_id")

    def not_excluded(self) -> "MatchQuerySet":
        """Without those a manager took out by hand."""
        return self.exclude(_decided(Override.objects.exclusions()))

    def chosen_first(self) -> "MatchQuerySet":
        """Best first, and before them those a manager pinned."""
        rows: Any = self.with_pins()
        found: MatchQuerySet = rows.order_by("-is_pinned", "-total", "company_id")
        return found

    def to_invite(self) -> "MatchQuerySet":
        """Whom the challenges of these matches would ask: those pinned, and the eligible ones above
        the threshold; nobody who was excluded, has left or wants no invitations.

        `urgency` is the total, and more than any total for those pinned.
        """
        good_enough = models.Q(is_eligible=True, total__gte=models.F("challenge__threshold") * 10)
        return (
            self.not_excluded()
            .with_pins()
            .filter(
                good_enough | models.Q(is_pinned=True),
                company__is_active=True,
                company__wants_invitations=True,
            )
            .annotate(
                urgency=models.Case(
                    models.When(is_pinned=True, then=models.F("total") + ABOVE_ALL),
                    default=models.F("total") + 0,
                )
            )
        )

    def with_pins(self) -> "MatchQuerySet":
        return self.annotate(is_pinned=_decided(Override.objects.pins()))

    def visible_to(self, user: Person) -> "MatchQuerySet":
        """Matches of the challenges in the user's networks. Names are a matter of the company."""
        return self.filter(challenge__in=Challenge.objects.in_networks_of(user).values("pk"))

    def with_encoders(self) -> "MatchQuerySet":
        """Each with those its numbers rest on, so far as its run kept them."""
        return self.annotate(encoders=models.F("run__encoders"))

    def with_names(self) -> "MatchQuerySet":
        """What a row of a list tells of the challenge, without a challenge and a lab for each."""
        return self.annotate(
            challenge_slug=models.F("challenge__slug"),
            challenge_title=models.F("challenge__title"),
            lab_name=models.F("challenge__lab__name"),
        )


def _decided(overrides: OverrideQuerySet) -> models.Exists:
    """Whether one of these overrides is about the match."""
    return models.Exists(
        overrides.filter(challenge=models.OuterRef("challenge"), company=models.OuterRef("company"))
    )


class Match(models.Model):
    """The current score of a pair. Numbers are tenths of a point, and `parts` add up to `total`.

    `findings` and `conditions` are data (reason codes with their values); prose is made in the
    reader's language by `matching.wording`. A run stores numbers: `findings` is None until the
    worker has explained the match; until then readers see its parts (`matching.numbers`).
    """

    # Only of those asked for `with_names`.
    challenge_slug: str
    challenge_title: str
    lab_name: str
    # Only of those asked for `with_encoders`.
    encoders: list[str] | None

    # Every index is paid for with each match of a full run: those below serve the keys as well.
    challenge = models.ForeignKey(
        Challenge, on_delete=models.CASCADE, related_name="matches", db_index=False
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="matches", db_index=False
    )
    # Without a constraint: each run that goes at night would have all matches read through.
    run = models.ForeignKey(
        MatchRun,
        on_delete=models.SET_NULL,
        null=True,
        related_name="matches",
        db_index=False,
        db_constraint=False,
    )
    total = models.PositiveSmallIntegerField(_("score"))
    parts = ArrayField(models.PositiveSmallIntegerField())
    is_eligible = models.BooleanField(_("eligible"))
    conditions = models.JSONField(default=list)
    findings = models.JSONField(default=list, null=True)
    completeness = models.PositiveSmallIntegerField(default=0)
    is_kept = models.BooleanField(default=False)
    engine_version = models.CharField(max_length=40)
    weights_version = models.CharField(max_length=40)
    brief_revision = models.PositiveIntegerField()
    profile_revision = models.PositiveIntegerField()
    brief_hash = models.CharField(max_length=64)
    profile_hash = models.CharField(max_length=64)
    scored_at = models.DateTimeField()

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = (
            models.UniqueConstraint(
                fields=["challenge", "company"], name="one_match_per_challenge_and_company"
            ),
        )
        indexes = (
            models.Index(fields=["challenge", "-total", "company"], name="match_ranking"),
            models.Index(fields=["company", "-total"], name="match_of_company"),
            models.Index(fields=["-total", "id"], name="match_by_score"),
            # Of few: asked for by every run, and paid for by none of the others.
            models.Index(
                fields=["challenge", "company"],
                condition=models.Q(is_kept=True),
                name="match_kept",
            ),
        )

    def __str__(self) -> str:
        return f"{self.company_id} × {self.challenge_id}: {self.total / 10}"

    @property
    def scoring(self) -> tuple[int, int | None, datetime]:
        return self.pk, self.run_id, self.scored_at

    @property
    def judged(self) -> tuple[Finding, ...]:
        """The findings as the scoring made them; they add up to `total`."""
        return tuple(Finding.from_data(entry) for entry in self.findings or ())

    @property
    def has_own_weights(self) -> bool:
        """Under weights that only its challenge has: what others came to says nothing about it."""
        return self.weights_version.startswith(OF_ONE_CHALLENGE)

    @property
    def computed_total(self) -> int:
        """The total without what a manager added by hand."""
        return self.total - sum(self.parts[len(CRITERIA) :])

    @property
    def checked(self) -> tuple[Condition, ...]:
        """The hard conditions as the scoring found them."""
        return tuple(Condition.from_data(entry) for entry in self.conditions)
