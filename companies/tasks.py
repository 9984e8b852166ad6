"""What the worker does for companies: member lists, one block a task."""

import structlog
from celery import shared_task

from companies import actions
from companies.choices import ImportState

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
def undo_member_list(member_list_id: int) -> None:
    """One block of an import taken back, then the next task."""
    if actions.undo_block(member_list_id=member_list_id):
        undo_member_list.delay_on_commit(member_list_id)


@shared_task
def sweep_member_lists() -> None:
    """Carry on what a dead worker left. The clock rings it every minute."""
    for member_list_id in actions.stuck_lists(state=ImportState.RUNNING):
        import_member_list.delay_on_commit(member_list_id)
    for member_list_id in actions.stuck_lists(state=ImportState.UNDOING):
        undo_member_list.delay_on_commit(member_list_id)


@shared_task
def forget_old_lists() -> None:
    """The clock rings it every night."""
    actions.forget_old_lists()
