"""Writing an import: everything that was chosen in one transaction, with its history and what it takes to undo it."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Activity
from pillars.imports.choice import decide
from pillars.imports.preview import keep, preview_of, read
from pillars.imports.result import fates_of
from pillars.imports.writing import Applier
from pillars.models import (
    PlanImport,
)
from pillars.workbook.files import Table
from pillars.workbook.reading import ImportPlan

LOCK = 7_302_026  # one import of a plan at a time, in the whole installation


class ImportRefused(Exception):
    """The import has problems or was already dealt with; str() says so."""


class PreviewOutdated(ImportRefused):
    """Rows changed in the portal after the preview; the preview has been made anew and shows them."""


class ImportBusy(ImportRefused):
    """Another import is being applied."""


def discard(plan_import: PlanImport, *, by):
    """Put the upload away; the row stays as a record, the tables of the file do not."""
    with transaction.atomic():
        locked = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
        if locked.state not in (PlanImport.State.UPLOADED, PlanImport.State.PREVIEWED):
            raise ImportRefused(_("この取込はもう済んでいます。"))
        if locked.proposal:
            raise ImportRefused(_("もう一人の確認を待っています。先に提案を取り下げてください。"))
        plan_import.state, plan_import.content, plan_import.file = PlanImport.State.DISCARDED, {}, b""
        plan_import.save(update_fields=["state", "content", "file"])
        Activity.record("import.discarded", plan_import, by=by)


def confirm(
    plan_import: PlanImport, *, by, today, overwrite=False, skip_errors=False, tell=None
) -> dict[str, int]:
    """Apply what is chosen of the preview: all of it or nothing. Returns {"created", "changed", "unchanged", "kept"}.

    `overwrite` also takes cells that were changed in the portal after the file was written; without it they are kept
    unless people chose them. `skip_errors` leaves out rows with an error, otherwise one error refuses the file.
    Raises ImportRefused, ImportBusy, or PreviewOutdated after renewing the preview.
    """
    if by is not None and not plan_import.can_apply(by):
        raise PermissionDenied
    try:
        with transaction.atomic():
            take_turn()
            found = _read_again(plan_import, today, skip_errors)
            if overwrite:
                plan_import.over = [[row.sheet.sheet, row.code] for row in found.changed if row.conflict]
            return _write(plan_import, found, by, tell)
    except PreviewOutdated:
        plan_import.state = PlanImport.State.PREVIEWED
        plan_import.save(update_fields=["errors", "preview", "version", "state"])
        raise


def take_turn():
    """One import at a time, until the end of the transaction. Raises ImportBusy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise ImportBusy(_("ほかの取込が進んでいます。終わってから、もう一度取り込んでください。"))


def _read_again(plan_import, today, skip_errors) -> ImportPlan:
    """The file against the portal with the rows locked. Raises when the preview would not read the same any more."""
    state = PlanImport.objects.select_for_update().values_list("state", flat=True).get(pk=plan_import.pk)
    if state not in (PlanImport.State.PREVIEWED, PlanImport.State.APPLYING):
        raise ImportRefused(_("この取込はもう済んでいます。"))
    found = read(plan_import, tables_of(plan_import), today=today, lock=True)
    _refuse_if_moved(plan_import, found)
    if found.is_unreadable or (found.problems and not skip_errors):
        raise ImportRefused(_("直すところがあるので取り込めません。ファイルを直して読み直してください。"))
    return found


def _refuse_if_moved(plan_import, found):
    """The preview is what people agreed to: when it would read differently now, they are asked again (IM11)."""

    def signatures(preview):
        rows = (row for row in preview["rows"] if row["kind"] != "error")
        return {(r["sheet"], r["code"]): (r["kind"], r["changes"], r["conflict"]) for r in rows}

    agreed, current = signatures(plan_import.preview), signatures(preview_of(found))
    moved = {key for key in {*agreed, *current} if agreed.get(key) != current.get(key)}
    if moved or len(plan_import.errors) != len(found.problems):
        keep(plan_import, found, moved=moved)
        raise PreviewOutdated(
            _("確認のあいだにポータルで変わった行があります(%(count)s件)。もう一度見てください。")
            % {"count": len(moved)}
        )


def tables_of(plan_import) -> dict[str, Table]:
    return {title: Table(title, t["headers"], t["rows"]) for title, t in plan_import.content.items()}


def _write(plan_import, found, by, tell) -> dict[str, int]:
    decisions = decide(plan_import)
    fates = fates_of(found, decisions)
    source = f"import:{plan_import.pk}"
    applier = Applier(found, by=by, source=source, tell=tell, signs=plan_import.is_progress_only)
    result = applier.apply(decisions)
    plan_import.plan, plan_import.fates, plan_import.before = applier.plan, fates, applier.before.as_json()
    plan_import.result = {**result, "errors": plan_import.preview["counts"]["errors"]}
    plan_import.state, plan_import.refusal = PlanImport.State.APPLIED, ""
    plan_import.applied_by, plan_import.applied_at = by, timezone.now()
    fields = ["plan", "fates", "before", "result", "state", "refusal", "applied_by", "applied_at", "over"]
    plan_import.save(update_fields=fields)
    counts = {"file": plan_import.file_name, "created": result["created"], "changed": result["changed"]}
    with override("ja"):
        told = _("%(file)sを取り込んだ(新規%(created)s、変更%(changed)s)") % counts
    with override("en"):
        told_en = _("%(file)sを取り込んだ(新規%(created)s、変更%(changed)s)") % counts
    words = {"summary": told[:500], "summary_en": told_en[:500]}
    Activity.record("import.applied", plan_import.plan, by=by, source=source, **words)
    return result
