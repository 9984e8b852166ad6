"""What applications announce."""

from django.dispatch import Signal

# application_submitted(application_ids=list[int]): first submission, not later edits.
application_submitted = Signal()
