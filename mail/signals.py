"""What this room announces. Each signal carries `letter_ids`, a list of UUIDs."""

from django.dispatch import Signal

letters_queued = Signal()
letter_fate_known = Signal()
