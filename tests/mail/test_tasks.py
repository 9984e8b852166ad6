import pytest
from django.utils.timezone import now

from mail.choices import LetterState
from mail.models import Letter
from mail.tasks import drain_outbox, sweep_outbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sweeper_finds_what_the_bell_missed(sink, queue_hello, monkeypatch):
    queue_hello()
    rung = []
    monkeypatch.setattr(
        "mail.tasks.drain_outbox.apply_async", lambda *args, **options: rung.append(args)
    )

    sweep_outbox()

    assert rung == [((), {})]


def test_an_empty_outbox_rings_nobody(monkeypatch):
    rung = []
    monkeypatch.setattr(
        "mail.tasks.drain_outbox.apply_async", lambda *args, **options: rung.append(args)
    )

    sweep_outbox()

    assert rung == []


def test_tasks_may_run_twice(sink, queue_hello):
    queue_hello()

    for _ in range(2):
        drain_outbox()
        sweep_outbox()
    Letter.objects.update(next_attempt_at=now())
    drain_outbox()

    assert sink.recipients == ["anna@firm.example"]
    assert Letter.objects.get().state == LetterState.SENT
