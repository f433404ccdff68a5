"""The lists of a plan: initiatives, milestones, KPIs and published reports, filtered, sorted and cut into pages.

Only the rows of one page are loaded with everything they show, so that a list costs the same for any size of plan.
Where a choice needs the arithmetic of progress (a status, the largest gap, KPIs that missed their target) the rows in
question are computed first.
"""

from datetime import date, timedelta
from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from pillars import progress
from pillars.figures import Figure
from pillars.lines import Line, gap_first
from pillars.models import Indicator, Initiative, Milestone, ProgressReport, ProgressStatus

PER_PAGE = 50
SOON = 90  # days in which a milestone counts as coming


class PlanList:
    """One list for one person. `form` is its filter, `sort` and `page` come from the address as they are."""

    sorts: dict = {}

    def __init__(self, plan, user, today: date, form, *, sort="", page=""):
        self.plan, self.user, self.today, self.form = plan, user, today, form
        self.sort, self.number = sort, page

    @cached_property
    def hidden(self) -> int:
        """How many initiatives of the plan the person may not see (P14)."""
        seen = Initiative.objects.readable_by(self.user).filter(plan=self.plan)
        return self.plan.initiatives.exclude(pk__in=seen.order_by().values("pk")).count()

    def sorted(self, rows):
        """The rows in the order the address asks for; an unknown one changes nothing."""
        order = self.sorts.get(self.sort.removeprefix("-"))
        if order is None:
            return rows
        back = self.sort.startswith("-")
        keys = [key.desc(nulls_last=True) if back else key.asc(nulls_last=True) for key in map(F, order)]
        return rows.order_by(*keys, "code")

    def chosen(self):
        """The rows of all pages, for a file."""
        return self.rows

    def beside(self) -> dict[str, dict]:
        """{heading: {code: cell}}: what the list computes and its file shows after the stored columns."""
        return {}

    @cached_property
    def page(self):
        return Paginator(self.rows, PER_PAGE).get_page(self.number)


class InitiativeList(PlanList):
    sorts = {"code": ["code"], "department": ["lead_department__path"], "end": ["ends_on"]}
    computed = {"gap": gap_first, "status": lambda line: STATUSES.index(line.status)}

    @cached_property
    def rows(self):
        seen = Initiative.objects.readable_by(self.user).filter(plan=self.plan)
        found = self.sorted(self.form.rows(seen))
        order = self.computed.get(self.sort.removeprefix("-"))
        status = self.form.wanted.get("status")
        if not status and not order:
            return found
        lines = [line for line in self.lines_of(found) if status in (None, line.status)]
        return sorted(lines, key=order, reverse=self.sort.startswith("-")) if order else lines

    def lines_of(self, initiatives) -> list[Line]:
        return [Line(initiative, self.today) for initiative in initiatives.with_progress(self.today)]

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of the page with their progress."""
        shown = self.page.object_list
        return list(shown) if isinstance(shown, list) else self.lines_of(shown)

    @cached_property
    def figures(self) -> dict:
        """all, overdue: how many initiatives there are, and how many have a milestone past its date."""
        seen = Initiative.objects.readable_by(self.user).filter(plan=self.plan)
        late = Milestone.objects.overdue(self.today).filter(plan=self.plan).values("initiative")
        return seen.order_by().aggregate(
            all=Count("pk"),
            overdue=Count("pk", filter=Q(pk__in=late)),
            done=Count("pk", filter=Q(state=Initiative.State.COMPLETED)),
        )

    def chosen(self):
        if isinstance(self.rows, list):
            return self.plan.initiatives.filter(pk__in=[line.initiative.pk for line in self.rows])
        return self.rows


STATUSES = [
    ProgressStatus.DELAYED,
    ProgressStatus.SLIGHTLY_DELAYED,
    progress.STALE,
    ProgressStatus.ON_TRACK,
    ProgressStatus.NOT_STARTED,
    ProgressStatus.COMPLETED,
    ProgressStatus.CANCELLED,
    None,
]


class MilestoneList(PlanList):
    """`show` chooses which: overdue, soon, moved, done, or all."""

    sorts = {"due": ["due_on"], "planned": ["planned_on"], "slip": ["slip"], "done": ["completed_on"]}

    def __init__(self, *args, show="", **kwargs):
        super().__init__(*args, **kwargs)
        self.show = show if show in self.kinds else ""

    @cached_property
    def kinds(self) -> dict[str, Q]:
        is_open = Q(completed_on=None, is_cancelled=False)
        soon = self.today + timedelta(days=SOON)
        return {
            "overdue": is_open & Q(due_on__lt=self.today),
            "soon": is_open & Q(due_on__gte=self.today, due_on__lte=soon),
            "moved": Q(due_on__gt=F("planned_on"), is_cancelled=False),
            "done": Q(completed_on__isnull=False),
        }

    @cached_property
    def seen(self):
        readable = Initiative.objects.readable_by(self.user).filter(plan=self.plan).order_by()
        return Milestone.objects.filter(plan=self.plan, initiative__in=readable)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind, and of all."""
        kinds = {name: Count("pk", filter=kind) for name, kind in self.kinds.items()}
        return self.seen.order_by().aggregate(all=Count("pk"), **kinds)

    @cached_property
    def rows(self):
        found = self.form.rows(self.seen).annotate(slip=F("due_on") - F("planned_on"))
        if self.show:
            found = found.filter(self.kinds[self.show])
        found = found.select_related("initiative__lead_department", "initiative__plan")
        open_first = F("completed_on").desc(nulls_first=True)
        return self.sorted(found.order_by(open_first, "due_on", "code"))


