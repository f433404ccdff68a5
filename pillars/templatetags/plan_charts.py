"""The charts of the plan's pages: what dxportal.templatetags.charts draws, asked for with the plan's own objects."""

from django import template

from dxportal import charts
from dxportal.templatetags import charts as drawn

register = template.Library()
LABEL = 10  # per cent of the height of the curve that a line of text takes


def years(plan) -> charts.Axis:
    """The time axis of a plan: all its fiscal years."""
    return charts.Axis.years(plan.first_fiscal_year, plan.last_fiscal_year)


@register.simple_tag(takes_context=True)
def pillar_chart(context, progress, *, size="m", label=""):
    """A pillar for a RollUp; hero and l have its figures. Without label it is hidden from speech."""
    plan, actual = charts.clipped(progress.planned or 0), charts.clipped(progress.actual or 0)
    return drawn.pillar_chart(context, plan=plan, actual=actual, size=size, label=label)


@register.simple_tag(takes_context=True)
def progress_bar(context, progress):
    """The bar of one initiative; its numbers stand beside it."""
    return drawn.bar(context, plan=progress.planned or 0, actual=progress.actual or 0)


@register.simple_tag(takes_context=True)
def year_chart(context, figure):
    """The columns of an indicator (pillars.figures.Figure)."""
    shown = {"unit": figure.chart_unit, "smaller_is_better": figure.smaller_is_better}
    return drawn.year_chart(context, figure.years, label=figure.sentence, **shown)


@register.inclusion_tag("components/charts/curve.svg.html", takes_context=True)
def curve_chart(context, line, *, label):
    """Plan and actual of one initiative as stairs."""
    axis = years(line.initiative.plan)
    values = drawn.curve_chart(context, line.steps, axis=axis, today=line.today, label=label)
    keep_apart(values["g"]["target"], values["g"]["level"])
    return values


def keep_apart(target, level):
    """Near the end of the plan both labels stand left of today: the lower one moves down when they would touch."""
    if level["left"] and not target["right"] and abs(target["value"] - level["value"]) < LABEL:
        level["y"] = target["y"] + LABEL


@register.simple_tag(takes_context=True)
def plan_gantt(context, line):
    """One row of the roadmap."""
    return drawn.gantt_chart(context, line.span, axis=years(line.initiative.plan))


@register.simple_tag(takes_context=True)
def plan_gantt_grid(context, plan, today):
    """The lines of the years and of today, for all rows."""
    return drawn.gantt_grid(context, axis=years(plan), today=today)


@register.simple_tag(takes_context=True)
def plan_gantt_head(context, plan, today):
    """The scale above the rows of the roadmap."""
    return drawn.gantt_scale(context, axis=years(plan), today=today)


@register.simple_tag(takes_context=True)
def slip_chart(context, milestone, line):
    """A milestone's way from its original date."""
    done, axis = milestone.completed_on is not None, years(line.initiative.plan)
    way = (milestone.planned_on, milestone.ends_on)
    return drawn.slip_chart(context, *way, done=done, axis=axis, today=line.today)
