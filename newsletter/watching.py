"""Is the mail engine alive? Asked by a process of its own, `manage.py watch_mail`, because neither beat nor worker can
tell of their own end (promises.md P9, docs/adr/0017).
"""

from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from newsletter import claiming, drain, recording, schedule, sending
from newsletter.models import Heartbeat

logger = structlog.get_logger(__name__)

# A stopped part is told of within three minutes (P9): so long nothing is heard of it, then the watch looks, then the
# alarm is sent.
LATE_SECONDS = 140
LATE = timedelta(seconds=LATE_SECONDS)
BOX_SECONDS = 20


def round_() -> str:
    """One look: "" when all is well, else which part is missing ("tick", "drain", "database"). The alarm is sent
    from here, because nobody else would."""
    try:
        missing = missing_part()
        if missing:
            tell(missing)
            drain.drain(BOX_SECONDS, alarms_only=True)
    except (DatabaseError, InterfaceError) as error:
        if not recording.is_away(error):
            raise
        logger.error("mail_alarm", what="database", words=type(error).__name__)
        connection.close()
        missing = "database"
    return missing


def missing_part() -> str:
    """The part that has not been heard of for LATE_SECONDS. Before the first tick ever nothing is missed."""
    if not Heartbeat.objects.filter(name="tick").exists():
        return ""
    if not Heartbeat.objects.fresh("tick", seconds=LATE_SECONDS):
        return "tick"
    return "drain" if workers_are_missing() else ""


def workers_are_missing() -> bool:
    """Whether mail has been due for LATE_SECONDS and no worker came for it. Calm is the last time nothing was due."""
    if not claiming.something_is_due():
        Heartbeat.objects.beat("calm")
        return False
    return not any(Heartbeat.objects.fresh(name, seconds=LATE_SECONDS) for name in ("calm", "drain"))


def standstill() -> str:
    """Which part stands still by its signs of life alone ("tick", "drain", "" for none): one question and no row
    written, for pages."""
    signs = Heartbeat.objects.filter(name__in=("tick", "calm", "drain"))
    heard = dict(signs.annotate(well=Q(at__gt=Now() - LATE)).values_list("name", "well"))
    if not heard.get("tick", True):
        return "tick"
    return "drain" if not heard.get("calm", True) and not heard.get("drain") else ""


def tell(part: str) -> None:
    """Post the alarm: once for each standstill, and again for every full hour that it lasts."""
    words = {
        "tick": _("予定を動かす仕組みが2分以上止まっていました。"),
        "drain": _("メールを送る仕組みが2分以上止まっています。メールは待っていて、失われていません。"),
    }
    since = last_heard(part)
    hours = (schedule.database_now() - since) // timedelta(hours=1)
    sending.alarm(part, words[part], once=f"{since:%Y%m%d%H%M%S}:{hours}")


def last_heard(part: str) -> datetime:
    """The moment a part that stands still was last well; workers were also well while nothing was due."""
    names = ("calm", "drain") if part == "drain" else (part,)
    return Heartbeat.objects.filter(name__in=names).latest("at").at
