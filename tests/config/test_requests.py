"""What a worker does when the broker does not hear that a task is done."""

from types import SimpleNamespace

import pytest
from celery.worker import request
from redis.exceptions import TimeoutError as Silence

from config.celery import app
from config.requests import Request


@pytest.mark.parametrize(
    ("kind", "gave_up_since", "connects_anew"),
    [(Request, False, True), (Request, True, False), (request.Request, False, False)],
)
def test_an_acknowledgement_that_fails_makes_the_worker_connect_anew(
    kind, gave_up_since, connects_anew
):
    """The last case is Celery's own way, which ours is better than."""

    def acknowledge(logger, errors):
        try:
            raise Silence
        except errors:
            return

    done = object.__new__(kind)
    done._message = SimpleNamespace(channel=SimpleNamespace(closed=gave_up_since))
    done._connection_errors = (Silence,)
    done._on_ack, done.acknowledged = acknowledge, False

    if connects_anew:
        with pytest.raises(Silence):
            done.acknowledge()
    else:
        done.acknowledge()
        assert done.acknowledged


def test_every_task_of_ours_acknowledges_so():
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]

    assert {task.Request for task in ours} == {"config.requests:Request"}
