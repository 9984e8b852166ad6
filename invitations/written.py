"""The letter that was really written for an invitation, for a manager who wants to look at it."""

import re

from django.urls import reverse

from invitations.choices import BY_HAND, Status
from invitations.models import Invitation
from mail.choices import NEVER_LEAVES, LetterState
from mail.letters import Draft
from mail.models import Letter
from mail.tokens import PREVIEW

DOORS = ("invitations:answer", "mail:stop")
ONE_PART = r"[^/\s\"'<>]+"


def letter_of(invitation: Invitation) -> Letter | None:
    """None where nobody was written to, or somebody passed the invitation on by hand."""
    if invitation.letter_id in ("", BY_HAND):
        return None
    letters = Letter.objects.select_related("caused_by")
    return letters.filter(pk=invitation.letter_id).first()


def may_have_left(invitation: Invitation) -> bool:
    """Whether its letter was taken up, so that nobody can call it back, and nobody knows more."""
    letter = letter_of(invitation) if invitation.status == Status.QUEUED else None
    return letter is not None and letter.state not in (LetterState.QUEUED, *NEVER_LEAVES)


def as_written(letter: Letter) -> Draft:
    """Its very words; its links lead nowhere, or whoever looks could answer for the company."""
    return Draft(letter.subject, _without_secrets(letter.text), _without_secrets(letter.html))


def _without_secrets(words: str) -> str:
    for door in DOORS:
        before, after = reverse(door, args=[PREVIEW]).split(PREVIEW)
        found = re.escape(before) + ONE_PART + re.escape(after)
        words = re.sub(found, before + PREVIEW + after, words)
    return words
