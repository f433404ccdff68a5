"""Words and texts of progress reports."""

import re
from datetime import date

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from pillars.models import ProgressReport
from pillars.rounds import MISSING, Round
from pillars.templatetags.plan import status_in

register = template.Library()


@register.filter
def reads_reports(user) -> bool:
    """Whether 四半期報告 concerns the person."""
    return Round.can_read(user)


@register.filter
def report_state(state) -> str:
    """The word of a step of a report, 未提出 for one that was never begun."""
    return _("未提出") if state == MISSING else ProgressReport.State(state).label


@register.filter
def day_there(at) -> date:
    """The day of an instant on the viewer's own calendar."""
    return timezone.localtime(at).date()


SENTENCE = re.compile(r"[^。\n]*(?:。|\n|$)")


@register.simple_tag
def compared(report, name, before=None):
    """A text of a report; beside an earlier one the sentences that were not in it are marked as new."""
    text = getattr(report, name)
    if not before:
        return format_html('<span lang="ja">{}</span>', linebreaksbr(text) if text else "—")
    known = set(SENTENCE.findall(getattr(before, name)))
    parts = [
        format_html("{}" if part in known or not part.strip() else "<ins>{}</ins>", linebreaksbr(part))
        for part in SENTENCE.findall(text)
    ]
    return format_html('<span lang="ja" class="compared">{}</span>', mark_safe("".join(parts)))  # noqa: S308, escaped above


@register.filter
def corrected_fields(correction, plan) -> list[tuple]:
    """(label, before, after) for each corrected field, statuses in the plan's own words."""
    shown = []
    for name, (before, after) in correction.changes.items():
        label = ProgressReport._meta.get_field(name).verbose_name
        if name == "status":
            before, after = status_in(before, plan), status_in(after, plan)
        shown.append((label, before, after))
    return shown
