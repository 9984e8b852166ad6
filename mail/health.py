"""How long letters have been waiting; read by /readyz."""

from datetime import datetime

from django.db.models import Min, Q
from django.utils.timezone import now

from mail.choices import LetterState
from mail.models import Letter


def outbox_age() -> float:
    """Seconds since the oldest letter that could have left became due; 0 when none waits."""
    on_its_way = Q(state__in=[LetterState.CLAIMED, LetterState.SENDING])
    oldest = Letter.objects.aggregate(
        due=Min("next_attempt_at", filter=Q(state=LetterState.QUEUED)),
        claimed=Min("claimed_at", filter=on_its_way),
    )
    since: list[datetime] = [at for at in oldest.values() if at]
    return max(0.0, (now() - min(since)).total_seconds()) if since else 0.0
