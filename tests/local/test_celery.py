"""The timetable and the broker's address."""

import pytest

from dxportal.celery import TIMETABLE, app, broker_url
from tests.live import redis_url, wait_for


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("redis://cache:6379/3", "redis://cache:6379/3"),
        ("rediss://cache/0", "rediss://cache/0"),
        ("unix:///var/run/valkey.sock", "redis+socket:///var/run/valkey.sock"),
        ("unix:///var/run/valkey.sock?db=2", "redis+socket:///var/run/valkey.sock?virtual_host=2"),
    ],
)
def test_broker_url(given, spelled):
    assert broker_url(given) == spelled


@pytest.mark.parametrize(
    ("base", "number", "address"),
    [
        ("redis://127.0.0.1:6379/4", 3, "redis://127.0.0.1:6379/10"),
        ("unix:///run/v.sock", 1, "unix:///run/v.sock?db=2"),
    ],
)
def test_each_process_of_the_suite_has_its_own_redis_database(base, number, address):
    assert redis_url(base, number) == address


def test_every_row_of_the_timetable_names_a_task_that_exists():
    app.loader.import_default_modules()

    assert sorted({row.task for row in TIMETABLE} - set(app.tasks)) == []


def test_a_ring_that_nobody_heard_is_thrown_away():
    for row in TIMETABLE:
        assert app.conf.beat_schedule[row.name]["options"] == {"queue": row.queue, "expires": row.expires}


def test_the_worker_hears_the_queues_of_the_timetable(worker):
    worker.send("newsletter.tick")

    wait_for(lambda: "newsletter.tick" in worker.words() and "succeeded" in worker.words())
