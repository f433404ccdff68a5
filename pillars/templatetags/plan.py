"""Words and shapes of a plan: its own names of levels, its status words, links to its parts."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dxportal.templatetags import portal
from dxportal.text import english, inside, localized
from pillars import figures, progress
from pillars.acts import source_url
from pillars.concerns import Kind
from pillars.models import Milestone, Plan, PlanImport, ProgressStatus

register = template.Library()

SHAPES = {
    ProgressStatus.NOT_STARTED: "none",
    ProgressStatus.ON_TRACK: "ok",
    ProgressStatus.SLIGHTLY_DELAYED: "slow",
    ProgressStatus.DELAYED: "late",
    ProgressStatus.COMPLETED: "done",
    ProgressStatus.CANCELLED: "none",
    progress.STALE: "none",
    None: "none",
    "": "none",
}
MILESTONE_SHAPES = {
    Milestone.State.PLANNED: "none",
    Milestone.State.COMPLETED: "done",
    Milestone.State.OVERDUE: "late",
    Milestone.State.CANCELLED: "none",
}


@register.filter
def shape(status) -> str:
    """The shape of a progress status: ok, slow, late, done, none."""
    return SHAPES[status]


@register.filter
def segment_shape(status) -> str:
    """The shape in a row of choices; "stale" has none of its own there."""
    return "" if status == progress.STALE else SHAPES[status]


@register.filter
def status_in(status, plan) -> str:
    """The plan's word for a status: {{ line.status|status_in:plan }}."""
    if status == progress.STALE:
        return _("報告が古い")
    return plan.status_label(status) if status else _("未報告")


@register.simple_tag
def plan_status(status, plan, *, alone=False):
    """{% plan_status line.status plan %}: shape and the plan's own word; alone=True draws only the shape."""
    if status == progress.STALE:
        word = status_in(status, plan)
        drawn = portal.icon("clock", label=word if alone else "")
        return format_html('<span class="st st--none">{}{}</span>', drawn, "" if alone else word)
    return portal.status(SHAPES[status], word=status_in(status, plan), alone=alone)


@register.simple_tag
def concern_word(kind, plan):
    """Why something needs attention; the states in the plan's own words."""
    return plan.status_label(kind) if kind in ProgressStatus.values else Kind(kind).label


@register.simple_block_tag
def sentences(content):
    """One sentence a line, joined as the language does: without a gap in Japanese, with a space in English."""
    lines = [line.strip() for line in content.splitlines()]
    joined = (" " if english() else "").join(line for line in lines if line)
    return mark_safe(joined)  # noqa: S308 - the template has escaped it already


@register.simple_tag
def level(plan, name, number=""):
    """{% level plan "pillar" 2 %}: 柱2, Pillar 2, in the plan's own words."""
    word = localized(plan, f"{name}_label")
    if number == "":
        return word
    return _("%(level)s%(number)s") % {"level": word, "number": number}


@register.simple_tag
def many(plan, name, number=None):
    """{% many plan "initiative" as what %}: the plan's word inside a sentence, in English lower-case and plural,
    {% many plan "initiative" number as what %}: singular for one. For a list of plans the word they agree on, else
    the usual one."""
    words = {localized(one, f"{name}_label") for one in (plan if isinstance(plan, list) else [plan])}
    word = words.pop() if len(words) == 1 else localized(Plan(), f"{name}_label")
    return inside(word, number)


@register.simple_tag
def tally(plan, name, number):
    """{% tally plan "initiative" 53 %}: 施策 53, 53 initiatives."""
    return _("%(what)s %(number)s") % {"what": many(plan, name, number), "number": number}


@register.filter
def whole(value, decimals=0):
    """A figure rounded for display, or None."""
    return progress.whole(value, decimals)


@register.filter
def percent(value) -> str:
    """66.7 as 67%, None as —."""
    return "—" if value is None else f"{progress.whole(value)}%"


@register.filter
def minus_sign(value) -> str:
    """A number as people write it: −4.5."""
    return str(value).replace("-", "−")


@register.filter
def signed(value) -> str:
    """A difference in points: −14, +2, 0, None as —."""
    if value is None:
        return "—"
    rounded = progress.whole(value)
    return f"−{-rounded}" if rounded < 0 else f"+{rounded}" if rounded else "0"


