"""The secret in a letter's link: 256 random bits, of which only the hash is stored."""

import hashlib
import secrets

# Stands where the secret would, in a letter that is only looked at.
PREVIEW = "preview"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(f"invitation:{token}".encode()).hexdigest()
