"""What the clock asks of challenges."""

from celery import shared_task

from challenges.actions import close_due


@shared_task
def close_due_challenges() -> None:
    close_due(by=None)
