"""What matching announces."""

from django.dispatch import Signal

# matches_ready(challenge_ids=list[int]): scores of these challenges are new.
matches_ready = Signal()

# matches_wanted(challenge_ids=list[int]): pairs of these challenges wait for numbers or reasons.
matches_wanted = Signal()
