"""Signed tokens of the stop link: good for one purpose, for one address and one list."""

from django.core import signing

SALT = "mail.stop"


class BadToken(Exception):
    """This link is incomplete or was changed on its way."""


def stop_token(*, address_hash: str, list_name: str) -> str:
    """Carries the hash only, so that the address cannot be read from a link, a log or a screen."""
    return signing.Signer(salt=SALT).sign(f"{_shorter(address_hash)}:{list_name}")


def read_stop_token(token: str) -> tuple[str, str]:
    """Never expires: a letter of last year must still be stoppable."""
    try:
        shortened, _, list_name = signing.Signer(salt=SALT).unsign(token).partition(":")
    except signing.BadSignature as broken:
        raise BadToken from broken
    return signing.b64_decode(shortened.encode()).hex(), list_name


def _shorter(address_hash: str) -> str:
    """Base64 for hexadecimals: a link that is cut in two by a mail program is a dead link."""
    return signing.b64_encode(bytes.fromhex(address_hash)).decode()
