"""Imports as a queue in the database: the pages write rows, a worker reads and applies them (architecture.md).

A worker holds an advisory lock of its session on the import it works at. A worker that is killed loses the lock with
its connection and its transaction with it: nothing is half done, and the next ring of the timetable takes it up.
"""

import hashlib
from contextlib import contextmanager

import structlog
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from dxportal import dates
from pillars.imports.applying import ImportBusy, ImportRefused, PreviewOutdated, confirm
from pillars.imports.choice import summary
from pillars.imports.preview import keep, read
from pillars.imports.undoing import TOO_LATE, Undo
from pillars.models import Plan, PlanImport
from pillars.proposals import propose
from pillars.workbook.files import FileRefused, check, read_tables

logger = structlog.get_logger(__name__)

CLAIM = 7_302_027  # first half of the advisory lock; the second is the number of the import
ALONE_PERCENT = 5  # what one person may change of a plan's rows (permissions.md)
TRIES = 3  # a file that ends its worker three times is put aside
PROGRESS_SECONDS = 600


# --- what the pages ask for ---------------------------------------------------------------------------


def store(content: bytes, name: str, *, by, plan: Plan | None = None) -> PlanImport:
    """Keep an uploaded file for the worker. Raises FileRefused for what is no table at all, at once."""
    check(content, name)
    plan_import = _new(content, name, by, plan)
    plan_import.tells = True
    plan_import.save()
    return plan_import


def upload(content: bytes, name: str, *, by, today, plan: Plan | None = None) -> PlanImport:
    """Read a file at once and keep it with its preview. Raises FileRefused when it is no table at all."""
    plan_import = _new(content, name, by, plan)
    _read(plan_import, today=today)
    plan_import.save()
    return plan_import


def _new(content, name, by, plan) -> PlanImport:
    return PlanImport(
        plan=plan,
        file_name=name[:255],
        file=content,
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
        is_progress_only=by is not None and not by.is_secretariat,
    )


def order(plan_import: PlanImport, *, by):
    """Ask the worker to apply what is chosen; what changes more than 5 % of the plan's rows, or makes a plan, asks a
    second person first (permissions.md). Returns that Proposal, else None. Raises ImportRefused when nothing is taken.
    """
    with transaction.atomic():
        locked = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
        if locked.state != PlanImport.State.PREVIEWED:
            raise ImportRefused(_("この取込はもう済んでいます。"))
        if locked.preview["unreadable"]:
            raise ImportRefused(_("直すところがあるので取り込めません。ファイルを直して読み直してください。"))
        numbers = summary(locked)
        if not numbers["taken"]:
            raise ImportRefused(_("取り込む行が1つも選ばれていません。行を選んでください。"))
        if numbers["share"] > ALONE_PERCENT and not locked.is_progress_only:
            return _ask(locked, numbers, by)
        if locked.proposal:
            raise ImportRefused(_("事務局のもう一人の確認を待っています。"))
        return begin(locked, by=by)


def _ask(plan_import, numbers, by):
    """A proposal that says how much would change; the file itself is seen on the page of the import."""
    counts = plan_import.preview["counts"]
    with override("ja"):
        changes = {
            _("ポータルにある行"): [None, counts["stored"]],
            _("取り込む行"): [None, numbers["taken"]],
            _("見送る行"): [None, numbers["left"] + numbers["held"]],
            _("エラーの行"): [None, counts["errors"]],
        }
        reason = _("計画の%(share)s%%の行が変わる取込") % {"share": round(numbers["share"])}
    try:
        return propose(
            "import", plan_import, by=by, values={}, changes=changes, reason=reason, plan=plan_import.plan
        )
    except ValidationError as error:
        raise ImportRefused(" ".join(error.messages)) from error


def begin(plan_import: PlanImport, *, by):
    """The worker may apply it now, in the name of `by`."""
    plan_import.state, plan_import.applied_by = PlanImport.State.APPLYING, by
    plan_import.tries, plan_import.refusal = 0, ""
    plan_import.save(update_fields=["state", "applied_by", "tries", "refusal"])


def take_back(plan_import: PlanImport, *, by, at, chosen=frozenset()):
    """Ask the worker to undo a whole import in the name of `by`. Raises ImportRefused when it is too late or done."""
    with transaction.atomic():
        locked = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
        if not locked.can_undo(by, at):
            raise ImportRefused(TOO_LATE)
        locked.state, locked.undone_by, locked.undo_chosen = locked.State.UNDOING, by, sorted(chosen)
        locked.tries, locked.refusal = 0, ""
        locked.save(update_fields=["state", "undone_by", "undo_chosen", "tries", "refusal"])


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