@register.simple_tag
def amount(value, indicator):
    """A value of an indicator with its places and unit: 46.0%, 1,204公館; None is —."""
    return portal.as_written(figures.amount(value, indicator))


@register.simple_tag
def figure_year(indicator, year):
    """R8, FY2026, or 2026年 for an indicator by calendar year."""
    return figures.year_label(indicator, year)


@register.simple_tag
def initiative_link(initiative, *, cls=""):
    """The name of an initiative as a link to its page."""
    classes = format_html(' class="{}"', cls) if cls else ""
    return format_html(
        '<a href="{}"{}>{}</a>', initiative.get_absolute_url(), classes, portal.localized(initiative)
    )


@register.inclusion_tag("components/segment.html", takes_context=True)
def list_kind(context, url, label):
    """One of the lists of a plan in a row of choices."""
    return {"label": label, "url": url, "current": context["request"].path == url, "count": None}


@register.simple_tag
def grade(step):
    """A grade: its code with what it means beside it, for a bare ○ or △ says nothing; None is —."""
    if step is None:
        return "—"
    own = portal.localized(step, "description") if step.description else step.rule
    return format_html('<b lang="ja">{}</b> {}', step.code, own)


@register.filter
def imports_plans(user) -> bool:
    """Whether Excel取込 concerns the person."""
    return PlanImport.can_use(user)


@register.filter
def plain(value) -> str:
    """A Decimal without trailing zeros: 1.50 as 1.5, 2.00 as 2."""
    return f"{value.normalize():f}"


@register.simple_tag
def milestone_state(milestone, today):
    """Shape and word of a milestone's state on a day."""
    state = milestone.state(today)
    return portal.status(MILESTONE_SHAPES[state], word=milestone.State(state).label)


@register.filter
def slip_in_words(milestone, today) -> str:
    """7日早い, 122日遅れ, 当初どおり; an open milestone past its date says by how much."""
    late = milestone.days_overdue(today)
    days = milestone.slip_days
    if milestone.is_cancelled:
        return "—"
    if late and not days:
        return _("期日を%(days)s日過ぎ") % {"days": late}
    if days > 0:
        return _("%(days)s日遅れ") % {"days": days}
    return _("%(days)s日早い") % {"days": -days} if days else _("当初どおり")


@register.inclusion_tag("pillars/_cell_field.html")
def cell_field(bound, *, about, size=""):
    """A control in a cell of a table: its label is read but not seen, its error stands below."""
    classes = " ".join(["inp inp--s", *(f"inp--{s}" for s in size.split())])
    error = f"{bound.auto_id}_error" if bound.errors else ""
    attributes = {"class": classes, **({"aria-describedby": error, "aria-invalid": "true"} if error else {})}
    return {"field": bound, "about": about, "error": error, "control": bound.as_widget(attrs=attributes)}


