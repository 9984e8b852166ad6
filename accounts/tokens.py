"""Secret links: the address carries the token, the database only its hash."""

import hashlib
import secrets


def new_token() -> str:
    """256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
