"""What is wanted of letters of invitation: by companies, and by the people who read them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from taxonomy.themes import THEME_CHOICES


class LetterWishes(models.Model):
    """An empty list is no limit."""

    letter_themes = ArrayField(
        models.CharField(max_length=40, choices=THEME_CHOICES),
        verbose_name=_("themes of invitations"),
        default=list,
        db_default=[],
        blank=True,
    )
    letter_countries = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("countries of the challenges"),
        default=list,
        db_default=[],
        blank=True,
    )
    letters_per_month = models.PositiveSmallIntegerField(
        _("letters a month at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )

    class Meta:
        abstract = True


class ReaderWishes(LetterWishes):
    """A person's own, for every company whose letters come to a confirmed address of theirs.

    No row means: everything. Until when no letters come at all stands with the account, and so
    does the language. It is nobody's but the person's, so it goes with the account.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="reader_wishes",
    )

    class Meta:
        verbose_name = _("wishes of a reader")
        verbose_name_plural = _("wishes of readers")

    def __str__(self) -> str:
        return f"{self.user}: {self.letter_themes} {self.letter_countries}"
