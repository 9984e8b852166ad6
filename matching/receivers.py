"""What matching hears, and the task it enqueues for it."""

from typing import Any

from django.dispatch import receiver

from challenges.signals import challenge_changed, challenge_closed, challenge_published
from companies.signals import companies_erased, profiles_changed
from matching import tasks
from matching.actions import forget_companies, request_runs
from matching.signals import matches_wanted


@receiver(challenge_published)
def score_published(challenge_ids: list[int], **kwargs: Any) -> None:
    tasks.share_out(request_runs(challenge_ids=challenge_ids))


@receiver(challenge_changed)
def score_changed(challenge_ids: list[int], **kwargs: Any) -> None:
    tasks.share_out(request_runs(challenge_ids=challenge_ids))


@receiver(challenge_closed)
def keep_findings(challenge_ids: list[int], **kwargs: Any) -> None:
    tasks.explain_for_good.delay_on_commit(challenge_ids)


@receiver(profiles_changed)
def rescore_changed(company_ids: list[int], **kwargs: Any) -> None:
    """However many profiles one transaction changes, the worker hears of it once."""
    tasks.rescore_companies.delay_joined_on_commit(company_ids)


@receiver(companies_erased)
def forget_erased(company_ids: list[int], **kwargs: Any) -> None:
    """In the same transaction."""
    forget_companies(company_ids=company_ids)


@receiver(matches_wanted)
def write_wanted(challenge_ids: list[int], **kwargs: Any) -> None:
    """However many pairs one transaction touches, the worker hears of it once."""
    tasks.write_wanted.delay_joined_on_commit(challenge_ids)
