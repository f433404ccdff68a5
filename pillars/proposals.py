"""What may be proposed, and what is done when a second person confirms it (permissions.md "2p").

A kind is a title, the function that carries the change out, and, where the fields can be read, the function that
tells how they stand now. `apply(proposal, by)` runs in the transaction of the decision; it raises ValidationError when
the change is no longer possible, and its acts carry `proposal.told(by)` as reason and `proposal.source` as source.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Activity
from pillars import turnover
from pillars.models.base import shown
from pillars.models.proposals import Proposal, key_of


class Kind(NamedTuple):
    title: str
    apply: Callable
    now: Callable | None = None


# --- fields of one object ----------------------------------------------------------------------------


def read(model, values: dict) -> dict:
    """JSON values as the fields hold them: numbers, dates, related objects."""
    return {name: _read(model._meta.get_field(name), value) for name, value in values.items()}


def _read(field, value):
    if field.is_relation:
        return None if value is None else field.related_model._base_manager.get(pk=value)
    return field.to_python(value)


def compare(target, values: dict) -> dict:
    """{label: [before, after]} of fields that would change, in the words of the history."""
    draft = _draft(target, read(type(target), values))
    fields = [target._meta.get_field(name) for name in values]
    with override("ja"):
        pairs = {str(field.verbose_name): [shown(target, field), shown(draft, field)] for field in fields}
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def _draft(target, values: dict):
    """A copy of the target with the values set: to compare and to check, never saved."""
    draft = type(target)(**{f.attname: getattr(target, f.attname) for f in target._meta.concrete_fields})
    draft._state.adding, draft._state.db = False, target._state.db
    for name, value in values.items():
        setattr(draft, name, value)
    return draft


def change_fields(proposal: Proposal, by) -> None:
    """Set the proposed fields of the target."""
    target = proposal.locked_target()
    values = read(type(target), proposal.values)
    draft = _draft(target, values)
    draft.clean_fields(exclude=[f.name for f in draft._meta.fields if f.name not in values])
    draft.validate_constraints()
    verb = f"{proposal.target_type}.changed"
    target.change(verb, by=by, reason=proposal.told(by), source=proposal.source, **values)


def fields_now(proposal: Proposal) -> dict:
    target = proposal.target
    if target is None:
        return {}
    fields = [target._meta.get_field(name) for name in proposal.values]
    with override("ja"):
        return {str(field.verbose_name): shown(target, field) for field in fields}


# --- a whole import --------------------------------------------------------------------------------


def apply_import(proposal: Proposal, by) -> None:
    """The second person agrees: the worker takes the file, in the name of the one who agreed."""
    from pillars.imports import begin

    begin(proposal.locked_target(), by=by)


KINDS: dict[str, Kind] = {
    "import": Kind(_("Excelの取込"), apply_import),
    "pillar_visibility": Kind(_("閲覧の範囲の変更"), change_fields, fields_now),
    "plan_create": Kind(_("次の計画の作成"), turnover.apply_create),
    "plan_decide": Kind(_("案を計画にする"), turnover.apply_decide),
    "plan_close": Kind(_("計画を閉じる"), turnover.apply_close),
}


# --- proposing ------------------------------------------------------------------------------------


def propose(
    kind: str, target, *, by, values: dict, changes: dict, reason: str, plan=None, part=""
) -> Proposal:
    """Write a change down for a second person of the secretariat. Nothing is changed yet.

    `target` is the object, or an unsaved one with a code. Raises ValidationError when nothing would change or a
    proposal of this kind about this target waits already, PermissionDenied for people outside the secretariat.
    """
    if not by.is_secretariat:
        raise PermissionDenied(_now("提案は事務局が出します。"))
    if kind not in KINDS:
        raise KeyError(kind)
    if not changes:
        raise ValidationError(_now("変わるところがありません。"), code="unchanged")
    proposal = Proposal(
        kind=kind,
        plan=plan or getattr(target, "plan", None),
        target_type=target._meta.model_name,
        target_id=key_of(target),
        target_label=str(target)[:300],
        target_url=target.get_absolute_url() if target.pk else "",
        target_version=getattr(target, "version", None) if target.pk else None,
        part=part,
        values=values,
        changes=changes,
        reason=reason.strip(),
        proposed_by=by,
    )
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
            with override("ja"):
                Activity.record("proposal.made", proposal, by=by, changes=changes, reason=proposal.reason)
    except IntegrityError as error:
        if "proposal_one_waiting" not in str(error):
            raise
        raise ValidationError(
            _now("同じ対象の同じ種類の提案が、まだ確認を待っています。先にそれを決めてください。"),
            code="waiting",
        ) from None
    return proposal
