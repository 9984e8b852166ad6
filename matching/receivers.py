"""What matching hears, and the task it enqueues for it."""

from typing import Any

from django.dispatch import receiver

from challenges.models import Challenge
from challenges.signals import challenge_changed, challenge_published
from companies.signals import profiles_changed
from matching import tasks
from matching.actions import request_runs

FEW = 200


@receiver(challenge_published)
def score_published(challenge_ids: list[int], **kwargs: Any) -> None:
    for run_id in request_runs(challenge_ids=challenge_ids):
        tasks.score_challenge.delay_on_commit(run_id)


@receiver(challenge_changed)
def score_changed(challenge_ids: list[int], **kwargs: Any) -> None:
    for run_id in request_runs(challenge_ids=challenge_ids):
        tasks.score_challenge.delay_on_commit(run_id)


@receiver(profiles_changed)
def rescore_changed(company_ids: list[int], **kwargs: Any) -> None:
    """A few companies are scored by themselves; after a long list everything is, once."""
    if len(company_ids) <= FEW:
        tasks.rescore_companies.delay_on_commit(company_ids)
        return
    open_ids = Challenge.objects.open().values_list("pk", flat=True)
    for run_id in request_runs(challenge_ids=open_ids):
        tasks.score_challenge.delay_on_commit(run_id)
