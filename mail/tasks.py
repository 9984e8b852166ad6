from celery import shared_task

from mail.actions import is_paused, recover_left_behind, tell_fates
from mail.delivery import drain
from mail.lanes import lane
from mail.models import Letter


@shared_task(soft_time_limit=100, time_limit=120)
def drain_outbox() -> None:
    """Send what is due. Safe twice and side by side; bounded in time, rings again for the rest."""
    with lane() as is_free:
        is_late = is_free and drain(call_help=drain_outbox.delay_on_commit)
    if is_late:
        drain_outbox.delay_on_commit()


@shared_task(soft_time_limit=60, time_limit=90)
def sweep_outbox() -> None:
    """Find what the bell missed, and what a dead worker left behind."""
    recover_left_behind()
    tell_fates()
    if Letter.objects.due().exists() and not is_paused():
        drain_outbox.delay_on_commit()
