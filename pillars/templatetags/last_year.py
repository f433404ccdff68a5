"""Words and shapes of the last year of a plan: reviews, decisions, results, and where a plan stands (P16)."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dxportal import dates
from dxportal.templatetags import portal
from pillars.lastyear import REVIEW_WORDS
from pillars.models import CarryOver, InitiativeReview, Plan
from pillars.models.carry_over import may_prepare

register = template.Library()

OUTCOME_SHAPES = {"reached": "ok", "partly": "slow", "not_reached": "late"}


@register.simple_tag
def outcome_status(outcome):
    """Shape and word of what a review says: 達成, 一部達成, 未達成, or —."""
    if not outcome:
        return "—"
    return portal.status(OUTCOME_SHAPES[outcome], word=InitiativeReview.Outcome(outcome).label)


@register.simple_tag
def met_status(met):
    """達成 or 未達成 for an indicator at the end, 算定不可 when target or value is missing."""
    words = {
        True: ("ok", pgettext("振り返り", "達成")),
        False: ("late", _("未達成")),
        None: ("none", _("算定不可")),
    }
    shape, word = words[met]
    return portal.status(shape, word=word)


@register.filter
def review_word(state) -> str:
    """The word of a step of a review, まだ for one that was never begun."""
    return str(REVIEW_WORDS[state])


@register.filter
def carry_over_word(decision) -> str:
    return CarryOver.Decision(decision).label


@register.filter
def prepares(user) -> bool:
    """Whether the person reads what is being prepared for the next plan."""
    return may_prepare(user)


@register.filter
def in_turnover(plan) -> bool:
    """Whether the plan is handed over to the next one: in its last year, or past it."""
    today = dates.today()
    return plan.is_in_last_year(today) or plan.is_over(today)


@register.inclusion_tag("pillars/_stage.html", takes_context=True)
def plan_stage(context, plan):
    """A word on every page of a plan that is a draft or over, with the way to its neighbour; nothing otherwise."""
    stage = "draft" if plan.is_draft else "over" if plan.is_over(dates.today()) else ""
    other = None
    if stage:
        visible = Plan.objects.visible_to(context["request"].user)
        other = (
            visible.filter(predecessor=plan) if stage == "over" else visible.filter(pk=plan.predecessor_id)
        )
        other = other.first()
    return {"plan": plan, "stage": stage, "other": other}
