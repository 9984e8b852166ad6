from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from django.dispatch import receiver

from mail.actions import take_event
from mail.services import read_event
from mail.signals import letters_queued
from mail.tasks import drain_outbox


@receiver(letters_queued)
def ring_the_bell(**announced: Any) -> None:
    drain_outbox.delay_on_commit()


@receiver(tracking)
def hear_mail_service(event: AnymailTrackingEvent, **announced: Any) -> None:
    told = read_event(event)
    if told is not None:
        take_event(event=told)
