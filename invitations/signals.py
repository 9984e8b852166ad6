"""What invitations announce."""

from django.dispatch import Signal

# Carries `invitation_ids`, a list of ids.
invitation_answered = Signal()
