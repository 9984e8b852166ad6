"""What the worker does for applications. Each task takes ids and calls one verb."""

from celery import shared_task

from applications import actions
from challenges.models import Challenge


@shared_task
def tell_applicants(challenge_id: int, event: str, occasion: str) -> None:
    """Write to those who write that a challenge was extended, reopened, closed or withdrawn."""
    challenge = Challenge.objects.filter(pk=challenge_id).first()
    if challenge is not None:
        actions.tell_applicants(challenge=challenge, event=event, occasion=occasion)
