"""What proposals about single objects do when they are accepted: fields, target values, weights, a new indicator.

Each kind has a pair of functions: `apply` carries the change out, `now` tells how the same fields stand now, in the
words the proposal used ({label: value}), so that a change made meanwhile is seen.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Activity
from dxportal import dates
from pillars.figures import amount
from pillars.models import Indicator, IndicatorValue, Objective
from pillars.models.base import shown

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


def change_fields(proposal, by) -> None:
    """Set the proposed fields of the target."""
    target = proposal.locked_target()
    values = read(type(target), proposal.values)
    draft = _draft(target, values)
    draft.clean_fields(exclude=[f.name for f in draft._meta.fields if f.name not in values])
    draft.validate_constraints()
    verb = f"{proposal.target_type}.changed"
    target.change(verb, by=by, reason=proposal.told(by), source=proposal.source, **values)


def fields_now(proposal) -> dict:
    target = proposal.target
    if target is None:
        return {}
    fields = [target._meta.get_field(name) for name in proposal.values]
    with override("ja"):
        return {str(field.verbose_name): shown(target, field) for field in fields}


# --- the target values of an indicator ------------------------------------------------------------------


def year_words(indicator, year: int) -> str:
    """令和8年度の目標値."""
    named = (
        f"{year}年" if indicator.by_calendar_year else dates.format_fiscal_year(year, "plain", language="ja")
    )
    return f"{named}の目標値"


def targets_of(indicator) -> dict[int, Decimal | None]:
    return {value.fiscal_year: value.target_value for value in indicator.values.all()}


def target_changes(indicator, wanted: dict[int, Decimal | None]) -> dict:
    """{label: [before, after]} for the years whose target would change."""
    known = targets_of(indicator)
    with override("ja"):
        return {
            year_words(indicator, year): [said(known.get(year), indicator), said(target, indicator)]
            for year, target in wanted.items()
            if known.get(year) != target
        }


def said(value, indicator) -> str | None:
    return None if value is None else amount(value, indicator)


def targets_now(proposal) -> dict:
    indicator = proposal.target
    known = targets_of(indicator)
    with override("ja"):
        return {year_words(indicator, y): said(known.get(y), indicator) for y in map(int, proposal.values)}


def apply_targets(proposal, by) -> None:
    """Set the targets of the years; actual values and their history stay as they are."""
    indicator = proposal.locked_target()
    known = {value.fiscal_year: value for value in indicator.values.select_for_update()}
    for year, target in sorted(proposal.values.items()):
        value = known.get(int(year))
        if value is None:
            value = IndicatorValue.objects.create(indicator=indicator, fiscal_year=int(year))
        value.change(
            "indicator.retargeted",
            by=by,
            reason=proposal.told(by),
            source=proposal.source,
            target_value=None if target is None else Decimal(target),
        )


# --- the weights of milestones ----------------------------------------------------------------------


def weight_words(milestone) -> str:
    return f"「{milestone.name}」の重み"


def weight_changes(milestones, wanted: dict[int, Decimal]) -> dict:
    """{label: [before, after]} for the milestones whose weight would change; `wanted` is by primary key."""
    return {
        weight_words(m): [plain(m.weight), plain(wanted[m.pk])]
        for m in milestones
        if m.pk in wanted and m.weight != wanted[m.pk]
    }


def plain(number: Decimal) -> str:
    """1.50 as 1.5, 2.00 as 2."""
    return f"{Decimal(number).normalize():f}"


def weights_now(proposal) -> dict:
    milestones = proposal.target.milestones.filter(pk__in=proposal.values)
    return {weight_words(m): plain(m.weight) for m in milestones}


def apply_weights(proposal, by) -> None:
    initiative = proposal.locked_target()
    for milestone in initiative.milestones.select_for_update().filter(pk__in=proposal.values):
        milestone.change(
            "milestone.reweighted",
            by=by,
            reason=proposal.told(by),
            source=proposal.source,
            weight=Decimal(proposal.values[str(milestone.pk)]),
        )


# --- a new indicator ----------------------------------------------------------------------------------


def apply_new_indicator(proposal, by) -> None:
    """Add the indicator at the end of its objective. Raises ValidationError when its code is taken meanwhile."""
    values = read(Indicator, proposal.values)
    objective = Objective.objects.select_for_update().get(pk=values["objective"].pk)
    if Indicator.objects.filter(plan=objective.plan_id, code=values["code"]).exists():
        raise ValidationError(_("同じコードの指標がもうあります。"), code="taken")
    indicator = Indicator(**values, position=objective.indicators.count() + 1)
    indicator.save(force_insert=True)
    note = {"reason": proposal.told(by), "source": proposal.source}
    Activity.record("indicator.created", indicator, by=by, changes=proposal.changes, **note)
