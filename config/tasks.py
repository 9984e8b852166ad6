"""The worker's heartbeat, read by /readyz."""

import time

from celery import shared_task
from django.core.cache import cache

HEARTBEAT_KEY = "worker-heartbeat"


@shared_task
def beat_heart() -> None:
    """Say that a worker takes tasks. The clock rings it every 15 seconds."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=600)
