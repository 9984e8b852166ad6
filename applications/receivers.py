"""What applications hear: a challenge ended or goes on; a file's row is gone."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from applications import tasks
from applications.actions import forget_drafts, note_news
from applications.models import Attachment
from challenges.models import Challenge
from challenges.signals import challenge_changed, challenge_closed
from companies.signals import companies_erased


@receiver(challenge_closed)
def tell_of_end(challenge_ids: list[int], reason: str, **announced: Any) -> None:
    _tell(challenge_ids, reason)


@receiver(challenge_changed)
def tell_of_more_time(challenge_ids: list[int], reason: str, **announced: Any) -> None:
    if reason in ("extended", "reopened"):
        _tell(challenge_ids, reason)


def _tell(challenge_ids: list[int], event: str) -> None:
    challenges = Challenge.objects.filter(pk__in=challenge_ids)
    for news_id in note_news(challenges=challenges, event=event):
        tasks.tell_applicants.delay_on_commit(news_id)


@receiver(post_delete, sender=Attachment)
def remove_file(instance: Attachment, **announced: Any) -> None:
    """Only once the row is really gone."""
    transaction.on_commit(partial(instance.file.storage.delete, str(instance.file.name)))


@receiver(companies_erased)
def forget_unsent(company_ids: list[int], **announced: Any) -> None:
    """In the same transaction."""
    forget_drafts(company_ids=company_ids)
