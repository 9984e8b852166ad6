from typing import Any

from django.dispatch import receiver

from mail.signals import letters_queued
from mail.tasks import drain_outbox


@receiver(letters_queued)
def ring_the_bell(**announced: Any) -> None:
    drain_outbox.delay_on_commit()
