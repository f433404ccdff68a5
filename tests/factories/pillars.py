"""Plans for tests: small ones built by hand, and workbooks of any shape."""

from datetime import date, datetime
from io import BytesIO

import factory
import openpyxl
from factory.django import DjangoModelFactory

from accounts.models import Role
from dxportal import dates
from pillars import proposals
from pillars.models import (
    Evaluation,
    Grade,
    GradeScale,
    Indicator,
    IndicatorValue,
    Initiative,
    Milestone,
    Objective,
    Pillar,
    Plan,
    ProgressReport,
    ReportingCall,
)
from pillars.workbook.sheets import SHEETS, GradeSheet
from tests.factories.accounts import DepartmentFactory, UserFactory


class GradeScaleFactory(DjangoModelFactory):
    """The demonstration's four grades; `grades=[]` for an empty scale."""

    name = "ABCD"

    class Meta:
        model = GradeScale
        skip_postgeneration_save = True

    @factory.post_generation
    def grades(scale, create, extracted, **kwargs):
        steps = (("A", 1, False), ("B", "0.5", False), ("C", 0, False), ("D", None, True))
        for position, (code, share, not_measured) in enumerate(steps if extracted is None else extracted, 1):
            Grade.objects.create(
                scale=scale, code=code, minimum_share=share, not_measured=not_measured, position=position
            )


class PlanFactory(DjangoModelFactory):
    """A running plan for 令和4〜8年度."""

    code = factory.Sequence(lambda n: f"PLAN-{n}")
    name = factory.Sequence(lambda n: f"計画{n}")
    name_en = factory.Sequence(lambda n: f"Plan {n}")
    first_fiscal_year = 2022
    last_fiscal_year = 2026
    status = Plan.Status.ACTIVE

    class Meta:
        model = Plan


class PillarFactory(DjangoModelFactory):
    plan = factory.SubFactory(PlanFactory)
    code = factory.Sequence(lambda n: f"P{n + 1000}")
    position = factory.Sequence(lambda n: n)
    name = factory.Sequence(lambda n: f"柱{n}の名前")
    name_en = factory.Sequence(lambda n: f"Pillar {n}")

    class Meta:
        model = Pillar


class ObjectiveFactory(DjangoModelFactory):
    pillar = factory.SubFactory(PillarFactory)
    code = factory.Sequence(lambda n: f"O{n + 1000}")
    position = factory.Sequence(lambda n: n)
    name = factory.Sequence(lambda n: f"目標{n}の名前")
    name_en = factory.Sequence(lambda n: f"Objective {n}")

    class Meta:
        model = Objective


class InitiativeFactory(DjangoModelFactory):
    """A live initiative without milestones; `lead_department=` chooses who reports."""

    objective = factory.SubFactory(ObjectiveFactory)
    code = factory.Sequence(lambda n: f"I{n + 1000}")
    position = factory.Sequence(lambda n: n)
    name = factory.Sequence(lambda n: f"施策{n}の名前")
    name_en = factory.Sequence(lambda n: f"Initiative {n}")
    lead_department = factory.SubFactory(DepartmentFactory)
    starts_on = date(2022, 4, 1)
    ends_on = date(2027, 3, 31)
    state = Initiative.State.IN_PROGRESS

    class Meta:
        model = Initiative


class MilestoneFactory(DjangoModelFactory):
    initiative = factory.SubFactory(InitiativeFactory)
    code = factory.Sequence(lambda n: f"M{n + 1000}")
    position = factory.Sequence(lambda n: n)
    name = factory.Sequence(lambda n: f"節目{n}")
    name_en = factory.Sequence(lambda n: f"Milestone {n}")
    planned_on = date(2026, 12, 31)

    class Meta:
        model = Milestone


class IndicatorFactory(DjangoModelFactory):
    objective = factory.SubFactory(ObjectiveFactory)
    code = factory.Sequence(lambda n: f"K{n + 1000}")
    name = factory.Sequence(lambda n: f"指標{n}")
    name_en = factory.Sequence(lambda n: f"Indicator {n}")
    unit = "件"

    class Meta:
        model = Indicator


class IndicatorValueFactory(DjangoModelFactory):
    """A final value when an actual is given, else none."""

    indicator = factory.SubFactory(IndicatorFactory)
    fiscal_year = 2025
    value_status = factory.LazyAttribute(lambda v: "none" if v.actual_value is None else "final")
    target_value = None
    actual_value = None

    class Meta:
        model = IndicatorValue


class ProgressReportFactory(DjangoModelFactory):
    """A published report on the second quarter of 令和8年度."""

    initiative = factory.SubFactory(InitiativeFactory)
    fiscal_year = 2026
    quarter = 2
    status = "on_track"
    percent = 50
    results = "40公館で使い始めた。"
    issues = "特になし"
    next_steps = "残りの公館へ広げる。"
    workflow_state = ProgressReport.State.PUBLISHED

    class Meta:
        model = ProgressReport


class ReportingCallFactory(DjangoModelFactory):
    """An open call for the whole plan on the second quarter of 令和8年度; the initiatives there are have been asked."""

    plan = factory.SubFactory(PlanFactory)
    fiscal_year = 2026
    quarter = 2
    opened_at = datetime(2026, 10, 1, 9, tzinfo=dates.TOKYO)
    deadline = datetime(2026, 10, 16, 17, tzinfo=dates.TOKYO)

    class Meta:
        model = ReportingCall

    @classmethod
    def _create(cls, model, *args, chosen=None, by=None, **fields):
        call = model(**fields)
        call.open(by=by, **(chosen or {}))
        return call


