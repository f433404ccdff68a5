"""The cache, which the portal can do without: a Redis that is away or hangs reads as a miss (promises.md P10)."""

import time
from typing import ClassVar

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.5  # a page must not wait for a Redis that hangs; redis-py alone waits for five seconds
REST_SECONDS = 5  # how long nobody asks after an error, so that one page in many waits, not every one


def forgiving(name, fallback):
    """Wrap the cache method `name`: a Redis error becomes `fallback(args)` and one line in the log; so does every call
    within the next REST_SECONDS, without the line."""

    def method(self, *args, **kwargs):
        if self.rests():
            return fallback(*args, **kwargs)
        try:
            return getattr(super(ForgivingRedisCache, self), name)(*args, **kwargs)
        except RedisError as error:
            self.rest()
            logger.warning("cache_unavailable", operation=name, error=type(error).__name__)
            return fallback(*args, **kwargs)

    method.__name__ = name
    return method


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache whose errors are misses."""

    # Server: when it is asked again, by time.monotonic(). Of the class, because every thread has a cache of its own.
    asked_again: ClassVar[dict[str, float]] = {}

    def __init__(self, server, params):
        patience = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
        super().__init__(server, {**params, "OPTIONS": patience | params.get("OPTIONS", {})})
        self.server = server

    def rests(self) -> bool:
        """Whether this server has just failed, in whichever thread."""
        return time.monotonic() < self.asked_again.get(self.server, 0)

    def rest(self) -> None:
        self.asked_again[self.server] = time.monotonic() + REST_SECONDS

    get = forgiving("get", lambda key, default=None, version=None: default)
    get_many = forgiving("get_many", lambda keys, version=None: {})
    set = forgiving("set", lambda *args, **kwargs: None)
    set_many = forgiving("set_many", lambda data, *args, **kwargs: list(data))
    add = forgiving("add", lambda *args, **kwargs: True)
    touch = forgiving("touch", lambda *args, **kwargs: False)
    incr = forgiving("incr", lambda key, delta=1, version=None: delta)
    delete = forgiving("delete", lambda *args, **kwargs: False)
    delete_many = forgiving("delete_many", lambda *args, **kwargs: None)
    has_key = forgiving("has_key", lambda *args, **kwargs: False)
    clear = forgiving("clear", lambda *args, **kwargs: None)
