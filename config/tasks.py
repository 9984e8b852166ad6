"""What belongs to no room: the worker's heartbeat, and forgetting old sessions."""

import time

from celery import shared_task
from django.core.cache import cache
from django.core.management import call_command

from mail.health import HEARTBEAT_KEY


@shared_task
def beat_heart() -> None:
    """Say that a worker takes tasks. The clock rings it every 15 seconds."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=600)


@shared_task
def forget_old_sessions() -> None:
    """Erase sessions that have expired, with whatever they kept. The clock rings it at night."""
    call_command("clearsessions")
