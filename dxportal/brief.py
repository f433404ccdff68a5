"""One sheet for the executives: the numbers of domain.md 4, each beside the end of the quarter before.

It asks every app through the verbs of its sets and keeps nothing: both columns are computed for their day, the plan's
from the record of its rows (pillars/past.py). What was not on record then says 記録なし; what nobody counts, 未集計.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from dxportal import dates, text
from dxportal.templatetags.portal import number
from newsletter import readership
from newsletter.models import Issue
from newsletter.models.readers import OPEN_DAYS
from pillars.calendar import from_serial, serial
from pillars.figures import Figure, amount, figures, year_label
from pillars.lastyear import by_pillar, number_of
from pillars.lists import SOON
from pillars.models import ExecutiveNote, Initiative, Plan, ReportRequest
from pillars.models.carry_over import may_prepare
from pillars.overview import STATUS_ORDER
from pillars.past import PastOverview
from pillars.progress import STALE, whole
from pillars.record import Record
from pillars.states import end_of, on
from taskforce.models import Consultation, GoodPractice, Idea

ONE_DAY = Decimal(24 * 60 * 60)


@dataclass(frozen=True)
class Row:
    """One number: as it is, as it was, and the page behind it. None is 記録なし, or 未集計 where nobody counts."""

    label: str
    now: object
    before: object = None
    url: str = ""
    unit: str = ""
    note: str = ""
    places: int = 0
    status: str = ""  # a progress status, shown by its shape
    uncounted: bool = False  # nobody counts it yet, now or then

    @property
    def shown(self) -> str:
        return self._written(self.now)

    @property
    def was(self) -> str:
        return self._written(self.before)

    def _written(self, value) -> str:
        if value is None:
            return _("未集計") if self.uncounted else _("記録なし")
        return value if isinstance(value, str) else f"{number(value, self.places)}{spaced(self.unit)}"

    @property
    def change(self) -> str:
        """+2, −3, 0, or nothing where one side is missing or words."""
        if None in (self.now, self.before) or isinstance(self.now, str) or isinstance(self.before, str):
            return ""
        difference = self.now - self.before
        return f"+{number(difference, self.places)}" if difference > 0 else number(difference, self.places)


@dataclass(frozen=True)
class Block:
    """A heading with its rows."""

    title: str
    rows: list


def quarter_of(address: str, today: date) -> tuple[int, int]:
    """2026Q3 as (2026, 3); the running quarter for anything else, and for one still to come."""
    this = dates.fiscal_year(today), dates.quarter(today)
    match = re.fullmatch(r"(20\d\d)Q([1-4])", address)
    return min((int(match[1]), int(match[2])), this) if match else this


class Brief:
    """The sheet of one quarter as one person may see it: on its last day, or today while it is running."""

    def __init__(self, plan, user, today: date, *, year: int, quarter: int):
        self.plan, self.user, self.today = plan, user, today
        self.year, self.quarter = year, quarter
        self.day = min(today, dates.quarter_end(year, quarter))
        self.day_before = dates.quarter_start(year, quarter) - dates.DAY
        self.moments = [(end_of(day), day) for day in (self.day, self.day_before)]
        self.record = Record(plan, user, self.day_before, self.day)
        self.now, self.before = self._on(self.day), self._on(self.day_before)

    def _on(self, day: date) -> PastOverview | None:
        """The plan at the end of the day; None where the record does not reach back so far."""
        known = on(self.record.plans.get(self.plan.pk, ()), day)
        return PastOverview(self.record, day, dated=False) if known else None

    def _both(self, ask: Callable) -> list:
        """What `ask` says of the plan now and then; None where nothing is on record."""
        return [None if seen is None else ask(seen) for seen in (self.now, self.before)]

    @cached_property
    def last_year(self) -> dict | None:
        """{pillar id: counts} of reviews and decisions on both days, in the last year of the plan."""
        if not self.plan.is_in_last_year(self.today):
            return None
        return by_pillar(self.plan, self.user, *(at for at, _day in self.moments))

    # --- what a person wrote ------------------------------------------------------------------------

    @cached_property
    def notes(self) -> list[ExecutiveNote]:
        """Every note the person may read, newest quarter first."""
        return list(ExecutiveNote.objects.visible_to(self.user).filter(plan=self.plan).with_indicators())

    @property
    def note(self) -> ExecutiveNote | None:
        this = self.year, self.quarter
        return next((note for note in self.notes if (note.fiscal_year, note.quarter) == this), None)

    @property
    def sentences(self) -> list:
        """The sentences that were filled in: (field name, note)."""
        names = ("first", "second", "third")
        return [(name, self.note) for name in names if self.note and getattr(self.note, name)]

    @property
    def can_read_words(self) -> bool:
        return self.user.is_secretariat or self.user.has_role("executive")

    @property
    def quarters(self) -> list[tuple[int, int]]:
        """The running quarter and the three before it, as far as the plan goes back."""
        last = serial(dates.fiscal_year(self.today), dates.quarter(self.today))
        found = [from_serial(last - back) for back in range(4)]
        return [(year, quarter) for year, quarter in found if year >= self.plan.first_fiscal_year]

    @cached_property
    def pillars(self) -> list[dict]:
        """Each pillar now and then, and what to expect of it on the last day of the plan: what the departments say of
        it, once they have looked back, else the forecast."""
        now, then = self._both(lambda seen: {column.pillar.pk: column for column in seen.rolled_up()})
        results = {pk: counts for pk, counts in (self.last_year or {}).items() if counts["reviewed"]}
        return [
            {
                "pillar": column.pillar,
                "progress": column.progress,
                "before": then[pk].progress if then and pk in then else None,
                "result": results.get(pk),
                "expected": column.expected_at(self.plan.ends_on),
            }
            for pk, column in (now or {}).items()
        ]

    @property
    def hidden(self) -> int:
        """How many initiatives are not in the figures because the person may not read them (P14)."""
        return self.now.hidden if self.now else 0

    # --- the numbers --------------------------------------------------------------------------------

    @cached_property
    def blocks(self) -> list[Block]:
        return [
            Block(_("施策と節目"), [*self._statuses(), *self._milestones(), *self._carry_over()]),
            Block(_("報告と支援"), self._reports()),
            Block(_("指標"), [*self._kpis(), *self._chosen()]),
            Block(_("広がり"), [*self._spread(), *self._ideas()]),
            Block(_("読者と安全"), [*self._readers(), *self._second_factor()]),
        ]

    @property
    def _plan_url(self) -> str:
        return self.plan.get_absolute_url()

    def _statuses(self):
        """1: initiatives by status. The rare ones only where they occur."""
        for status in STATUS_ORDER:
            counts = self._both(lambda seen, status=status: seen.counts.get(status, 0))
            if any(counts):
                word = _("報告が古い") if status == STALE else self.plan.status_label(status)
                yield Row(word, *counts, f"{self._plan_url}?status={status}", status=status)

    def _milestones(self):
        """2: overdue, and due in 90 days."""
        roadmap = reverse("pillars:roadmap", args=[self.plan.code])
        yield Row(_("期日を過ぎた節目"), *self._both(lambda seen: seen.overdue), roadmap)
        soon = self._both(
            lambda seen: len(seen.milestones_between(seen.today, seen.today + SOON * dates.DAY))
        )
        yield Row(_("90日以内に期日が来る節目"), *soon, roadmap)

    def _carry_over(self):
        """In the last year: what is decided for the next plan, for those who prepare it."""
        if self.last_year is None or not may_prepare(self.user):
            return
        board = reverse("pillars:carry_over", args=[self.plan.code])
        decided = [
            sum(counts[name] for counts in self.last_year.values()) for name in ("decided", "decided_before")
        ]
        total = self._both(lambda seen: len(seen.lines))
        waiting = [None if a is None else a - d for a, d in zip(total, decided, strict=True)]
        yield Row(_("引き継ぎを決めた施策"), *decided, board)
        yield Row(_("引き継ぎが未定の施策"), *waiting, board)

    def _reports(self):
        """4: departments that have not reported; 10: help asked."""
        readable = Initiative.objects.readable_by(self.user).filter(plan=self.plan).order_by()
        silence = ReportRequest.objects.filter(initiative__in=readable).silence(*self.moments)
        of = _("%(number)s部署のうち") % {"number": silence[0][1]} if silence[0] else ""
        note = of or _("報告の依頼の記録がない")
        silent = [told and told[0] for told in silence]
        yield Row(_("報告していない部署"), *silent, self._plan_url, note=note)
        url = f"{self._plan_url}#h-attention"
        yield Row(_("支援を求めている施策"), *self._both(asking_for_help), url)
        yield from self._consultations()

    def _consultations(self):
        """10: questions to the support team: how many wait, and the median wait for an answer."""
        told, url = Consultation.objects.standing(*self.moments), reverse("taskforce:consultations")
        waits = [None if one["median"] is None else whole(days(one["median"]), 1) for one in told]
        yield Row(_("解決を待つ相談"), *(one["open"] for one in told), url)
        yield Row(_("相談の答えまで(中央値)"), *waits, url, unit=_("日"), places=1)

    @cached_property
    def _figures(self) -> list[list[Figure] | None]:
        """All KPIs with what had been measured by both days."""
        return self._both(lambda seen: figures(seen.plan, seen.indicators(lambda row: True), seen.today))

    def _kpis(self):
        """3: on target, below it, not measurable."""
        words = {
            "met": _("目標に達した指標"),
            "missed": _("達していない指標"),
            "unknown": _("測れない指標"),
        }
        counts = [
            None if told is None else Counter(figure.standing for figure in told) for told in self._figures
        ]
        for kind, word in words.items():
            yield Row(word, *(None if count is None else count[kind] for count in counts), self._plan_url)

    def _chosen(self):
        """9: training, multi-factor coverage and what else the secretariat chose from the plan's own KPIs."""
        chosen = set(self.note.indicator_ids) if self.note else set()
        now, then = ({f.indicator.pk: f.latest for f in told or ()} for told in self._figures)
        for figure in self._figures[0] or ():
            indicator = figure.indicator
            if indicator.pk in chosen:
                values = [measured.get(indicator.pk) for measured in (now, then)]
                shown = [amount(value.actual_value, indicator) if value else None for value in values]
                year = figure_years(values, indicator)
                yield Row(text.localized(indicator, "name"), *shown, self._page_of(indicator), note=year)

    def _page_of(self, indicator) -> str:
        return f"{reverse('pillars:objective', args=[self.plan.code, indicator.objective.code])}#{indicator.code}"

    def _spread(self):
        """5: hours declared; 6: practices and who copied them."""
        practices = GoodPractice.objects.visible_to(self.user).told()
        told = practices.standing(*self.moments)
        url = reverse("taskforce:practices")
        hours = (one["hours"] for one in told)
        yield Row(_("1年に減る時間"), *hours, url, unit=_("時間"), note=_("部署の申告。数え方は各事例に"))
        yield Row(_("好事例"), *(one["practices"] for one in told), url)
        yield Row(_("まねて使っている部署"), *(one["departments"] for one in told), url)

    def _ideas(self):
        """7: received, median days to the first reply, realised."""
        told = Idea.objects.visible_to(self.user).listed().standing(*self.moments)
        url = reverse("taskforce:ideas")
        waits = [None if one["median"] is None else whole(days(one["median"]), 1) for one in told]
        yield Row(_("受け付けたアイデア"), *(one["received"] for one in told), url)
        yield Row(_("最初の返事まで(中央値)"), *waits, url, unit=_("日"), places=1)
        yield Row(_("実現したアイデア"), *(one["realised"] for one in told), url)

    @cached_property
    def _counted(self) -> dict[str, int]:
        """How many issues were `sent_0`, `sent_1` by both moments, how those of their quarters were read (`read_0`,
        `read_1`) and when the last of those went out (`last_0`, `last_1`), `all` the people who should sign in with a
        second factor, and those who do so and are `safe`; one query."""
        issues, people = Issue.objects.visible_to(self.user), User.objects.active()
        if settings.MFA_REQUIRED_ROLES:
            people = people.with_role(*settings.MFA_REQUIRED_ROLES)
        sent = {
            f"sent_{place}": number_of(issues.filter(published_at__lt=at))
            for place, (at, _day) in enumerate(self.moments)
        }
        read = {}
        for place, (at, day) in enumerate(self.moments):
            quarter = (begin_of(day), at)
            read[f"read_{place}"] = readership.told(issue__in=issues, issue__published_at__range=quarter)
            latest = issues.filter(published_at__range=quarter).order_by("-published_at")
            read[f"last_{place}"] = Subquery(latest.values("published_at")[:1])
        safe = people.with_second_factor().filter(has_second_factor=True)
        people = {"all": number_of(people), "safe": number_of(safe)}
        return Plan.objects.filter(pk=self.plan.pk).values(**sent, **read, **people).get()

    def _readers(self):
        """8: issues sent, and how many of those they were sent to read them, by place, as far as that may be shown.

        When somebody read is not on record (ADR 19), so nobody knows how many had by the end of a quarter: of one that
        is over, the number is told once no issue of it is counted any more, and moves no further.
        """
        url = reverse("newsletter:archive")
        sent = [self._counted[f"sent_{place}"] for place in range(len(self.moments))]
        newsletter = text.setting("NEWSLETTER_TITLE")
        yield Row(_("%(newsletter)sを送った号") % {"newsletter": newsletter}, *sent, url)
        told = [
            readership.shown(self._counted[f"read_{place}"]) if self._is_settled(place) else None
            for place in range(len(self.moments))
        ]
        note = " / ".join(f"{line.label} {line.percent}" for line in (told[0] or ())[:-1])
        note = note or _("本省、在外公館、現地職員の別。5人以上の集まりだけ")
        if None in told:
            unknown = _("四半期末の数は残していない。終わった四半期は、最後の号から90日たつと決まる")
            note = f"{note} / {unknown}"
        shares = [_share(lines) for lines in told]
        yield Row(_("読んだ人の割合"), *shares, url, unit="%", note=note, uncounted=True)

    def _is_settled(self, place: int) -> bool:
        """Whether the readers of the quarter (0 this one, 1 the one before) may be told: today's, or final ones."""
        last, day = self._counted[f"last_{place}"], self.moments[place][1]
        return day == self.today or last is None or last + OPEN_DAYS < end_of(self.today)

    def _second_factor(self):
        """9: who signs in with a second factor. How many people there were on an earlier day is not on record."""
        if self.day != self.today:
            yield Row(_("2つめの確認を使う人"), None)
            return
        told = self._counted
        share = told["safe"] * Decimal(100) / told["all"] if told["all"] else None
        note = _("%(all)s人のうち%(safe)s人") % told
        yield Row(_("2つめの確認を使う人"), share, None, "", unit="%", note=note)


def asking_for_help(seen: PastOverview) -> int:
    """Live initiatives whose newest report asks for help."""
    live = (line for line in seen.lines if line.initiative.is_live)
    return sum(1 for line in live if line.report and line.report.needs_support)


def _share(lines):
    """Percent of all, or words; None before anything is counted. Without lines the number is not to be told yet."""
    if lines is None:
        return _("まだ決まらない")
    return lines[-1].share or lines[-1].words if lines else None


def begin_of(day: date):
    """The first instant of the quarter that the Tokyo date lies in."""
    return end_of(dates.quarter_start(dates.fiscal_year(day), dates.quarter(day)) - dates.DAY)


def spaced(unit: str) -> str:
    """A unit as it follows a number: words of English are set apart."""
    unit = str(unit).strip()
    return f" {unit.lower()}" if unit.isascii() and unit.isalpha() else unit


def figure_years(values, indicator) -> str:
    """The years of both values, newest first, once when they are the same: R8 / R7."""
    years = [year_label(indicator, value.fiscal_year) for value in values if value]
    return " / ".join(dict.fromkeys(years))


def days(wait) -> Decimal:
    """A timedelta in days."""
    return Decimal(str(wait.total_seconds())) / ONE_DAY
