"""What invitations hear: scores are new, letters have a fate, a challenge ended or goes on."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from challenges.models import Challenge
from challenges.signals import challenge_changed, challenge_closed, question_answered
from companies.signals import companies_erased, profiles_changed
from invitations import actions, tasks
from invitations.actions import expire, revive, stop_reminders
from invitations.signals import invitation_answered
from mail.signals import letter_fate_known
from matching.signals import matches_ready


@receiver(matches_ready)
def share_places_anew(challenge_ids: list[int], **announced: Any) -> None:
    """One round for all: companies are shared with challenges whose scores did not change."""
    tasks.share_places.delay_on_commit()


@receiver(profiles_changed)
def look_again(company_ids: list[int], **announced: Any) -> None:
    """Letters to them that wait may not be wanted or allowed any more."""
    tasks.look_again.delay_on_commit(company_ids)


@receiver(letter_fate_known)
def record_told_fates(letter_ids: list[UUID], **announced: Any) -> None:
    tasks.record_fates.delay_on_commit([str(letter_id) for letter_id in letter_ids])


@receiver(question_answered)
def bring_answers(question_ids: list[int], **announced: Any) -> None:
    actions.bring_answers(question_ids=question_ids)


@receiver(invitation_answered)
def keep_quiet(invitation_ids: list[int], **announced: Any) -> None:
    """In the same transaction: whoever answers is not reminded."""
    stop_reminders(invitation_ids=invitation_ids)


@receiver(challenge_closed)
def end_invitations(challenge_ids: list[int], reason: str, **announced: Any) -> None:
    """In the same transaction, so that no page offers an answer any more."""
    challenges = Challenge.objects.filter(pk__in=challenge_ids)
    for challenge in challenges:
        expire(challenge=challenge)
    _tell(challenges, reason)


@receiver(challenge_changed)
def go_on(challenge_ids: list[int], reason: str, **announced: Any) -> None:
    if reason not in ("extended", "reopened"):
        return
    challenges = Challenge.objects.filter(pk__in=challenge_ids)
    for challenge in challenges:
        revive(challenge=challenge)
    _tell(challenges, reason)


def _tell(challenges: Iterable[Challenge], event: str) -> None:
    for news_id in actions.note_news(challenges=challenges, event=event):
        tasks.tell_invited.delay_on_commit(news_id)


@receiver(companies_erased)
def forget_erased(company_ids: list[int], **announced: Any) -> None:
    """In the same transaction."""
    actions.forget_companies(company_ids=company_ids)