ACTS = {
    "report.begun": gettext_lazy("報告を書き始めた"),
    "report.typed": gettext_lazy("報告を書いた(自動保存)"),
    "report.saved": gettext_lazy("報告の下書きを直した"),
    "report.submitted": gettext_lazy("報告を提出した"),
    "report.approved": gettext_lazy("報告を承認した"),
    "report.returned": gettext_lazy("報告を差し戻した"),
    "report.accepted": gettext_lazy("報告を点検した"),
    "report.published": gettext_lazy("報告を公開した"),
    "report.corrected": gettext_lazy("公開した報告を直した"),
    "call.opened": gettext_lazy("報告を依頼した"),
    "call.deadline_moved": gettext_lazy("締切を変えた"),
    "call.reminded": gettext_lazy("まだの人に知らせた"),
    "call.closed": gettext_lazy("依頼を締め切った"),
    "call.reopened": gettext_lazy("依頼を再開した"),
    "indicator.foreseen": gettext_lazy("年度末の見込みを入れた"),
    "initiative.reported": gettext_lazy("報告から進捗を移した"),
    "initiative.edited": gettext_lazy("名前か概要を直した"),
    "milestone.moved": gettext_lazy("節目の期日を変えた"),
    "milestone.completed": gettext_lazy("節目を終えた"),
    "milestone.reopened": gettext_lazy("節目の完了を取り消した"),
    "indicator.entered": gettext_lazy("指標の値を入れた"),
    "evaluation.graded": gettext_lazy("年度の評価を決めた"),
    "indicator.changed": gettext_lazy("指標の決まりを変えた"),
    "indicator.retargeted": gettext_lazy("目標値を変えた"),
    "milestone.reweighted": gettext_lazy("節目の重みを変えた"),
    "milestone.cancelled": gettext_lazy("節目を中止した"),
    "plan.rescaled": gettext_lazy("評価の尺度を変えた"),
    "plan.reworded": gettext_lazy("計画の言葉を変えた"),
    "proposal.made": gettext_lazy("提案した"),
    "proposal.accepted": gettext_lazy("提案を認めた"),
    "proposal.declined": gettext_lazy("提案を見送った"),
    "proposal.withdrawn": gettext_lazy("提案を取り下げた"),
    "evidence.added": gettext_lazy("根拠資料を添えた"),
    "evidence.withdrawn": gettext_lazy("根拠資料を取り下げた"),
    "initiative.audience": gettext_lazy("負担と効果を聞く部署を選んだ"),
    "pulse.opened": gettext_lazy("負担と効果の聞き取りを始めた"),
    "pulse.sealed": gettext_lazy("負担と効果の聞き取りを締めた"),
    "note.created": gettext_lazy("幹部への一言を書き始めた"),
    "note.changed": gettext_lazy("幹部への一言を直した"),
    "note.handed_over": gettext_lazy("幹部への一言を渡した"),
    "indicator.rebased": gettext_lazy("前の計画の実績を基準値にした"),
    "plan.reviews_asked": gettext_lazy("振り返りを頼んだ"),
    "review.begun": gettext_lazy("振り返りを書き始めた"),
    "review.saved": gettext_lazy("振り返りを直した"),
    "review.submitted": gettext_lazy("振り返りを出した"),
    "review.returned": gettext_lazy("振り返りを差し戻した"),
    "review.confirmed": gettext_lazy("振り返りを確かめた"),
    "carry_over.proposed": gettext_lazy("引き継ぎを提案した"),
    "carry_over.decided": gettext_lazy("引き継ぎを決めた"),
    "draft.added": gettext_lazy("案に加えた"),
    "draft.rewritten": gettext_lazy("案を書き直した"),
    "draft.merged": gettext_lazy("案でまとめた"),
    "draft.split": gettext_lazy("案で分けた"),
    "draft.dropped": gettext_lazy("案から外した"),
    "draft.commented": gettext_lazy("案に意見を出した"),
    "draft.answered": gettext_lazy("案への意見に答えた"),
    "plan.drafted": gettext_lazy("次の計画の案を作った"),
    "plan.extended": gettext_lazy("次の計画の案に足した"),
    "plan.decided": gettext_lazy("計画を決めた"),
    "plan.closed": gettext_lazy("計画を終えた"),
    "import.discarded": gettext_lazy("取り込まずに片づけた"),
    "plan.imported": gettext_lazy("ファイルから取り込んだ"),
    "plan.exported": gettext_lazy("ファイルに書き出した"),
}


@register.filter
def act_word(verb) -> str:
    """What was done, in words; an act without words of its own shows by its ending."""
    endings = {
        "created": _("作った"),
        "changed": _("変えた"),
        "edited": _("直した"),
        "imported": _("取り込んだ"),
        "removed": _("外した"),
        "restored": _("取込前の値に戻した"),
        "undone": _("取込を元に戻した"),
        "applied": _("取り込んだ"),
    }
    return ACTS.get(verb) or endings.get(verb.rpartition(".")[2], verb)


@register.simple_tag(takes_context=True)
def source_link(context, source):
    """{% source_link act.source %}: the import or report an act came from, as a link for those who may open it."""
    word, url = source_word(source), source_url(source, context["request"].user)
    return format_html('<a href="{}">{}</a>', url, word) if url else word


@register.filter
def source_word(source) -> str:
    """Where an act was done: 取込 12, 報告 2026Q2."""
    kind, _colon, what = source.partition(":")
    words = {
        "import": _("取込"),
        "undo": _("取込の取り消し"),
        "report": _("報告"),
        "proposal": _("提案"),
        "timetable": _("暦"),
        "demo": _("見本の用意"),
    }
    return f"{words[kind]} {what}".strip() if kind in words else source
