"""What is not kept of member lists."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from companies.choices import ImportState
from companies.models import MemberList, MemberListRow

RAW_KEPT = timedelta(days=7)
UNDO_KEPT = timedelta(days=30)
NOT_IMPORTED = (ImportState.UPLOADED, ImportState.CHECKED)
AT_REST = (ImportState.DONE, ImportState.UNDONE, ImportState.FAILED)


@transaction.atomic
def forget_old_lists(*, by: None = None) -> None:
    """Lists nobody imported go after a week, and so does what stood in the rows of the others.

    What undoing needs goes after 30 days; then only name, date and result of an import remain.
    """
    now = timezone.now()
    MemberList.objects.filter(state__in=NOT_IMPORTED, moved_at__lt=now - RAW_KEPT).delete()
    rows = MemberListRow.objects.filter(member_list__state__in=AT_REST)
    rows.filter(member_list__moved_at__lt=now - UNDO_KEPT).delete()
    raw = rows.filter(member_list__moved_at__lt=now - RAW_KEPT).exclude(cells=[])
    raw.update(cells=[], errors=[])
