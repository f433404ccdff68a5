"""Editing the draft of the next plan, one verb each: rewrite, drop, merge, split, add (P16)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Activity
from dxportal.text import inside, localized
from pillars.models import IndicatorValue, Initiative, Objective, SuccessorMapping
from pillars.outlines import Branch
from pillars.succession import grow, lead, next_place, require_draft


def require_hidden(objective: Objective, sources):
    """What came from a restricted pillar must not become readable by moving it."""
    restricted = any(source.pillar.is_restricted for source in sources)
    if restricted and not objective.pillar.is_restricted:
        message = _("閲覧を限った%(pillar)sから来たものは、だれもが読める%(pillar)sには移せません。")
        message %= {"pillar": inside(localized(objective.pillar.plan, "pillar_label"), 1)}
        raise ValidationError({"objective": message})


def sources_of(initiative: Initiative) -> list[Initiative]:
    rows = initiative.comes_from.select_related("old_initiative__objective__pillar")
    return [row.old_initiative for row in rows]


@transaction.atomic
def rewrite(initiative: Initiative, *, by, reason="", **values) -> dict:
    """New words, department, place. Raises ValidationError when it would become readable for more people."""
    require_draft(initiative.plan)
    if "objective" in values:
        require_hidden(values["objective"], [initiative, *sources_of(initiative)])
    changes = initiative.change("draft.rewritten", by=by, reason=reason, **values)
    if "objective" in values and changes:
        initiative.indicators.update(objective=values["objective"])
    return changes


@transaction.atomic
def drop(initiative: Initiative, reason: str, *, by):
    """Take it out of the draft; the ways that led to it keep the reason. Raises ValidationError without one."""
    require_draft(initiative.plan)
    if not reason.strip():
        raise ValidationError({"reason": _("案から外すわけを書いてください。")})
    for row in initiative.comes_from.all():
        elsewhere = SuccessorMapping.objects.filter(plan=row.plan, old_initiative=row.old_initiative_id)
        if elsewhere.exclude(pk=row.pk).exists():
            row.delete()
        else:
            row.new_initiative, row.reason = None, reason
            row.save(update_fields=["new_initiative", "reason"])
    changes = {str(initiative): [initiative.code, None]}
    Activity.record("draft.dropped", initiative.pillar, by=by, reason=reason, changes=changes)
    remove(initiative)


def remove(initiative: Initiative):
    """Delete a draft's initiative; the events of the database keep every row of it."""
    IndicatorValue.objects.filter(indicator__initiative=initiative).delete()
    initiative.indicators.all().delete()
    initiative.milestones.all().delete()
    initiative.delete()


@transaction.atomic
def merge(initiative: Initiative, into: Initiative, reason: str, *, by):
    """Everything that led here leads to `into`, which also takes the series on. Raises ValidationError by field."""
    require_draft(initiative.plan)
    errors = {}
    if not reason.strip():
        errors["reason"] = _("1つにするわけを書いてください。")
    if into is None or into.pk == initiative.pk or into.plan_id != initiative.plan_id:
        errors["into"] = _("1つにする相手を選んでください。")
    if errors:
        raise ValidationError(errors)
    require_hidden(into.objective, [initiative, *sources_of(initiative)])
    for row in initiative.comes_from.all():
        lead(row.plan, [row.old_initiative], into)
        row.delete()
    initiative.indicators.update(initiative=into, objective=into.objective)
    changes = {str(initiative): [initiative.code, f"{into.code} {into}"]}
    Activity.record("draft.merged", into, by=by, reason=reason, changes=changes)
    remove(initiative)


@transaction.atomic
def split(initiative: Initiative, name: str, reason: str, *, by, name_en="") -> Initiative:
    """A second initiative from the same old ones, to go its own way. Raises ValidationError by field."""
    require_draft(initiative.plan)
    errors = {}
    if not name.strip():
        errors["name"] = _("分けた先の名前を書いてください。")
    if not reason.strip():
        errors["reason"] = _("分けるわけを書いてください。")
    if errors:
        raise ValidationError(errors)
    second = grow(Branch(initiative, [initiative]), initiative.objective)
    second.name, second.name_en = name, name_en
    second.save()
    lead(initiative.plan, sources_of(initiative), second)
    changes = {str(second): [None, second.code]}
    Activity.record("draft.split", initiative, by=by, reason=reason, changes=changes)
    return second


@transaction.atomic
def add(
    objective: Objective, name: str, *, by, lead_department, reason, name_en="", summary=""
) -> Initiative:
    """新規: an initiative of the draft to which nothing leads. Raises ValidationError without a reason."""
    require_draft(objective.plan)
    if not reason.strip():
        raise ValidationError({"reason": _("新しく始めるわけを書いてください。")})
    texts = {"name": name, "name_en": name_en, "summary": summary}
    new = Initiative.objects.create(
        objective=objective,
        **next_place(objective),
        **texts,
        lead_department=lead_department,
        starts_on=objective.plan.starts_on,
        ends_on=objective.plan.ends_on,
    )
    Activity.record("draft.added", new, by=by, reason=reason)
    return new
