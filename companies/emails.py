"""The letters of this room: one function, one folder under templates/emails."""

from django.conf import settings
from django.urls import reverse

from accounts.actions import language_of
from accounts.models import User
from companies.models import Claim, ColleagueLetter
from mail.actions import queue
from mail.letters import own_url


def claim_link(claim: Claim, token: str) -> None:
    """To the address on file, in the language of the person who claims; both can read it."""
    queue(
        key=f"claim-link:{claim.pk}:{claim.token_hash}",
        kind="claim-link",
        to=claim.company.email,
        language=language_of(claim.user),
        context={
            "company": claim.company.name,
            "person": str(claim.user),
            "person_address": claim.user.email,
            "expires_at": claim.expires_at,
            "url": own_url(reverse("companies:claim_link", args=[token])),
        },
        secret=True,
        related=("claim", claim.pk),
        by=claim.user,
    )


def colleague_letter(letter: ColleagueLetter, token: str, by: User) -> None:
    """The only place where the token is seen; its body is erased once it is sent."""
    queue(
        key=f"colleague-letter:{letter.pk}",
        kind="colleague-letter",
        to=letter.email,
        language=letter.language or settings.LANGUAGE_CODE,
        context={
            "company": letter.company.name,
            "asker": str(by),
            "role": letter.role,
            "expires_at": letter.expires_at,
            "url": own_url(reverse("companies:colleague_link", args=[token])),
        },
        secret=True,
        related=("colleague-letter", letter.pk),
        by=by,
    )
