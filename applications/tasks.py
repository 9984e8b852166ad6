"""What the worker does for applications. Each task takes ids and calls one verb."""

from celery import shared_task

from applications import actions


@shared_task
def tell_applicants(news_id: int) -> None:
    """Write to those who write that a challenge was extended, reopened, closed or withdrawn."""
    actions.tell_news(news_id=news_id)


@shared_task
def sweep_news() -> None:
    """Find the news that the bell missed. The clock rings it every minute."""
    for news_id in actions.news_missed():
        tell_applicants.delay_on_commit(news_id)