class EvaluationFactory(DjangoModelFactory):
    objective = factory.SubFactory(ObjectiveFactory)
    fiscal_year = 2025
    grade = factory.LazyFunction(lambda: GradeScaleFactory().grades.first())

    class Meta:
        model = Evaluation


def visibility_proposal(pillar=None, *, by=None):
    """A waiting proposal to close a pillar to those who are not concerned."""
    by = by or UserFactory(roles=[Role.SECRETARIAT])
    values, pillar = {"is_restricted": True}, pillar or PillarFactory()
    changes = proposals.compare(pillar, values)
    return proposals.propose(
        "pillar_visibility", pillar, by=by, values=values, changes=changes, reason="対策の内容をふくむため"
    )


# --- workbooks ------------------------------------------------------------------------------------

CODE_TABLE = ["区分", "値", "識別子", "表示順"]
HEADINGS = {
    sheet.sheet: [column.column_name for column in sheet.columns if not column.optional]
    for sheet in SHEETS
    if sheet is not GradeSheet
} | {GradeSheet.sheet: CODE_TABLE}


class Book:
    """A workbook in the format of the import with one object of each kind; change `rows[sheet]` and take `content`.

    Rows are dictionaries by heading. `pillars`, `years` and `words` shape another organisation's plan.
    """

    def __init__(
        self, department, *, code="NEXT", pillars=1, years=(2022, 2026), words=("柱", "目標", "施策")
    ):
        self.headings = {sheet: list(line) for sheet, line in HEADINGS.items()}
        names = dict(zip(("柱の呼称", "目標の呼称", "施策の呼称"), words, strict=True))
        plan = {"計画コード": code, "計画名": "次の計画", "状態": "実施中", **names}
        self.rows = {sheet: [] for sheet in HEADINGS}
        self.rows["計画"] = [{**plan, "開始年度(西暦)": years[0], "終了年度(西暦)": years[1]}]
        self.rows["コード表"] = [
            {"区分": "評価", "値": "A", "識別子": "all_met", "表示順": 1},
            {"区分": "評価", "値": "D", "識別子": "not_measurable", "表示順": 2},
        ]
        for number in range(1, pillars + 1):
            self._add_pillar(number, code, department.code, years[0])

    def _add_pillar(self, number, plan, department, year):
        pillar, objective, initiative = f"P{number}", f"P{number}-O1", f"P{number}-O1-I01"
        add = lambda sheet, **row: self.rows[sheet].append(row)  # noqa: E731
        add("柱", 柱コード=pillar, 計画コード=plan, 表示順=number, 柱名=f"柱その{number}")
        add("目標", 目標コード=objective, 柱コード=pillar, 表示順=1, 目標名="最初の目標")
        shared = {"目標コード": objective, "表示順": 1, "主管課コード": department}
        work = {
            "施策コード": initiative,
            "施策名": "最初の施策",
            "状態": "実施中",
            "進捗率(%)": 40,
            "格付": "機密性1",
        }
        self.rows["施策"].append(
            {**shared, **work, "開始日": date(year, 4, 1), "終了日": date(year + 1, 3, 31)}
        )
        day = date(year, 9, 30)
        step = {"マイルストーンコード": f"{initiative}-M1", "施策コード": initiative, "表示順": 1}
        self.rows["マイルストーン"].append(
            {**step, "マイルストーン名": "始める", "予定日": day, "状態": "予定"}
        )
        kpi = {
            "KPIコード": f"{objective}-K01",
            "目標コード": objective,
            "施策コード": initiative,
            "指標名": "割合",
        }
        self.rows["KPI"].append(
            {**kpi, "単位": "%", "望ましい方向": "増加", "集計方法": "年度末時点", "小数桁数": 1}
        )
        value = {
            "KPIコード": f"{objective}-K01",
            "年度(西暦)": year,
            "目標値": 50,
            "実績値": 38.2,
            "実績区分": "確定",
        }
        self.rows["KPI値"].append(value)
        report = {
            "報告コード": f"R{year}Q2-{initiative}",
            "施策コード": initiative,
            "年度(西暦)": year,
            "四半期": 2,
        }
        told = {
            "進捗状況": "順調",
            "進捗率(%)": 40,
            "実績": "始めた",
            "承認状態": "承認済",
            "格付": "機密性1",
        }
        self.rows["進捗報告"].append({**report, **told, "支援要否": "否", "報告部署コード": department})
        self.rows["年度評価"].append({"目標コード": objective, "年度(西暦)": year, "評価": "A"})

    def change(self, sheet, heading, value, row=0):
        """Set one cell; returns the book."""
        self.rows[sheet][row][heading] = value
        if heading not in self.headings[sheet]:
            self.headings[sheet].append(heading)
        return self

    @property
    def content(self) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for sheet, headings in self.headings.items():
            page = book.create_sheet(sheet)
            page.append(headings)
            for row in self.rows[sheet]:
                page.append([row.get(heading) for heading in headings])
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()
