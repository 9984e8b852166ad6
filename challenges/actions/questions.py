"""Asking about a challenge, answering, and hiding what should not be read by all."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import notify
from accounts.models import User
from challenges import emails
from challenges.actions.briefs import locked
from challenges.actions.refusals import ChallengeRefused
from challenges.models import Answer, Challenge, Question
from challenges.signals import question_answered

# Of one person about one challenge.
MOST, PER = 5, timedelta(days=1)


@transaction.atomic
def ask(*, challenge: Challenge, text: str, language: str, by: User | None) -> Question:
    """Put a question to the managers. With `by=None` the caller knows who asks, and limits it.

    Raises ChallengeRefused when the challenge takes no applications, when nothing was asked, or
    when this person asked enough for today. The same question twice is the same question.
    """
    current = locked(challenge)
    text = text.strip()
    if not current.takes_applications:
        raise ChallengeRefused(_("This challenge is not open, so nothing can be asked any more."))
    if not text:
        raise ChallengeRefused(_("Write your question first."))
    mine = Question.objects.filter(challenge=current, asked_by=by)
    same = mine.filter(text=text).first() if by else None
    if same is not None:
        return same
    if by and mine.filter(asked_at__gte=timezone.now() - PER).count() >= MOST:
        raise ChallengeRefused(_("That is enough for today. Ask the rest tomorrow."))
    question = Question.objects.create(
        challenge=current, text=text, language=_spoken(language), asked_by=by
    )
    _tell_managers(question, by)
    return question


@transaction.atomic
def answer_question(*, question: Question, text: str, language: str, by: User | None) -> Answer:
    """Answer for everybody to read, or mend the answer. Who asked gets the first by letter."""
    row = Question.objects.select_for_update().select_related("challenge").get(pk=question.pk)
    text = text.strip()
    if not text:
        raise ChallengeRefused(_("Write an answer first."))
    given = {
        "text": text,
        "language": _spoken(language),
        "answered_by": by,
        "answered_at": timezone.now(),
    }
    answer, is_first = Answer.objects.update_or_create(question=row, defaults=given)
    if is_first:
        emails.tell_asker(question=row, answer=answer)
        question_answered.send(sender=Question, question_ids=[row.pk])
    return answer


@transaction.atomic
def hide_question(*, question: Question, by: User | None) -> None:
    """Nobody but managers reads it any more, nor its answer."""
    Question.objects.filter(pk=question.pk, hidden_at=None).update(hidden_at=timezone.now())


@transaction.atomic
def show_question(*, question: Question, by: User | None) -> None:
    Question.objects.filter(pk=question.pk).update(hidden_at=None)


def _spoken(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _tell_managers(question: Question, by: User | None) -> None:
    challenge = question.challenge
    url = reverse("challenges:questions", args=[challenge.slug])
    notify(
        user_ids=challenge.manager_ids,
        kind="question_asked",
        data={"challenge": challenge.title},
        url=url,
        group=url,
        by=by,
    )
