"""What the worker does for companies: member lists, one block a task."""

import structlog
from celery import shared_task

from companies import actions

log = structlog.get_logger(__name__)


@shared_task
def import_member_list(member_list_id: int) -> None:
    """One block, then the next task; so no task is long, and a killed one costs one block."""
    try:
        more = actions.import_block(member_list_id=member_list_id)
    except Exception:
        actions.fail_import(member_list_id=member_list_id)
        log.exception("import_failed", member_list=member_list_id)
        raise
    if more:
        import_member_list.delay_on_commit(member_list_id)


@shared_task
def sweep_member_lists() -> None:
    """Carry on imports whose worker died. The clock rings it every minute."""
    for member_list_id in actions.stuck_imports():
        import_member_list.delay_on_commit(member_list_id)
