"""What challenges announce. Each signal carries `challenge_ids`, a list of ids."""

from django.dispatch import Signal

challenge_published = Signal()
# The brief or the dates changed; `reason` is one of "brief", "policy", "extended", "reopened".
challenge_changed = Signal()
# Closed or withdrawn; `reason` is one of "closed", "withdrawn".
challenge_closed = Signal()
