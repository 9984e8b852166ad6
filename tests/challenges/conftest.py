from collections.abc import Iterator
from typing import Any

import pytest

from challenges.signals import challenge_changed, challenge_closed, challenge_published
from tests.factories import LivingLabFactory, MembershipFactory

SIGNALS = {
    "published": challenge_published,
    "changed": challenge_changed,
    "closed": challenge_closed,
}


@pytest.fixture
def announced() -> Iterator[list[tuple[Any, ...]]]:
    """What challenges announced, as (signal, ids) or (signal, ids, reason)."""
    heard: list[tuple[Any, ...]] = []

    def listener(name):
        def listen(*, challenge_ids, reason=None, **kwargs):
            heard.append((name, challenge_ids, *([reason] if reason else [])))

        return listen

    listeners = {name: listener(name) for name in SIGNALS}
    for name, signal in SIGNALS.items():
        signal.connect(listeners[name])
    yield heard
    for name, signal in SIGNALS.items():
        signal.disconnect(listeners[name])


@pytest.fixture
def lab(db):
    return LivingLabFactory()


@pytest.fixture
def marta(lab):
    """Manager of the cluster that runs `lab`."""
    return MembershipFactory(organisation=lab.cluster, user__name="Marta").user
