"""What an import of a plan costs, and whether it is all or nothing: `python bench/plan_import.py [ROWS] [--kills N]`.

Makes a database of its own beside the one of the environment and drops it again. Each measurement runs in a process
of its own, so that peak memory is its own. Figures to hold (issue 3): 5,000 rows read in 5 s and applied in 5 s;
hostile files refused in 1 s with less than 50 MB more; a worker killed at any moment leaves 0 rows or all.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

import django

PROJECT = Path(__file__).resolve().parent.parent
ROWS_OF_A_PILLAR = 8
LINE = "{what:<34}{rows:>7}{seconds:>9.2f}{cpu:>9.2f}{queries:>9}{megabytes:>9.1f}  {note}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    old = setup_databases(verbosity=0, interactive=False, parallel=0)
    try:
        print(f"{'':<34}{'rows':>7}{'seconds':>9}{'CPU s':>9}{'queries':>9}{'MB more':>9}")
        refuse_hostile_files()
        files = make_files(options.rows)
        measure_import(files)
        two_at_once(files)
        kill_workers(files, options.kills)
    finally:
        connection.close()
        teardown_databases(old, verbosity=0)


def in_child(work, *, kill_after=None):
    """Run work() in a forked process: what it returned, None when it was killed. It has its own connection."""
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writing, json.dumps(work()).encode())
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.close(writing)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reading, "rb") as answer:
        text = answer.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else None


def measured(work):
    """{"seconds", "queries", "megabytes", "note"} of work() in a child."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def child():
        connection.ensure_connection()
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak of the parent
        before, used = peak(), time.process_time()
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            note = work()
        return {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - used,
            "queries": len(queries),
            "megabytes": peak() - before,
            "note": note or "",
        }

    return in_child(child)


def peak() -> float:
    """Megabytes of memory this process has held at most."""
    words = Path("/proc/self/status").read_text()
    return int(words.split("VmHWM:")[1].split()[0]) / 1024


def row(what, rows, figures):
    print(LINE.format(what=what, rows=rows, **figures), flush=True)


def refuse_hostile_files():
    from pillars.workbook.files import FileRefused, check
    from tests.factories.hostile import HOSTILE

    for what, make, name, _word in HOSTILE:
        content = make()

        def look(content=content, name=name):
            try:
                check(content, name)
            except FileRefused as refused:
                return str(refused)[:40]
            return "NOT REFUSED"

        row(f"refused: {what}", "", measured(look))


def make_files(rows) -> dict:
    from tests.factories import Book, DepartmentFactory

    department, pillars = DepartmentFactory(code="HQ-A"), rows // ROWS_OF_A_PILLAR
    changed = Book(department, pillars=pillars)
    for place in range(pillars):
        changed.change("施策", "進捗率(%)", 55, row=place)
    new = Book(department, pillars=pillars)
    return {"new": new.content, "changed": changed.content, "rows": rows}


def upload(content, by=None):
    from pillars import imports

    return imports.store(content, "plan.xlsx", by=by).pk


def order(pk):
    from pillars import imports
    from pillars.models import PlanImport

    imports.begin(PlanImport.objects.get(pk=pk), by=None)


def work():
    from pillars import imports

    return f"{imports.work()} done"


def measure_import(files):
    from django.utils import timezone

    from pillars import imports
    from pillars.models import PlanImport
    from tests.factories import UserFactory

    for what in ("new", "changed"):
        pk = upload(files[what])
        row(f"read, {what}", files["rows"], measured(work))
        order(pk)
        row(f"applied, {what}", files["rows"], measured(work))
    lead = UserFactory(roles=["secretariat"])

    def undo():
        found = PlanImport.objects.get(pk=pk)
        done = imports.Undo.carry_out(found, by=lead, at=timezone.now())
        return f"{done['restored']} cells restored"

    row("undone, changed", files["rows"], measured(undo))
    pk = upload(files["new"])
    row("read, unchanged", files["rows"], measured(work))


def two_at_once(files):
    from pillars import imports
    from pillars.models import PlanImport

    pks = [upload(files["changed"]) for _n in range(2)]
    in_child(work)

    def confirm():
        try:
            return imports.confirm(PlanImport.objects.get(pk=pks[1]), by=None, today=None)
        except imports.ImportBusy as busy:
            return str(busy)

    order(pks[0])
    if os.fork() == 0:
        from django.db import connections

        connections.close_all()
        imports.work()
        os._exit(0)
    time.sleep(1.5)
    print("two at once, the second is told:", in_child(confirm))
    os.wait()


def kill_workers(files, kills):
    """Kill the worker at random moments of applying; what is stored must be nothing or everything."""
    from pillars.models import Initiative, Plan, PlanImport

    clear()
    pk = upload(files["new"])
    in_child(work)
    stored = []
    for _number in range(kills):
        if PlanImport.objects.get(pk=pk).state != PlanImport.State.APPLYING:
            order(pk)
        in_child(work, kill_after=random.uniform(0.1, 4))  # noqa: S311
        stored.append(Initiative.objects.count())
        if Plan.objects.exists():
            clear()
            pk = upload(files["new"])
            in_child(work)
    everything = files["rows"] // ROWS_OF_A_PILLAR
    partly = [count for count in stored if count not in (0, everything)]
    print(
        f"killed {kills} times: nothing {stored.count(0)}, all {stored.count(everything)}, partly {len(partly)}"
    )


def clear():
    from django.db import connection

    from pillars.workbook.sheets import SHEETS

    tables = ", ".join(sheet._meta.model._meta.db_table for sheet in SHEETS)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}, pillars_planimport CASCADE")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
    sys.path.insert(0, str(PROJECT))
    django.setup()
    main()
