"""What invitations announce."""

from django.dispatch import Signal

# invitation_answered(invitation_ids=list[int])
invitation_answered = Signal()
