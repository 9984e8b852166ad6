"""What somebody told a person against letters to an address, and the mistakes made writing it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mail.actions.stopping import suppress
from mail.choices import TAKEN_BACK_WITHIN, StopReason
from mail.models import Objection, Suppression, hash_of
from mail.problems import MailProblem


@transaction.atomic
def record_objection(*, address: str, said: str, heard_on: date, heard_by: str, by: Any) -> None:
    """The address gets no letter of any list from now on, and nothing kept of it can be read.

    Raises MailProblem where the same stands on record already.
    """
    if heard_on > timezone.localdate():
        raise MailProblem(_("The day lies in the future."))
    trace = hash_of(address)
    objection, is_new = Objection.objects.standing().get_or_create(
        address_hash=trace,
        taken_back_at=None,
        defaults={
            "said": said.strip(),
            "heard_on": heard_on,
            "heard_by": heard_by.strip(),
            "recorded_by": by,
        },
    )
    if not is_new:
        day = date_format(timezone.localtime(objection.recorded_at), "DATE_FORMAT")
        raise MailProblem(
            _("This address is on the list since %(day)s: nothing more is needed.") % {"day": day}
        )
    suppress(address_hash=trace, reason=StopReason.SAID, by=by)


@transaction.atomic
def take_back_objection(*, objection: Objection, why: str, by: Any) -> Objection:
    """It was written down by mistake. What else stands against letters to the address stays."""
    row = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if row.taken_back_at is not None:
        raise MailProblem(_("This entry was taken back already."))
    if not why.strip():
        raise MailProblem(_("Say why it was a mistake; the reason is kept."))
    if not row.can_be_taken_back:
        raise MailProblem(
            _("An entry can be taken back for %(days)d days only; an objection is for good.")
            % {"days": TAKEN_BACK_WITHIN.days}
        )
    row.taken_back_at, row.taken_back_by, row.taken_back_why = timezone.now(), by, why.strip()
    row.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_why"])
    said = Suppression.objects.filter(address_hash=row.address_hash, reason=StopReason.SAID)
    said.delete()
    return row
