"""The portal goes on without Redis (promises.md P10)."""

import pytest

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
