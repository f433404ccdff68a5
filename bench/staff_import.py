"""How long 10,000 people take to come in, and to be found unchanged: `python bench/staff_import.py [COUNT]`.

Works on the database of the environment inside a transaction that is rolled back. The figure to hold is 10 s (issue 2).
"""

import os
import sys
import time
from pathlib import Path

import django

PROJECT = Path(__file__).resolve().parent.parent


def measure(count: int) -> None:
    from django.db import transaction

    from accounts.imports import DepartmentImport, StaffImport
    from dxportal import dates
    from dxportal.demo.people import DATA, staff_file

    content = staff_file(count)
    with transaction.atomic():
        DepartmentImport((DATA / "departments.csv").read_bytes(), today=dates.today()).run()
        for what in ("new", "unchanged"):
            start = time.monotonic()
            outcome = StaffImport(content, today=dates.today()).run()
            print(f"{what:>10}: {time.monotonic() - start:.1f} s  {outcome.counts}")
        transaction.set_rollback(True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
    sys.path.insert(0, str(PROJECT))
    django.setup()
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
