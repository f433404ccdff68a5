"""What the portal offers an issue: references to this week's moves, with ready-made words where there are some (N2).

Every member of staff reads the newsletter: restricted pillars never appear, of 機密性2 items only title and link do.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from dxportal import dates
from dxportal.text import Confidentiality
from newsletter import references
from newsletter.drawing import said
from newsletter.markdown import PILLARS_MARK
from newsletter.references import Portal
from pillars.models import Milestone, Plan
from taskforce.models import GoodPractice, IdeaAnswer, Replication, Workshop

WEEK = timedelta(days=7)
AT_MOST = 8


@dataclass(frozen=True)
class Block:
    """One piece to insert: what the editor sees (title, icon of the status, its word, figures), and the Markdown that
    goes into the text."""

    title: str
    note: str
    markdown: str
    shape: str = ""
    word: str = ""


def pillar_figures(today) -> list[dict]:
    """Actual and planned progress of each open pillar of the running plan: see `newsletter.references.Portal`."""
    return Portal(today).figures


def offered(portal) -> list[tuple[str, list[Block]]]:
    """The groups of the insert panel with their blocks; groups with nothing to offer are left out."""
    with override("ja"):  # the text of an issue is Japanese, whatever language the editor's screen is in
        groups = [(title, make(portal)) for title, make in GROUPS]
    return [(title, blocks) for title, blocks in groups if blocks]


def refer(kind, key, words) -> str:
    """[[施策 2-3-1 業務引継ぎ]]; brackets, bars and line ends in the words would end it early."""
    plain = str(words).translate(str.maketrans("[]|\n", "()/ "))
    return f"[[{kind} {key} {plain[:200]}]]"


def block(kind, key, fact, *, before="", after="", note="") -> Block:
    """A block from the fact of a reference, with Markdown `before` and `after` it; `note` goes before the figures."""
    words = fact["ja"]
    reference = refer(kind, key, words["title"])
    shown = {"shape": fact["shape"], "word": words["word"]}
    if not fact["shape"]:
        shown, words = {}, {"title": words["title"], "note": said(words)}
    return Block(words["title"], f"{note} {words['note']}".strip(), f"{before}{reference}{after}", **shown)


def milestones(portal) -> list[Block]:
    """Milestones completed in the last seven days or due in the next seven, in the order of their days."""
    today = portal.today
    done = Q(completed_on__range=(today - WEEK, today))
    due = Q(completed_on=None, due_on__range=(today, today + WEEK))
    found = Milestone.objects.published().filter(
        done | due,
        plan__status=Plan.Status.ACTIVE,
        is_cancelled=False,
        initiative__objective__pillar__is_restricted=False,
    )
    ordered = found.select_related("initiative__plan").order_by(Coalesce("completed_on", "due_on"), "code")
    return [
        block(references.MILESTONE, item.code, references.milestone_fact(item, today), before="- ")
        for item in ordered[: 2 * AT_MOST]
    ]


def reports(portal) -> list[Block]:
    """Initiatives of running plans with the newest published reports; status and figures are today's."""
    reported = [
        (report.fiscal_year, report.quarter, initiative)
        for initiative in portal.initiatives
        if initiative.plan.status == Plan.Status.ACTIVE and (report := initiative.newest_report)
    ]
    newest = sorted(reported, key=lambda row: (-row[0], -row[1]))[:AT_MOST]
    return [
        block(references.INITIATIVE, initiative.code, references.initiative_fact(initiative, portal.today))
        for _year, _quarter, initiative in newest
    ]


def answered_ideas(portal) -> list[Block]:
    """Official answers of the last two weeks; what the author wrote is not repeated, only the title."""
    since = dates.local_morning(portal.today - 2 * WEEK, dates.TOKYO, 0)
    found = IdeaAnswer.objects.filter(
        at__gte=since, undone_at=None, idea__merged_into=None, idea__withdrawn_at=None
    )
    counted = found.select_related("idea").annotate(supporters=Count("idea__supports"))
    return [_answer(answer) for answer in counted.order_by("-at")[:AT_MOST]]


def _answer(answer) -> Block:
    idea, words = answer.idea, ""
    idea.supporters = answer.supporters
    if idea.confidentiality == Confidentiality.ONE and answer.text:
        words = f"\n\n{answer.text.splitlines()[0]}"
    return block(references.IDEA, idea.number, references.idea_fact(idea), after=words)


def replications(portal) -> list[Block]:
    """Departments that began to use a practice in the last 30 days, one block per practice."""
    since = portal.today - timedelta(days=30)
    found = Replication.objects.in_use().filter(
        started_on__gte=since, practice__in=GoodPractice.objects.published()
    )
    same = Replication.objects.in_use().filter(practice=OuterRef("practice")).order_by().values("practice")
    counted = found.annotate(used=Subquery(same.annotate(n=Count("pk")).values("n")))
    grouped = {}
    for row in counted.select_related("practice", "department").order_by("-started_on")[: 5 * AT_MOST]:
        row.practice.used = row.used
        grouped.setdefault(row.practice, []).append(row.department.short_name or row.department.name)
    return [_practice(practice, names) for practice, names in list(grouped.items())[:AT_MOST]]


def _practice(practice, names) -> Block:
    shown = "、".join(names[:3]) + (f"など{len(names)}部署" if len(names) > 3 else "")
    fact = references.practice_fact(practice)
    if practice.confidentiality != Confidentiality.ONE:
        return block(references.PRACTICE, practice.pk, fact)
    after, note = f"。新しく使い始めたのは{shown}", f"使い始めた {shown}"
    return block(references.PRACTICE, practice.pk, fact, before="- ", after=after, note=note)


def workshops(portal) -> list[Block]:
    """Workshops of the next two weeks, with the time in Tokyo; the page shows each reader the local time."""
    start = max(timezone.now(), dates.local_morning(portal.today, dates.TOKYO, 0))
    planned = Workshop.objects.standing().filter(starts_at__range=(start, start + 2 * WEEK))
    return [
        block(references.WORKSHOP, workshop.pk, references.workshop_fact(workshop))
        for workshop in planned.order_by("starts_at")[:AT_MOST]
    ]


def drawing(portal) -> list[Block]:
    """The pillars as a drawing, with the figures of the morning of sending."""
    return [Block("柱の図", "配信する日の朝の値で描き直す", PILLARS_MARK)]


GROUPS = (
    (gettext_lazy("節目"), milestones),
    (gettext_lazy("施策の進み"), reports),
    (gettext_lazy("アイデア"), answered_ideas),
    (gettext_lazy("広がり"), replications),
    (gettext_lazy("ワークショップ"), workshops),
    (gettext_lazy("柱の図"), drawing),
)
