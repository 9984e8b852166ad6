"""Signed tokens: of the stop link, and of the address a letter returns to. One purpose each."""

import base64
import re
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

# Stands where the secret would, in a letter that is only looked at.
PREVIEW = "preview"
SALT = "mail.stop"
RETURN_SALT = "mail.return"
SEAL_BYTES = 16
# 16 bytes that name the letter and 16 that seal them, in letters whose case does not matter.
RETURN_LENGTH = 52
_RETURN_TOKEN = re.compile(rf"\+([a-z2-7]{{{RETURN_LENGTH}}})$")


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


def return_address(letter_id: UUID) -> str:
    """Where mail servers send what they could not deliver; empty if no such mailbox is set.

    In base 32, because some servers write addresses in small letters.
    """
    if not settings.BOUNCE_ADDRESS:
        return ""
    mailbox, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    token = base64.b32encode(letter_id.bytes + _seal(letter_id)).decode().rstrip("=").lower()
    return f"{mailbox}+{token}@{domain}"


def read_return_address(address: str) -> UUID:
    """The letter it was made for."""
    found = _RETURN_TOKEN.search(address.lower().rpartition("@")[0])
    if not found:
        raise BadToken
    told = base64.b32decode(f"{found.group(1).upper()}====")
    letter_id = UUID(bytes=told[:16])
    if not constant_time_compare(told[16:], _seal(letter_id)):
        raise BadToken
    return letter_id


def _seal(letter_id: UUID) -> bytes:
    return salted_hmac(RETURN_SALT, letter_id.bytes, algorithm="sha256").digest()[:SEAL_BYTES]


def _shorter(address_hash: str) -> str:
    """Base64 for hexadecimals: a link that is cut in two by a mail program is a dead link."""
    return signing.b64_encode(bytes.fromhex(address_hash)).decode()
