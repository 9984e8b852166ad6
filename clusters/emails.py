"""The letters of this room: one function, one folder under templates/emails."""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from clusters.models import AccessLetter
from mail.actions import queue
from mail.letters import own_url


def access_letter(letter: AccessLetter, token: str, by: User | None) -> None:
    """The only place where the token is seen; its body is erased once it is sent."""
    queue(
        key=f"access-letter:{letter.pk}",
        kind="access-letter",
        to=letter.email,
        language=letter.language or settings.LANGUAGE_CODE,
        context={
            "organisation": letter.organisation.name,
            "asker": str(by) if by else "",
            "role": letter.role,
            "expires_at": letter.expires_at,
            "url": own_url(reverse("clusters:access_link", args=[token])),
        },
        secret=True,
        related=("access-letter", letter.pk),
        by=by,
    )
