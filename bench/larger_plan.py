"""A plan as many times as large: its objectives copied with all that is below them."""


def multiply(plan, times: int) -> None:
    """Copy every objective of the plan with all that is below it, so that there are `times` as many of each."""
    from pillars.models import Indicator, Initiative, Milestone, Objective

    for number in range(1, times):
        objectives = copies(Objective, plan.objectives.order_by("pk")[: base(plan, "objectives")], number)
        initiatives = copies(
            Initiative,
            plan.initiatives.order_by("pk")[: base(plan, "initiatives")],
            number,
            objective=objectives,
        )
        copies(
            Milestone,
            Milestone.objects.filter(initiative__in=initiatives),
            number,
            initiative=initiatives,
        )
        indicators = copies(
            Indicator,
            Indicator.objects.filter(objective__in=objectives),
            number,
            objective=objectives,
            initiative=initiatives,
        )
        copy_rest(number, objectives, initiatives, indicators)


BASE: dict = {}


def base(plan, name: str) -> int:
    """How many there were before the first copy."""
    return BASE.setdefault(name, getattr(plan, name).count())


def copy_rest(number, objectives, initiatives, indicators) -> None:
    from pillars.models import Evaluation, IndicatorValue, ProgressReport

    copies(
        ProgressReport,
        ProgressReport.objects.filter(initiative__in=initiatives),
        number,
        initiative=initiatives,
    )
    copies(
        IndicatorValue, IndicatorValue.objects.filter(indicator__in=indicators), number, indicator=indicators
    )
    copies(Evaluation, Evaluation.objects.filter(objective__in=objectives), number, objective=objectives)


def copies(model, rows, number: int, **parents) -> dict:
    """Copies of the rows under the copies of their parents ({old key: new object}); returns the same for them."""
    rows = list(rows)
    made = []
    for row in rows:
        values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
        values.pop(model._meta.pk.attname)
        for parent, new in parents.items():
            old = values[f"{parent}_id"]
            values[f"{parent}_id"] = new[old].pk if old in new else old
        if "code" in values:
            values["code"] = f"{values['code'][:34]}-{number}"
        made.append(model(**values))
    model.objects.bulk_create(made, batch_size=500)
    return {row.pk: new for row, new in zip(rows, made, strict=True)}
