"""What the portal offers an issue: the pillars as they stand, and ready-made pieces of Markdown about this week (N2).

Every member of staff reads the newsletter: restricted pillars never appear, of 機密性2 items only title and link do.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from dxportal import dates
from dxportal.text import Confidentiality
from newsletter.markdown import PILLARS_MARK
from pillars.models import Initiative, Milestone, Pillar, Plan, ProgressReport
from pillars.progress import roll_up, whole
from taskforce.models import GoodPractice, IdeaAnswer, Replication, Workshop

WEEK = timedelta(days=7)
AT_MOST = 8


@dataclass(frozen=True)
class Block:
    """One piece to insert: what the editor sees, and the Markdown that goes into the text."""

    title: str
    note: str
    markdown: str


def pillar_figures(today) -> list[dict]:
    """Actual and planned progress of each open pillar of the running plan, whole percent: what the drawings show."""
    running = Plan.objects.running().values("pk")[:1]
    pillars = Pillar.objects.filter(plan__in=running, is_restricted=False).select_related("plan")
    progresses = {pillar: [] for pillar in pillars.order_by("position", "code")}
    live = Initiative.objects.filter(plan__in=running, objective__pillar__is_restricted=False)
    for initiative in live.exclude(state=Initiative.State.CANCELLED).with_progress(today):
        progresses[initiative.objective.pillar].append(initiative.progress(today))
    return [
        _figure(pillar.plan, n, roll_up(found))
        for n, (pillar, found) in enumerate(progresses.items(), start=1)
    ]


def _figure(plan, number, total) -> dict:
    actual, planned = (
        int(whole(value)) if value is not None else 0 for value in (total.actual, total.planned)
    )
    return {
        "number": number,
        "name": f"{plan.pillar_label}{number}",
        "name_en": f"{plan.pillar_label_en} {number}".strip(),
        "actual": actual,
        "planned": planned,
    }


def offered(today) -> list[tuple[str, list[Block]]]:
    """The groups of the insert panel with their blocks; groups with nothing to offer are left out."""
    with override("ja"):  # the text of an issue is Japanese, whatever language the editor's screen is in
        groups = [(title, make(today)) for title, make in GROUPS]
    return [(title, blocks) for title, blocks in groups if blocks]


def link(obj, words) -> str:
    """A Markdown link to a page of the portal; brackets in the words would end it early."""
    return f"[{str(words).replace('[', '(').replace(']', ')')}]({obj.get_absolute_url()})"


def milestones(today) -> list[Block]:
    """Milestones completed in the last seven days or due in the next seven, in the order of their days."""
    done = Q(completed_on__range=(today - WEEK, today))
    due = Q(completed_on=None, due_on__range=(today, today + WEEK))
    found = Milestone.objects.published().filter(
        done | due,
        plan__status=Plan.Status.ACTIVE,
        is_cancelled=False,
        initiative__objective__pillar__is_restricted=False,
    )
    ordered = found.select_related("initiative__plan").order_by(Coalesce("completed_on", "due_on"), "code")
    return [_milestone(item) for item in ordered[: 2 * AT_MOST]]


def _milestone(item) -> Block:
    word, day = (
        (_("終えた節目"), item.completed_on) if item.completed_on else (_("これからの節目"), item.due_on)
    )
    shown = dates.format_day(day, "weekday", language="ja")
    line = f"- {word} {shown} {item.name}({link(item.initiative, item.initiative.name)})"
    return Block(item.name, f"{word} {shown}", line)


def reports(today) -> list[Block]:
    """The newest published reports of open initiatives, with the status that was published."""
    found = ProgressReport.objects.published().filter(
        initiative__plan__status=Plan.Status.ACTIVE, initiative__objective__pillar__is_restricted=False
    )
    newest = found.select_related("initiative__plan").order_by("-fiscal_year", "-quarter", "-pk")
    return [_report(report) for report in newest[:AT_MOST]]


def _report(report) -> Block:
    initiative = report.initiative
    quarter = dates.format_quarter(report.fiscal_year, report.quarter, language="ja")
    status = initiative.plan.status_label(report.status) if report.status else ""
    line = f"- {link(initiative, initiative.name)} {status}".strip()
    return Block(initiative.name, f"{quarter} {status}".strip(), line)


def answered_ideas(today) -> list[Block]:
    """Official answers of the last two weeks; what the author wrote is not repeated, only the title."""
    since = dates.local_morning(today - 2 * WEEK, dates.TOKYO, 0)
    found = IdeaAnswer.objects.filter(
        at__gte=since, undone_at=None, idea__merged_into=None, idea__withdrawn_at=None
    )
    return [_answer(answer) for answer in found.select_related("idea").order_by("-at")[:AT_MOST]]


def _answer(answer) -> Block:
    status = answer.get_status_display()
    line = f"- {link(answer.idea, answer.idea.title)} {status}"
    if answer.idea.confidentiality == Confidentiality.ONE and answer.text:
        line += f"。{answer.text.splitlines()[0]}"
    return Block(answer.idea.title, str(status), line)


def replications(today) -> list[Block]:
    """Departments that began to use a practice in the last 30 days, one block per practice."""
    since = today - timedelta(days=30)
    found = Replication.objects.in_use().filter(
        started_on__gte=since, practice__in=GoodPractice.objects.published()
    )
    grouped = {}
    for row in found.select_related("practice", "department").order_by("-started_on")[: 5 * AT_MOST]:
        grouped.setdefault(row.practice, []).append(row.department.short_name or row.department.name)
    return [_practice(practice, names) for practice, names in list(grouped.items())[:AT_MOST]]


def _practice(practice, names) -> Block:
    shown = "、".join(names[:3]) + (f"など{len(names)}部署" if len(names) > 3 else "")
    return Block(
        practice.title, f"使い始めた {shown}", f"- {link(practice, practice.title)}を{shown}が使い始めた"
    )


def workshops(today) -> list[Block]:
    """Workshops of the next two weeks, with the time in Tokyo; the page shows each reader the local time."""
    start = max(timezone.now(), dates.local_morning(today, dates.TOKYO, 0))
    planned = Workshop.objects.standing().filter(starts_at__range=(start, start + 2 * WEEK))
    return [_workshop(workshop) for workshop in planned.order_by("starts_at")[:AT_MOST]]


def _workshop(workshop) -> Block:
    begins = workshop.starts_at.astimezone(dates.TOKYO)
    shown = f"{dates.format_day(begins.date(), 'weekday', language='ja')}{begins:%H:%M}(東京)"
    return Block(workshop.title, shown, f"- {shown} {link(workshop, workshop.title)}")


def drawing(today) -> list[Block]:
    """The pillars as a drawing, with the figures of the day of approval."""
    return [Block("柱の図", "承認した日の値で描く", PILLARS_MARK)]


GROUPS = (
    (gettext_lazy("節目"), milestones),
    (gettext_lazy("施策の進み"), reports),
    (gettext_lazy("アイデア"), answered_ideas),
    (gettext_lazy("広がり"), replications),
    (gettext_lazy("ワークショップ"), workshops),
    (gettext_lazy("柱の図"), drawing),
)
