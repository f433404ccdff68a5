"""Notices that the database has been restored, and holds all mail until a person has looked (F9, P15)."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from newsletter import sending
from newsletter.models import Heartbeat

# Differs after a dump was loaded (table and database have new numbers), after a base backup or failover (timeline),
# and on another server (system identifier); stays through restarts, upgrades of the code and VACUUM.
FINGERPRINT = """
select concat_ws(':', (select system_identifier from pg_control_system()),
  substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
  (select oid from pg_database where datname = current_database()),
  'newsletter_delivery'::regclass::oid)
"""


def fingerprint() -> str:
    """Which database this is: the same text as long as no restore came between."""
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT)
        return cursor.fetchone()[0]


def check() -> bool:
    """Whether the database is the one we knew. The first time it is remembered; a change holds all mail, once."""
    now = fingerprint()
    known = Heartbeat.objects.filter(name="database")
    note = known.values_list("note", flat=True).first()
    if note == now:
        return True
    if note is None:
        Heartbeat.objects.get_or_create(name="database", defaults={"note": now})
        return True
    with transaction.atomic():
        if known.filter(note=note).update(note=now):
            reason = _("データベースが戻されました。どこまで届いたかを確かめてから、配信を再開してください。")
            sending.hold_everything(reason)
    return False
