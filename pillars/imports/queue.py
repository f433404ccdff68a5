"""Imports as a queue in the database: the pages write rows, a worker reads and applies them (architecture.md).

A worker holds an advisory lock of its session on the import it works at. A worker that is killed loses the lock with
its connection and its transaction with it: nothing is half done, and the next ring of the timetable takes it up.
"""

from contextlib import contextmanager

import structlog
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from dxportal import dates
from pillars.imports.applying import ImportBusy, ImportRefused, PreviewOutdated, confirm
from pillars.imports.preview import keep, read
from pillars.imports.undoing import Undo
from pillars.models import PlanImport
from pillars.workbook.files import FileRefused, read_tables

logger = structlog.get_logger(__name__)

CLAIM = 7_302_027  # first half of the advisory lock; the second is the number of the import
TRIES = 3  # a file that ends its worker three times is put aside
PROGRESS_SECONDS = 600


# --- what the worker does -----------------------------------------------------------------------------


def work() -> int:
    """Read or apply everything that waits, one after another; returns how many. A second worker takes what is left."""
    done = 0
    for pk in PlanImport.objects.waiting().values_list("pk", flat=True):
        with claimed(pk) as is_mine:
            done += bool(is_mine and _advance(pk))
    return done


@contextmanager
def claimed(pk: int):
    """Hold the import for this session; False when another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLAIM, pk])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLAIM, pk])


def _advance(pk: int) -> bool:
    """One step of one import, in the language of its person. False when it waits for its turn or was done meanwhile."""
    waiting = PlanImport.objects.waiting().select_related("plan", "uploaded_by", "applied_by", "undone_by")
    plan_import = waiting.filter(pk=pk).first()
    if plan_import is None:
        return False
    PlanImport.objects.filter(pk=pk).update(tries=F("tries") + 1)
    person = plan_import.undone_by or plan_import.applied_by or plan_import.uploaded_by
    step = STEPS.get(plan_import.state, _read_now)
    with override(person.language if person else "ja"):
        if plan_import.tries >= TRIES:
            return _give_up(plan_import)
        return step(plan_import)


def _read_now(plan_import) -> bool:
    state = PlanImport.State
    PlanImport.objects.filter(pk=plan_import.pk).update(state=state.READING)
    try:
        _read(plan_import, today=dates.today())
    except FileRefused as refused:
        plan_import.state, plan_import.refusal, plan_import.file = state.REFUSED, str(refused), b""
    # Unless somebody put it away meanwhile.
    with transaction.atomic():
        if PlanImport.objects.select_for_update().get(pk=plan_import.pk).state == state.READING:
            plan_import.tries = 0
            plan_import.save()
    return True


def _read(plan_import, *, today):
    tables = read_tables(bytes(plan_import.file), plan_import.file_name)
    rows = sum(len(table.rows) for table in tables.values())
    found = read(plan_import, tables, today=today, tell=lambda done: tell(plan_import.pk, done, rows))
    plan_import.plan = found.plan or plan_import.plan
    plan_import.content = {title: {"headers": t.headers, "rows": t.rows} for title, t in tables.items()}
    plan_import.file, plan_import.state = b"", PlanImport.State.PREVIEWED
    keep(plan_import, found)


def _apply_now(plan_import) -> bool:
    counts = plan_import.preview["counts"]
    rows = counts["new"] + counts["changed"]
    try:
        confirm(
            plan_import,
            by=plan_import.applied_by,
            today=dates.today(),
            skip_errors=True,
            tell=lambda done: tell(plan_import.pk, done, rows),
        )
    except ImportBusy:
        PlanImport.objects.filter(pk=plan_import.pk).update(tries=plan_import.tries)
        return False  # the next ring tries again
    except PreviewOutdated as outdated:
        _back_to_preview(plan_import, str(outdated))
    except ImportRefused as refused:
        _back_to_preview(plan_import, str(refused))
    return True


def _undo_now(plan_import) -> bool:
    rows = len(plan_import.before.get("entries", ()))
    try:
        Undo.carry_out(
            plan_import,
            by=plan_import.undone_by,
            at=timezone.now(),
            chosen=set(plan_import.undo_chosen),
            tell=lambda done: tell(plan_import.pk, done, rows),
        )
    except ImportBusy:
        PlanImport.objects.filter(pk=plan_import.pk).update(tries=plan_import.tries)
        return False  # the next ring tries again
    except ImportRefused as refused:
        _back_to_applied(plan_import, str(refused))
    except PermissionDenied:
        _back_to_applied(plan_import, _("元に戻せるのは事務局だけです。何も変えていません。"))
    return True


STEPS = {PlanImport.State.APPLYING: _apply_now, PlanImport.State.UNDOING: _undo_now}


def _give_up(plan_import) -> bool:
    logger.error("import_given_up", pk=plan_import.pk, state=plan_import.state)
    if plan_import.state == PlanImport.State.UNDOING:
        _back_to_applied(plan_import, _("3回試しましたが元に戻せませんでした。何も変えていません。"))
    elif plan_import.state == PlanImport.State.APPLYING:
        _back_to_preview(plan_import, _("3回試しましたが取り込めませんでした。何も書き換えていません。"))
    else:
        words = _("3回試しましたが読めませんでした。シートと行を減らして、もう一度読み込んでください。")
        PlanImport.objects.filter(pk=plan_import.pk).update(
            state=PlanImport.State.REFUSED, refusal=words, file=b""
        )
    return True


def _back_to_preview(plan_import, words):
    PlanImport.objects.filter(pk=plan_import.pk).update(
        state=PlanImport.State.PREVIEWED, refusal=words, tries=0, applied_by=None
    )


def _back_to_applied(plan_import, words):
    PlanImport.objects.filter(pk=plan_import.pk).update(
        state=PlanImport.State.APPLIED, refusal=words, tries=0, undone_by=None
    )


# --- how far it has come ------------------------------------------------------------------------------


def tell(pk: int, done: int, total: int):
    """Word for the page, outside the transaction of the work. The cache may be away: then the page shows no number."""
    cache.set(f"import:{pk}", (min(done, total), total), PROGRESS_SECONDS)


def progress(pk: int) -> tuple[int, int] | None:
    """(rows done, rows in all), or None when there is no word of it."""
    return cache.get(f"import:{pk}")
