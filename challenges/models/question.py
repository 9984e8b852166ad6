"""Questions about a challenge, and the answers that everybody may read."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Person, Role
from challenges.models.challenge import Challenge
from taxonomy.languages import LANGUAGES

QUESTION_LENGTH = 1000
ANSWER_LENGTH = 2000


class QuestionQuerySet(models.QuerySet["Question"]):
    def with_answers(self) -> "QuestionQuerySet":
        return self.select_related("answer")

    def public(self) -> "QuestionQuerySet":
        """Answered, and not hidden: what everybody may read."""
        return self.with_answers().filter(hidden_at=None).exclude(answer=None)

    def unanswered(self) -> "QuestionQuerySet":
        """Those that wait for a manager."""
        return self.with_answers().filter(hidden_at=None, answer=None)

    def hidden(self) -> "QuestionQuerySet":
        return self.with_answers().exclude(hidden_at=None)


class Question(models.Model):
    """Asked by somebody who is named to nobody, so that all are treated alike.

    `asked_by` is empty where an invited company asked by the link in its letter.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField(_("question"), max_length=QUESTION_LENGTH)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-id")
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("challenges:questions", args=[self.challenge.slug])

    def roles_of(self, user: Person) -> set[Role]:
        return self.challenge.roles_of(user)


class Answer(models.Model):
    """What a manager answered, public as soon as it is written."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="answer")
    text = models.TextField(_("answer"), max_length=ANSWER_LENGTH)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return self.text[:80]
