"""A cache that may be away: pages go on without it."""

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Answers like an empty cache while the server does not."""

    def get(self, key, default=None, version=None):
        try:
            return super().get(key, default, version)
        except RedisError:
            log.warning("cache_away", doing="get")
            return default

    def set(self, key, value, timeout=300, version=None):
        try:
            super().set(key, value, timeout, version)
        except RedisError:
            log.warning("cache_away", doing="set")

    def add(self, key, value, timeout=300, version=None):
        try:
            return super().add(key, value, timeout, version)
        except RedisError:
            log.warning("cache_away", doing="add")
            return True

    def incr(self, key, delta=1, version=None):
        try:
            return super().incr(key, delta, version)
        except RedisError:
            log.warning("cache_away", doing="incr")
            return delta

    def delete(self, key, version=None):
        try:
            return super().delete(key, version)
        except RedisError:
            log.warning("cache_away", doing="delete")
            return False

    def touch(self, key, timeout=300, version=None):
        try:
            return super().touch(key, timeout, version)
        except RedisError:
            log.warning("cache_away", doing="touch")
            return False
