"""What this room announces."""

from django.dispatch import Signal

# `notice_ids`: notices that their readers wish to have by mail.
notices_to_mail = Signal()
