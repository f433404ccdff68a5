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
from pillars import amendments, definitions, evaluations, turnover
from pillars.amendments import change_fields, compare, fields_now
from pillars.models.proposals import Proposal, key_of

__all__ = ["KINDS", "Kind", "compare", "propose"]


class Kind(NamedTuple):
    title: str
    apply: Callable
    now: Callable | None = None


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
    "initiative_lead": Kind(_("主管課の変更"), change_fields, fields_now),
    "weights": Kind(_("節目の重みの見直し"), amendments.apply_weights, amendments.weights_now),
    "indicator_new": Kind(_("指標の追加"), amendments.apply_new_indicator),
    "indicator_changed": Kind(_("指標の決まりの変更"), change_fields, fields_now),
    "indicator_ended": Kind(_("指標を終える"), change_fields, fields_now),
    "targets": Kind(_("目標値の見直し"), amendments.apply_targets, amendments.targets_now),
    evaluations.GRADE: Kind(_("年度の評価"), evaluations.apply_grade, evaluations.grade_now),
    "plan_thresholds": Kind(_("進捗状況のしきい値の変更"), change_fields, fields_now),
    "plan_words": Kind(_("計画の言葉の変更"), definitions.apply_words, definitions.words_now),
    "plan_scale": Kind(_("評価の尺度の変更"), definitions.apply_scale, definitions.scale_now),
    "plan_new": Kind(_("新しい計画"), definitions.apply_new_plan),
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
