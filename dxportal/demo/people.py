"""The demonstration's organisation and people: from the files a ministry would send, plus one administrator."""

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from accounts.imports import DepartmentImport, StaffImport
from accounts.models import Department, Duty, Role, User
from dxportal import dates

DATA = Path(__file__).parent / "data"
ADMIN = "admin@example.jp"
SAMPLE = 300  # people in staff_sample.csv, who are also the first ones of every longer list


def load(today: date) -> None:
    """Departments, DEMO_STAFF people with one password, and an administrator. Loading again changes nothing."""
    files = (
        (DepartmentImport, "departments.csv", (DATA / "departments.csv").read_bytes()),
        (StaffImport, "staff_sample.csv", staff_file(max(settings.DEMO_STAFF, SAMPLE))),
    )
    for reader, name, content in files:
        outcome = reader(content, today=today, name=name).run()
        if not outcome.applied:
            raise ValueError(f"{name}: {outcome.problems[0]}")
    date_duties(today)
    load_admin(today)
    # One hash for everybody: hashing each by itself would take a minute.
    without = User.objects.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    without.update(password=make_password(settings.DEMO_PASSWORD))


def staff_file(count: int) -> bytes:
    """The staff list with so many people: the sample, or a longer one that begins with it."""
    if count == SAMPLE:
        return (DATA / "staff_sample.csv").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.csv"
        make = [sys.executable, str(DATA / "make_staff.py"), "--count", str(count), "--out", str(path)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own script, a number
        return path.read_bytes()


def date_duties(today: date) -> None:
    """An import begins duties on its own day; here they began with the fiscal year."""
    april = dates.year_start(dates.fiscal_year(today))
    Duty.objects.filter(starts_on=today, user__joined_on__lte=april).update(starts_on=april)


def load_admin(today: date) -> None:
    """The administrator is nobody of the staff list, so that an import never touches the account."""
    fields = {
        "name": "岸本 守",
        "name_kana": "キシモト マモル",
        "name_en": "Mamoru KISHIMOTO",
        "department": Department.objects.get(code="HQ-MIN-ICT"),
        "job_title": "システム管理",
    }
    if not User.objects.filter(email=ADMIN).exists():
        User.objects.create_user(ADMIN, **fields)
    admin = User.objects.get(email=ADMIN)
    if not admin.has_role(Role.ADMIN):
        Duty.objects.create(user=admin, role=Role.ADMIN, starts_on=today)
