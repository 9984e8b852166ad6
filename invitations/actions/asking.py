"""What an invited company asks before it answers."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.actions import ChallengeRefused
from challenges.actions import ask as ask_about
from challenges.models import Question
from invitations import emails
from invitations.models import Invitation, InvitationQuestion
from invitations.problems import NOT_LISTENED_TO, InvitationProblem

# Of one invitation, whoever holds its link.
MOST, PER = 5, timedelta(days=1)


@transaction.atomic
def ask(*, invitation: Invitation, text: str, language: str, by: User | None) -> Question:
    """Put a question to the challenge's questions and answers; the company hears the answer.

    Raises InvitationProblem when nothing can be asked any more, or enough was asked for today.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not row.is_listened_to:
        raise InvitationProblem(NOT_LISTENED_TO)
    earlier = InvitationQuestion.objects.filter(invitation=row)
    same = earlier.filter(question__text=text.strip()).select_related("question").first()
    if same is not None:
        return same.question
    if earlier.filter(question__asked_at__gte=timezone.now() - PER).count() >= MOST:
        raise InvitationProblem(_("That is enough for today. Ask the rest tomorrow."))
    try:
        question = ask_about(challenge=row.challenge, text=text, language=language, by=None)
    except ChallengeRefused as refused:
        raise InvitationProblem(str(refused)) from refused
    InvitationQuestion.objects.create(invitation=row, question=question)
    return question


@transaction.atomic
def bring_answers(*, question_ids: Sequence[int], by: User | None = None) -> None:
    """Write to the companies that asked these questions. Twice writes nothing twice.

    One that has left since hears nothing more.
    """
    rows = InvitationQuestion.objects.filter(
        question__in=question_ids, invitation__company__is_active=True
    ).select_related("question__answer", "question__challenge__lab__cluster", "invitation__company")
    for asked in rows.order_by("pk"):
        emails.tell_company_answer(asked=asked)
