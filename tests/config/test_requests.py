"""What a worker does when the broker does not hear that a task is done."""

from types import SimpleNamespace

import pytest
from celery.worker import request
from kombu.transport import virtual
from redis.exceptions import TimeoutError as Silence

from config.celery import app
from config.requests import Request


class Deaf(virtual.Message):
    def ack(self, multiple: bool = False) -> None:
        raise Silence


@pytest.mark.parametrize(("kind", "may_take_more"), [(Request, True), (request.Request, False)])
def test_an_acknowledgement_that_fails_costs_no_place(kind, may_take_more):
    """The last case is Celery's own way, which ours is better than."""
    places = virtual.QoS(SimpleNamespace(do_restore=False), prefetch_count=1)
    channel = SimpleNamespace(qos=places, message_to_python=lambda raw: raw)
    message = Deaf({"body": "", "properties": {"delivery_tag": "one"}}, channel=channel)
    places.append(message, "one")
    done = object.__new__(kind)
    done._message, done._connection_errors = message, (Silence,)
    done._on_ack, done.acknowledged = message.ack_log_error, False

    full = not places.can_consume()
    done.acknowledge()

    assert full
    assert places.can_consume() is may_take_more


def test_every_task_of_ours_acknowledges_so():
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]

    assert {task.Request for task in ours} == {"config.requests:Request"}
