"""How long 10,000 people take to come in, and to be found unchanged: `python bench/staff_import.py [COUNT]`.

Works on the database of the environment inside a transaction that is rolled back. The figure to hold is 10 s (issue 2).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "dxportal" / "demo" / "data"


def measure(count: int) -> None:
    from django.db import transaction

    from accounts.imports import DepartmentImport, StaffImport
    from dxportal import dates

    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder) / "staff.csv"
        subprocess.run(
            [sys.executable, "make_staff.py", "--count", str(count), "--out", str(path)], cwd=DATA, check=True
        )
        DepartmentImport((DATA / "departments.csv").read_bytes(), today=dates.today()).run()
        for what in ("new", "unchanged"):
            start = time.monotonic()
            outcome = StaffImport(path.read_bytes(), today=dates.today()).run()
            print(f"{what:>10}: {time.monotonic() - start:.1f} s  {outcome.counts}")
        transaction.set_rollback(True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
    sys.path.insert(0, str(PROJECT))
    django.setup()
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
