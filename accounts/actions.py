"""What people do with their account, and how the rooms tell them what happened."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import Notice, NoticePreference, User
from accounts.registry import notice_kind
from accounts.signals import notices_to_mail


@transaction.atomic
def notify(
    *,
    user_ids: Iterable[int],
    kind: str,
    data: Mapping[str, Any],
    url: str,
    by: User | None = None,
) -> list[Notice]:
    """Tell people what happened, each as they wish: on the page, by mail, both or not at all.

    `data` fills the slots of the sentence that the room registered for `kind`; `url` is a path.
    Whoever did it (`by`) is not told. Raises KeyError for a kind no room registered.
    """
    notice_kind(kind)
    readers = User.objects.filter(pk__in=set(user_ids), is_active=True)
    if by is not None:
        readers = readers.exclude(pk=by.pk)
    told = NoticePreference.objects.filter(kind=kind, user__in=readers)
    wishes = {wish.user_id: wish for wish in told}
    notices = [
        Notice(
            user=reader,
            kind=kind,
            data=dict(data),
            url=url,
            on_page=wish.on_page if wish else True,
            by_mail=wish.by_mail if wish else True,
        )
        for reader in readers.order_by("pk")
        for wish in [wishes.get(reader.pk)]
    ]
    written = Notice.objects.bulk_create([one for one in notices if one.on_page or one.by_mail])
    to_mail = [notice.pk for notice in written if notice.by_mail]
    if to_mail:
        notices_to_mail.send(sender=Notice, notice_ids=to_mail)
    return written
