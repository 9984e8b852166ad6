"""What matching announces."""

from django.dispatch import Signal

# matches_ready(challenge_ids=list[int]): scores of these challenges are new.
matches_ready = Signal()
