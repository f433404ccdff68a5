"""The charts of the plan's pages: what dxportal.templatetags.charts draws, asked for with the plan's own objects."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from dxportal import charts
from dxportal.templatetags import charts as drawn
from dxportal.templatetags.portal import localized
from pillars.models import ProgressStatus
from pillars.progress import whole
from pillars.templatetags.plan import percent, plan_status

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
def plan_line(context, line, plan):
    """One initiative on the page of its plan: its line is made once and kept, since it is nothing but these words."""
    progress, url = line.progress, line.initiative.get_absolute_url()
    due = "" if line.status == ProgressStatus.COMPLETED else f"{whole(progress.planned)}"
    return _plan_line(
        url=url,
        mark=plan_status(line.status, plan, alone=True),
        name=conditional_escape(localized(line.initiative)),
        actual=percent(progress.actual),
        planned="" if progress.planned is None else due,
        bar="" if progress.actual is None else progress_bar(context, progress),
    )


@lru_cache(4000)
def _plan_line(**words):
    return mark_safe(get_template("pillars/_plan_line.html").render(words).strip())  # noqa: S308, escaped by the template


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
