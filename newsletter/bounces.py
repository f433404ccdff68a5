"""Reading the bounce mailbox: each report is counted once, and only confirmed ones suspend an address (N16, MA10).

A report is written down and, when it confirms an earlier one, believed in one transaction; then the message is put
away. Killed between, the next round finds it written down already and only puts it away.
"""

import hashlib
from collections import Counter

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter import postbox, reports, schedule, sending
from newsletter.models import Bounce, Heartbeat, Preference

logger = structlog.get_logger(__name__)

AT_MOST = 500  # messages a round: the rest has its turn five minutes later
SILENT_SECONDS = 24 * 3600
FOREVER = 3650 * 24 * 3600
BEAT = "bounces"


def collect() -> Counter:
    """Read what is new in the mailbox of MAIL_BOUNCES; how many of each kind.

    Never raises for trouble with the mailbox: the next round comes, and after a day without one there is an alarm.
    """
    if not settings.MAIL_BOUNCES:
        return Counter()
    try:
        with postbox.opened(settings.MAIL_BOUNCES) as box:
            found = take(box)
    except postbox.TROUBLE as error:
        logger.warning("bounces_not_read", error=type(error).__name__)
        _watch()
        return Counter()
    Heartbeat.objects.beat(BEAT)
    logger.info("bounces_read", **found)
    return found


def _watch() -> None:
    """Alarm once a day while the mailbox cannot be read."""
    Heartbeat.objects.get_or_create(name=BEAT)  # a mailbox that never worked is missed after a day, too
    if not Heartbeat.objects.fresh(BEAT, seconds=SILENT_SECONDS):
        words = _("戻ってきたメールの受信箱を1日以上読めていません。MAIL_BOUNCESを確かめてください。")
        sending.alarm("bounces", words, once=schedule.database_now().strftime("%Y%m%d"))


def take(box) -> Counter:
    """Write down every new message of an open mailbox and put the reports away; how many of each kind."""
    names, found = box.names(), Counter()
    known = {bounce.name: bounce for bounce in Bounce.objects.filter(name__in=names)}
    fresh = [name for name in names if name not in known][:AT_MOST]
    for name in [name for name, bounce in known.items() if bounce.is_report] + fresh:
        try:
            bounce, is_new = (known[name], False) if name in known else keep(name, box.read(name))
            if is_new:
                found[bounce.kind] += 1
            if bounce.is_report:
                box.put_away(name)
        except postbox.Gone:
            continue
    return found


@transaction.atomic
def keep(name: str, content: bytes) -> tuple[Bounce, bool]:
    """Write one message down; (its row, whether it is new). The same message under another name counts once."""
    fingerprint = hashlib.sha256(content).hexdigest()
    if known := Bounce.objects.filter(fingerprint=fingerprint).first():
        Bounce.objects.filter(pk=known.pk).update(name=name)
        return known, False
    report = reports.read(content)
    fields = {name: getattr(report, name) for name in ("kind", "delivery", "address", "status", "words")}
    bounce, is_new = Bounce.objects.get_or_create(fingerprint=fingerprint, defaults={"name": name, **fields})
    if is_new and bounce.kind == Bounce.Kind.GONE:
        believe(bounce)
    return bounce, is_new


def believe(bounce) -> None:
    """Suspend the address when another mail to it came back too, unless too many of the issue did to believe it."""
    delivery = bounce.delivery
    if delivery.issue_id and Bounce.objects.are_too_many(delivery.issue_id):
        _suspect(delivery.issue_id, bounce)
    elif delivery.person and Bounce.objects.confirms(delivery.person):
        Preference.objects.mark_refused(delivery.person_id, bounce.address, bounce.words or bounce.status)


def _suspect(issue_id, bounce) -> None:
    """So many cannot be wrong: nobody is marked because of this issue, it stops, and people are told (MA10)."""
    rows = Bounce.objects.of_issue(issue_id)
    marked = rows.filter(counted=True).values("delivery__person")
    Preference.objects.filter(person__in=marked, refused_reply__in=rows.values("words")).update(
        refused_address="", refused_reply="", refused_at=None
    )
    rows.update(counted=False)
    reason = _(
        "%(count)s通が戻ってきました。宛先のほかにわけがないか、中継サーバーを確かめてください: %(reply)s"
    )
    if Heartbeat.objects.take_turn(f"bounced:{issue_id}", seconds=FOREVER):  # who resumes it has looked
        words = reason % {"count": rows.count(), "reply": bounce.words}
        sending.pause_issue(issue_id, words)
        sending.alarm("bounced", words, once=f"issue:{issue_id}")
