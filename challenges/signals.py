"""What challenges announce. Each signal carries `challenge_ids`, a list of ids, or as it says."""

from django.dispatch import Signal

challenge_published = Signal()
# The brief or the dates changed; `reason` is one of "brief", "policy", "extended", "reopened".
challenge_changed = Signal()
# Closed or withdrawn; `reason` is one of "closed", "withdrawn".
challenge_closed = Signal()
# A question has its first answer. Carries `question_ids`.
question_answered = Signal()
