"""The portal goes on without Redis (promises.md P10)."""

import socket

import pytest

from dxportal import cache
from dxportal.cache import ForgivingRedisCache
from tests.live import free_port


@pytest.fixture
def away():
    """A cache whose Redis is not there."""
    return ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})


def test_reading_is_a_miss(away):
    assert away.get("tasks") is None
    assert away.get("tasks", 7) == 7
    assert away.get_many(["a", "b"]) == {}
    assert ("a" in away, away.has_key("a")) == (False, False)


def test_writing_is_no_error(away):
    away.set("tasks", 1, timeout=5)
    assert away.set_many({"a": 1, "b": 2}) == ["a", "b"]  # the keys that were not stored
    assert (away.touch("a"), away.delete("a")) == (False, False)
    assert (away.delete_many(["a"]), away.clear()) == (None, None)


def test_what_is_asked_for_is_computed(away):
    assert away.get_or_set("tasks", lambda: 3) == 3


def test_a_limit_does_not_lock_people_out(away):
    """Rate limits count with add and incr: without Redis everybody is at the first try."""
    assert (away.add("login:1", 1), away.incr("login:1")) == (True, 1)


def test_each_failure_is_one_line_in_the_log(away, monkeypatch):
    lines = []
    monkeypatch.setattr("dxportal.cache.logger.warning", lambda event, **facts: lines.append((event, facts)))
    away.get("tasks")
    assert lines == [("cache_unavailable", {"operation": "get", "error": "ConnectionError"})]


@pytest.fixture
def hanging(monkeypatch):
    """A cache whose Redis takes connections and never answers; `accept` raises BlockingIOError when nobody came."""
    monkeypatch.setattr(cache, "PATIENCE_SECONDS", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield ForgivingRedisCache(f"redis://127.0.0.1:{server.getsockname()[1]}/0", {}), server.accept


def test_a_redis_that_hangs_is_a_miss(hanging):
    assert hanging[0].get("tasks", 7) == 7


def test_after_an_error_nobody_asks_for_a_while(hanging):
    hanging_cache, accept = hanging
    hanging_cache.get("tasks")
    accept()[0].close()
    assert ForgivingRedisCache(hanging_cache.server, {}).get("tasks", 7) == 7  # the cache of another thread
    with pytest.raises(BlockingIOError):
        accept()


def test_then_it_is_asked_again(hanging, monkeypatch):
    monkeypatch.setattr(cache, "REST_SECONDS", 0)
    for _time in range(2):
        hanging[0].get("tasks")
        hanging[1]()[0].close()


def test_a_redis_that_works_is_never_left_alone(settings):
    there = ForgivingRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "test_cache"})
    there.set("tasks", 3, timeout=5)
    assert (there.get("tasks"), there.rests()) == (3, False)