class IndicatorList(PlanList):
    """KPIs by their newest year with an actual value. `show` chooses: met, missed, unknown, or all."""

    sorts = {"name": ["code"], "year": ["settled_year"]}

    def __init__(self, *args, show="", **kwargs):
        super().__init__(*args, **kwargs)
        self.show = show if show in ("met", "missed", "unknown") else ""

    @cached_property
    def seen(self):
        return Indicator.objects.visible_to(self.user).filter(plan=self.plan).with_standing(self.today)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each standing, and of all."""
        kinds = {kind: Count("pk", filter=Q(standing=kind)) for kind in ("met", "missed", "unknown")}
        return self.seen.order_by().aggregate(all=Count("pk"), **kinds)

    @cached_property
    def rows(self):
        found = self.form.rows(self.seen)
        if self.show:
            found = found.filter(standing=self.show)
        if self.sort.removeprefix("-") != "rate":
            return self.sorted(found)
        return sorted(self.figures_of(found), key=rate_first, reverse=self.sort.startswith("-"))

    def figures_of(self, indicators) -> list[Figure]:
        related = indicators.select_related("objective__pillar", "initiative", "lead_department")
        figures = [Figure(row, self.plan.fiscal_years, self.today) for row in related.with_values()]
        for figure in figures:
            owner = figure.indicator.initiative or figure.indicator.objective
            owner.plan = figure.indicator.objective.plan = figure.indicator.plan = self.plan
        return figures

    @cached_property
    def page(self):
        pages = Paginator(self.rows, PER_PAGE)
        if not self.form.wanted:
            pages.count = self.counts[self.show or "all"]  # known already: nobody counts them twice
        return pages.get_page(self.number)

    @cached_property
    def figures(self) -> list[Figure]:
        """The rows of the page with their figures."""
        shown = self.page.object_list
        return shown if isinstance(shown, list) else self.figures_of(shown)

    def chosen(self):
        if isinstance(self.rows, list):
            return Indicator.objects.filter(pk__in=[figure.indicator.pk for figure in self.rows])
        return Indicator.objects.filter(pk__in=self.rows.order_by().values("pk"))

    def beside(self) -> dict[str, dict]:
        """Both rates of the year the page shows, each with its formula or why it cannot be computed (P4)."""
        columns = {
            _("計算した年(西暦)"): lambda figure: figure.settled and figure.settled.fiscal_year,
            f"{progress.ACHIEVED.name}(%)": lambda figure: progress.whole(figure.rate.value, 1),
            _("達成率の計算"): lambda figure: told(figure.rate),
            f"{progress.FROM_BASELINE.name}(%)": lambda figure: progress.whole(figure.from_baseline.value, 1),
            _("進捗度の計算"): lambda figure: told(figure.from_baseline),
        }
        figures = self.rows if isinstance(self.rows, list) else self.figures_of(self.rows)
        cells = {figure.indicator.code: figure for figure in figures}
        return {
            heading: {code: cell(figure) for code, figure in cells.items()}
            for heading, cell in columns.items()
        }


def rate_first(figure: Figure) -> tuple:
    """Sort key: the lowest rate first, KPIs without a rate last."""
    return (figure.rate.value is None, figure.rate.value or 0)


def told(rate: progress.Rate) -> str:
    """How a rate was computed, or why it could not be."""
    return str(rate.formula) if rate else _("算定不可。%(reason)s") % {"reason": rate.reason}


class ReportList(PlanList):
    """The published reports of the quarter the form has chosen."""

    sorts = {
        "code": ["initiative__code"],
        "department": ["initiative__lead_department__path"],
        "percent": ["percent"],
        "date": ["published_at"],
    }

    @staticmethod
    def quarters(plan, user) -> list[tuple[int, int]]:
        """Quarters with a published report the person may read, the newest first."""
        found = published(plan, user).order_by("-fiscal_year", "-quarter")
        return list(found.values_list("fiscal_year", "quarter").distinct())

    @cached_property
    def of_quarter(self):
        year, quarter = self.form.chosen or (0, 0)
        return published(self.plan, self.user).filter(fiscal_year=year, quarter=quarter)

    @cached_property
    def counts(self) -> dict[str, int]:
        status = ProgressStatus
        return self.of_quarter.order_by().aggregate(
            all=Count("pk"),
            late=Count("pk", filter=Q(status=status.DELAYED)),
            slow=Count("pk", filter=Q(status=status.SLIGHTLY_DELAYED)),
            help=Count("pk", filter=Q(needs_support=True)),
        )

    @cached_property
    def rows(self):
        found = self.form.rows(self.of_quarter).order_by(
            "initiative__objective__pillar__position",
            "initiative__objective__position",
            "initiative__position",
            "code",
        )
        return self.sorted(found.select_related("initiative__lead_department", "initiative__plan"))


def published(plan, user):
    readable = Initiative.objects.readable_by(user).filter(plan=plan).order_by()
    return ProgressReport.objects.published().filter(initiative__in=readable)
