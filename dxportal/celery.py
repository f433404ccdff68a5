"""The Celery app and the whole timetable as one table.

The database is the queue and Redis an alarm clock (sending.md): beat rings, everything else follows from rows.
Days, local mornings and holidays are the database's business, so beat knows no time zone and two beats do no harm.
"""

import os
from typing import NamedTuple

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")


class Row(NamedTuple):
    name: str
    task: str
    schedule: float | crontab  # every so many seconds, or at these minutes of UTC
    expires: int  # seconds after which a ring that nobody heard is thrown away
    queue: str
    why: str


TIMETABLE = [
    Row("tick", "newsletter.tick", 10, 10, "celery", "finds what is due and wakes the mail workers"),
    Row(
        "readership", "newsletter.readership", 60, 60, "celery", "counts readers, forgets them after 90 days"
    ),
    Row("threads", "newsletter.threads", 60, 60, "celery", "draws what stands below the pages of issues"),
    Row("calls", "pillars.calls", 600, 600, "celery", "opens reporting calls, publishes on the set day"),
    Row("imports", "pillars.work_imports", 3, 3, "celery", "reads and applies the plan files that wait"),
    Row("pulse", "pillars.pulse", 600, 600, "celery", "asks about burden and effect, closes what is over"),
    Row("bounces", "newsletter.bounces", 300, 300, "celery", "reads what mail servers reported back"),
    Row("memberships", "taskforce.memberships", 3600, 3600, "celery", "groups follow duties given elsewhere"),
    Row("sessions", "accounts.clear_sessions", crontab(hour=18, minute=10), 3600, "celery", "03:10 in Tokyo"),
]


def broker_url(redis_url: str) -> str:
    """The address as kombu spells it: redis-py says unix:///path?db=1, kombu redis+socket:///path?virtual_host=1."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


app = Celery("dxportal")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,  # seconds until an unacknowledged message is given again; far above the time limits
        "unacked_restore_throttle": 1,
        "health_check_interval": 10,
        "socket_timeout": 15,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
    },
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    task_acks_late=False,  # a lost ring is rung again ten seconds later; a ring heard twice would only cost time
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_soft_time_limit=240,
    task_time_limit=300,
    task_default_queue="celery",
    task_routes={"newsletter.drain": {"queue": "mail"}},
    task_serializer="json",
    accept_content=["json"],
    enable_utc=True,
    timezone="UTC",
    beat_max_loop_interval=5,
    beat_schedule={
        row.name: {
            "task": row.task,
            "schedule": row.schedule,
            "options": {"queue": row.queue, "expires": row.expires},
        }
        for row in TIMETABLE
    },
)
app.autodiscover_tasks(["accounts", "pillars", "taskforce", "newsletter"])
