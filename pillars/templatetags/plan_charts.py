"""The charts of the plan's pages, on the geometry of dxportal.charts and dxportal.timelines."""

from django import template

from dxportal import charts, timelines

register = template.Library()
LABEL = 10  # per cent of the height of the curve that a line of text takes
TEMPLATE = "components/charts/{}.svg.html"


def years(plan) -> charts.Axis:
    """The time axis of a plan: all its fiscal years."""
    return charts.Axis.years(plan.first_fiscal_year, plan.last_fiscal_year)


@register.inclusion_tag(TEMPLATE.format("pillar"))
def pillar_chart(progress, *, size="m", hero=False, label=""):
    """A pillar for a RollUp; a hero has its figures. Without label it is hidden from speech."""
    plan, actual = charts.clipped(progress.planned or 0), charts.clipped(progress.actual or 0)
    return {
        "g": charts.pillar(plan, actual, hero=hero),
        "cls": f"pillar--{size}{' pillar--hero' if hero else ''}",
        "hero": hero,
        "label": label,
        "plan": plan,
        "actual": actual,
    }


@register.inclusion_tag(TEMPLATE.format("bar"))
def progress_bar(progress):
    """The bar of one initiative; its numbers stand beside it."""
    return {"g": charts.bar(progress.planned or 0, progress.actual or 0)}


@register.inclusion_tag(TEMPLATE.format("by_year"))
def year_chart(figure):
    """The columns of an indicator (pillars.figures.Figure)."""
    return {
        "g": charts.by_year(figure.years, smaller_is_better=figure.smaller_is_better),
        "label": figure.sentence,
        "unit": figure.chart_unit,
    }


@register.inclusion_tag(TEMPLATE.format("curve"), takes_context=True)
def curve_chart(context, line, *, label):
    """Plan and actual of one initiative as stairs."""
    geometry = charts.curve(line.steps, axis=years(line.initiative.plan), today=line.today)
    keep_apart(geometry["target"], geometry["level"])
    return {"g": geometry, "today": line.today, "label": label, "user": context.get("user")}


def keep_apart(target, level):
    """Near the end of the plan both labels stand left of today: the lower one moves down when they would touch."""
    if level["left"] and not target["right"] and abs(target["value"] - level["value"]) < LABEL:
        level["y"] = target["y"] + LABEL


@register.inclusion_tag(TEMPLATE.format("gantt"))
def plan_gantt(line):
    """One row of the roadmap."""
    return {"g": timelines.gantt(line.span, axis=years(line.initiative.plan), today=line.today)}


@register.inclusion_tag(TEMPLATE.format("gantt_head"), takes_context=True)
def plan_gantt_head(context, plan, today):
    """The scale above the rows of the roadmap."""
    return {"g": timelines.gantt_head(axis=years(plan), today=today), "user": context.get("user")}


@register.inclusion_tag(TEMPLATE.format("slip"))
def slip_chart(milestone, line):
    """A milestone's way from its original date."""
    return {
        "g": timelines.slip(
            milestone.planned_on,
            milestone.ends_on,
            done=milestone.completed_on is not None,
            axis=years(line.initiative.plan),
            today=line.today,
        )
    }
