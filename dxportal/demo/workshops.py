"""The demonstration's workshops of every kind, with people registered, waiting, present and asked: data/workshops.toml."""

import tomllib
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Role, User
from dxportal import dates, officedays, uploads
from taskforce.models import WorkingGroup, Workshop, WorkshopAnswer, WorkshopMaterial, WorkshopSeries

DATA = Path(__file__).parent / "data" / "workshops.toml"
SERIES = {"はじめの一歩": "First steps", "毎月の集計を軽く": "Lighter monthly tallies"}
WORDS = ("title", "title_en", "description", "description_en", "host", "host_en")
ANNOUNCED = timedelta(days=28)


def load(today):
    """Around `today`; called by the taskforce's loader, which loads once."""
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))
    by = User.objects.with_role(Role.SECRETARIAT).order_by("staff_number").first()
    for name, name_en in SERIES.items():
        WorkshopSeries.objects.get_or_create(name=name, defaults={"name_en": name_en})
    crowd = list(User.objects.active().filter(department__isnull=False).order_by("staff_number")[70:150])
    for number, row in enumerate(told["workshop"]):
        workshop = announce(row, today, by)
        people = [crowd[(7 * number + place) % len(crowd)] for place in range(row["people"])]
        for place, person in enumerate(people):
            workshop.register(person, at=registered_at(workshop, place))
        if reason := row.get("cancelled"):
            workshop.cancel(by=by, reason=reason, at=timezone.now() - timedelta(hours=20))
        if row["days"] < 0:
            look_back(workshop, row, by)


def announce(row, today, by) -> Workshop:
    zone = ZoneInfo(row.get("zone", "Asia/Tokyo"))
    day = officedays.next_office_day(today + timedelta(days=row["days"]))
    start = dates.local_morning(day, zone, row["hour"])
    fields = {name: row[name] for name in WORDS}
    fields |= {name: row.get(name, "") for name in ("place", "place_en")}
    return Workshop.announce(
        by=by,
        at=min(start - ANNOUNCED, timezone.now() - timedelta(days=2)),
        starts_at=start,
        ends_at=start + timedelta(minutes=row["minutes"]),
        zone=zone.key,
        online_url=row.get("online", ""),
        capacity=row.get("capacity"),
        series=WorkshopSeries.objects.filter(name=row.get("series")).first(),
        group=WorkingGroup.objects.filter(slug=row.get("group")).first(),
        organiser=User.objects.filter(staff_number=row.get("organiser", "-")).first(),
        **fields,
    )


def registered_at(workshop, place):
    """Some time between the announcement and the day before."""
    latest = min(workshop.starts_at - timedelta(days=1), timezone.now())
    return max(workshop.created_at, latest - timedelta(hours=3 * place))


def look_back(workshop, row, by):
    """Who was there, recording and materials, and what they said of it."""
    after = min(workshop.ends_at + timedelta(hours=2), timezone.now())
    seated = list(workshop.registrations.seated())
    workshop.mark_attendance({r.pk for r in seated[: row["present"]]}, by=by, at=after)
    quiet = row.get("without_material", False)
    if quiet or "recording" in row:
        recording = row.get("recording", "")
        workshop.publish_recording(by=by, recording_url=recording, without_material=quiet, at=after)
    for name, text in row.get("materials", ()):
        upload = uploads.accept(SimpleUploadedFile(name, text.encode()))
        WorkshopMaterial.keep(upload, by=by, owner=workshop, workshop=workshop, at=after)
    for registration, (usefulness, words) in zip(seated, row.get("answers", ()), strict=False):
        WorkshopAnswer.give(registration, usefulness=usefulness, words=words)
