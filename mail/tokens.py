"""Signed tokens of the stop link: good for one purpose, for one address and one list."""

from django.core import signing

SALT = "mail.stop"


class BadToken(Exception):
    """This link is incomplete or was changed on its way."""


def stop_token(*, address_hash: str, list_name: str) -> str:
    """Carries the hash only, so that the address cannot be read from a link, a log or a screen."""
    return signing.dumps([address_hash, list_name], salt=SALT)


def read_stop_token(token: str) -> tuple[str, str]:
    """Never expires: a letter of last year must still be stoppable."""
    try:
        address_hash, list_name = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as broken:
        raise BadToken from broken
    return address_hash, list_name
