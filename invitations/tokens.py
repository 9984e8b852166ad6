"""The secret in a letter's link: 256 random bits, of which only the hash is stored."""

import hashlib
import secrets
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(f"invitation:{token}".encode()).hexdigest()


def relay_token(invitation_id: int, attempt: int) -> str:
    """The secret in a text that somebody else passes on, the same each time the text is shown.

    It is made from the server's own secret, so that neither showing the text nor printing it
    twice has to change or store anything.
    """
    made = salted_hmac("invitations.relay", f"{invitation_id}:{attempt}", algorithm="sha256")
    return urlsafe_b64encode(made.digest()).decode().rstrip("=")
