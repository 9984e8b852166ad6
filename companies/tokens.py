"""Signed links to what a company wants of invitations: for one address, good for two days.

They stand on the page behind a letter's stop link, which makes a fresh one each time it is read.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

GOOD_FOR = timedelta(days=2)


class BadToken(Exception):
    """This link is incomplete, was changed or is too old."""


def wishes_url(address_hash: str) -> str:
    return reverse("companies:wishes", args=[wishes_token(address_hash)])


def wishes_token(address_hash: str) -> str:
    """Carries the hash only, so that the address cannot be read from it."""
    return _signer().sign(signing.b64_encode(bytes.fromhex(address_hash)).decode())


def read_wishes_token(token: str) -> str:
    """The hash of the address it is for."""
    try:
        shortened = _signer().unsign(token, max_age=GOOD_FOR)
    except signing.BadSignature as broken:
        raise BadToken from broken
    return signing.b64_decode(shortened.encode()).hex()


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="companies.wishes")
