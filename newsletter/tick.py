"""Every ten seconds: what has become due? Rows are made and closed here, mail leaves in `drain`."""

import structlog
from django.utils.translation import gettext as _

from dxportal import dates, uploads
from newsletter import (
    claiming,
    digest,
    guard,
    joiners,
    notices,
    recording,
    reminders,
    schedule,
    sending,
    watching,
)
from newsletter.models import Heartbeat

logger = structlog.get_logger(__name__)

ROOM_SECONDS = 3600  # how often the room for uploaded files is measured
ROUND_SECONDS = 600  # how often digests, reminders and moved people are looked for


def tick() -> bool:
    """One round; whether a drain has work now. A part that fails is logged and does not stop the others."""
    if not Heartbeat.objects.fresh("tick", seconds=watching.LATE_SECONDS):
        first_round()
    Heartbeat.objects.beat("tick")
    guard.check()
    for part in PARTS:
        try:
            part()
        except Exception:
            logger.exception("tick_part_failed", part=part.__name__)
    return claiming.something_is_due()


def personal_mail() -> None:
    """Digests and reminders of places where a morning has come, the latest issue for people who have just begun."""
    if Heartbeat.objects.take_turn("personal_mail", seconds=ROUND_SECONDS):
        at = schedule.database_now()
        digest.create(at)
        reminders.create(at)
        joiners.create(at)


def people_who_moved() -> None:
    if Heartbeat.objects.take_turn("moves", seconds=ROUND_SECONDS):
        sending.follow_moves()


def first_round() -> None:
    """After a pause of the tick itself: say so, and give the workers their time before they are missed."""
    if Heartbeat.objects.filter(name="tick").exists():
        watching.tell("tick")
    Heartbeat.objects.beat("calm")


def watch_workers() -> None:
    """Alarm when mail has been due for a while and no worker came for it."""
    if watching.workers_are_missing():
        watching.tell("drain")


def watch_room() -> None:
    """Alarm once a day while uploaded files fill their place beyond UPLOAD_ALARM_PERCENT (promises.md FI4)."""
    if Heartbeat.objects.take_turn("room", seconds=ROOM_SECONDS) and uploads.is_alarming():
        words = _("ファイルの置き場が%(percent)s%%まで埋まりました。ディスクか上限を増やしてください。")
        day = dates.today(schedule.database_now()).isoformat()
        sending.alarm("room", words % {"percent": uploads.fullest()}, once=day)


PARTS = (
    sending.start_due_issues,
    notices.create,
    personal_mail,
    people_who_moved,
    sending.finish_issues,
    recording.watch_relay,
    watch_workers,
    watch_room,
)
