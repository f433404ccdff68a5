"""Drafting the plan that follows: which objects of the old plan lead to which of the new, and making them (P16).

    create(plan, wish, by=…)       the draft with its pillars; then `extend`
    extend(draft, by=…)            what is still missing, from the decisions taken since; twice changes nothing

Editing the draft is in pillars/redrafting.py.
A pillar of the draft is restricted as soon as one old pillar that leads there is: nothing becomes readable by moving.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Activity
from pillars.models import (
    Indicator,
    IndicatorValue,
    Initiative,
    Objective,
    Pillar,
    Plan,
    SuccessorMapping,
)
from pillars.outlines import Branch, Wish, missing

SHARED = (
    "organisation_id", "lead_department_id", "pillar_label", "pillar_label_en", "objective_label",
    "objective_label_en", "initiative_label", "initiative_label_en", "status_words", "grade_scale_id",
    "on_track_points", "slightly_delayed_points",
)  # fmt: skip
MEASURE = (
    "name", "name_en", "kind", "unit", "unit_en", "direction", "aggregation", "decimals", "lead_department_id",
    "source_kind",
)  # fmt: skip


def require_draft(plan: Plan):
    if not plan.is_draft:
        raise PermissionDenied(_("決定した計画は、案として直せません。"))


@transaction.atomic
def create(plan: Plan, wish: Wish, *, by, source="web") -> Plan:
    """The draft that follows `plan`, with its pillars and everything decided so far."""
    if Plan.objects.filter(code=wish.code).exists():
        raise ValidationError(_("コード %(code)s の計画はもうあります。") % {"code": wish.code})
    named = ("code", "name", "name_en", "first_fiscal_year", "last_fiscal_year")
    draft = Plan.objects.create(
        predecessor=plan,
        **{name: getattr(wish, name) for name in named},
        **{name: getattr(plan, name) for name in SHARED},
    )
    pillars = [
        Pillar.objects.create(plan=draft, code=wish.pillar_code(n), position=n, name=name, name_en=english)
        for n, (name, english) in enumerate(wish.pillars, 1)
    ]
    old = plan.objectives.select_related("pillar").order_by("pillar__position", "position", "code")
    for objective in old:
        _place(draft, objective, pillars[wish.places[objective.code] - 1])
    Activity.record("plan.drafted", draft, by=by, source=source)
    extend(draft, by=by, source=source)
    return draft


def _place(draft, objective, pillar):
    """The new objective for an old one, and the way between the pillars."""
    if objective.pillar.is_restricted and not pillar.is_restricted:
        pillar.is_restricted = True
        pillar.save(update_fields=["is_restricted"])
    number = pillar.objectives.count() + 1
    texts = {name: getattr(objective, name) for name in ("name", "name_en", "description", "description_en")}
    new = Objective.objects.create(pillar=pillar, code=f"{pillar.code}-O{number}", position=number, **texts)
    SuccessorMapping.objects.create(plan=draft, old_objective=objective, new_objective=new)
    SuccessorMapping.objects.get_or_create(plan=draft, old_pillar=objective.pillar, new_pillar=pillar)


@transaction.atomic
def extend(draft: Plan, *, by, source="web") -> list[Initiative]:
    """Add what was decided since and is not in the draft yet; returns what was added."""
    require_draft(draft)
    homes = {
        row.old_objective_id: row.new_objective
        for row in draft.mappings.filter(old_objective__isnull=False).select_related("new_objective__pillar")
    }
    already = {
        row.old_initiative_id: row.new_initiative
        for row in draft.mappings.filter(new_initiative__isnull=False).select_related(
            "new_initiative__objective"
        )
    }
    added = []
    for branch in missing(draft):
        new = already.get(branch.leading.pk)
        if new is None:
            new = grow(branch, homes[branch.leading.objective_id])
            added.append(new)
        lead(draft, branch.sources, new)
        _carry_indicators(branch.indicators, new)
    if added:
        changes = {draft.initiative_label: [None, len(added)]}
        Activity.record("plan.extended", draft, by=by, source=source, changes=changes)
    return added


def left_out(draft: Plan) -> list[SuccessorMapping]:
    """Ways that lead nowhere: what was taken out of the draft, with the reason."""
    rows = draft.mappings.of_initiatives().filter(new_initiative=None)
    return list(rows.select_related("old_initiative__plan"))


def grow(branch: Branch, objective: Objective) -> Initiative:
    """The new initiative: words and departments of the leading one, the years of its plan, nothing done yet."""
    old, plan = branch.leading, objective.plan
    texts = {name: getattr(old, name) for name in ("name", "name_en", "summary", "summary_en", "is_priority")}
    new = Initiative.objects.create(
        objective=objective,
        **next_place(objective),
        **texts,
        lead_department_id=old.lead_department_id,
        confidentiality=max(source.confidentiality for source in branch.sources),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        source_kind=old.source_kind,
    )
    related = {d.pk for source in branch.sources for d in source.related_departments.all()}
    new.related_departments.set(related - {new.lead_department_id})
    return new


def next_place(objective: Objective) -> dict:
    """Code and position after the last initiative of the objective, never one that was used before."""
    taken = (
        Initiative.objects.filter(objective=objective)
        .order_by("-position")
        .values_list("position", flat=True)
    )
    used = Initiative.pgh_event_model.objects.filter(pgh_obj_id__isnull=False, plan_id=objective.plan_id)
    codes = set(used.values_list("code", flat=True)) | set(
        objective.plan.initiatives.values_list("code", flat=True)
    )
    number = (taken[0] if taken else 0) + 1
    while f"{objective.code}-I{number:02}" in codes:
        number += 1
    return {"code": f"{objective.code}-I{number:02}", "position": number}


def lead(draft, sources, new):
    for source in sources:
        SuccessorMapping.objects.get_or_create(plan=draft, old_initiative=source, new_initiative=new)


def _carry_indicators(indicators, new: Initiative):
    """Each series goes on: its baseline is the last value of the old one, its targets are still to be set."""
    for old in indicators:
        number = new.objective.indicators.count() + 1
        baseline = last_value(old)
        Indicator.objects.create(
            objective=new.objective,
            initiative=new,
            continues=old,
            code=f"{new.objective.code}-K{number:02}",
            position=number,
            baseline_value=baseline.outcome_value if baseline else None,
            baseline_fiscal_year=baseline.fiscal_year if baseline else None,
            **{name: getattr(old, name) for name in MEASURE},
        )


def last_value(indicator: Indicator) -> IndicatorValue | None:
    """The newest year of which the end is known or foreseen (見込): the next plan starts from there."""
    known = Q(actual_value__isnull=False) | Q(forecast_value__isnull=False)
    return indicator.values.filter(known).order_by("-fiscal_year").first()
