"""A cache that may be away: pages go on without it."""

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from config.breaker import valkey

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Answers like an empty cache while the server does not."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return _ask(super().get, key, default, version, otherwise=default)

    def set(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        _ask(super().set, key, value, timeout, version, otherwise=None)

    def add(self, key: str, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        return bool(_ask(super().add, key, value, timeout, version, otherwise=True))

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        return dict(_ask(super().get_many, keys, version, otherwise={}))

    def set_many(
        self, data: Mapping[str, Any], timeout: Any = 300, version: int | None = None
    ) -> list[str]:
        return list(_ask(super().set_many, data, timeout, version, otherwise=[]))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(_ask(super().incr, key, delta, version, otherwise=delta))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(_ask(super().delete, key, version, otherwise=False))

    def touch(self, key: str, timeout: Any = 300, version: int | None = None) -> bool:
        return bool(_ask(super().touch, key, timeout, version, otherwise=False))


def _ask(operation: Callable[..., Any], *given: Any, otherwise: Any) -> Any:
    if valkey.is_open():
        return otherwise
    began = monotonic()
    try:
        return operation(*given)
    except RedisError:
        valkey.note_failure(began=began)
        log.warning("cache_away", doing=operation.__name__)
        return otherwise
