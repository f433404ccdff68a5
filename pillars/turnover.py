"""What a second member of the secretariat confirms at the end of a plan: drafting, deciding, closing (permissions.md).

Each `apply` function carries out a proposal of pillars/proposals.py; it raises ValidationError when it is no longer
possible.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from pillars import succession
from pillars.models import Plan
from pillars.outlines import Wish


def changes_of(wish: Wish, plan: Plan) -> dict:
    """The draft to be made, in the words of the proposal."""
    with override("ja"):
        return {
            _("計画名"): [None, wish.name],
            _("計画コード"): [None, wish.code],
            _("期間"): [None, f"{wish.first_fiscal_year}〜{wish.last_fiscal_year}"],
            plan.pillar_label: [None, "、".join(pair[0] for pair in wish.pillars)],
        }


def apply_create(proposal, by):
    wish = Wish.from_json(proposal.values)
    plan = proposal.locked_target()
    if plan.objectives.exclude(code__in=wish.places).exists():
        raise ValidationError(_("提案のあとで計画の中身が増えています。もう一度案を作ってください。"))
    succession.create(plan, wish, by=by, source=proposal.source)


def apply_decide(proposal, by):
    proposal.locked_target().decide(by=by, reason=proposal.told(by), source=proposal.source)


def apply_close(proposal, by):
    proposal.locked_target().close(by=by, reason=proposal.told(by), source=proposal.source)


def status_change(plan: Plan, status) -> dict:
    """{label: [before, after]} of a plan that is to be decided or closed."""
    with override("ja"):
        return {_("状態"): [str(plan.get_status_display()), str(Plan.Status(status).label)]}
