"""What the pages ask of the worker: read a file, apply what was chosen of it, take it back."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from pillars.imports.applying import ImportRefused
from pillars.imports.choice import summary
from pillars.imports.queue import _read
from pillars.imports.undoing import TOO_LATE
from pillars.models import Plan, PlanImport
from pillars.proposals import propose
from pillars.workbook.files import check

ALONE_PERCENT = 5  # what one person may change of a plan's rows (permissions.md)


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
