"""What a person wants of invitations, whichever company they are for."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from companies.models import ReaderWishes


def change_reader_wishes(*, user: User, wishes: Mapping[str, Any], by: User) -> None:
    """`wishes` are all fields of ReaderWishes; who wants everything leaves no trace."""
    if any(wishes.values()):
        ReaderWishes.objects.update_or_create(user=user, defaults=wishes)
    else:
        ReaderWishes.objects.filter(user=user).delete()
