"""The sheets of the plan's workbook, column by column: read by imports.py, written by exports.py.

Resources of django-import-export. Headings are the fixed Japanese ones of data/README.md. Three kinds of column:
plain ones must be in the file; `optional` ones may be missing (then nothing changes) and are written only when some
row differs from the default; `computed` ones are for people, written and ignored when read.
"""

from decimal import Decimal

from import_export import resources
from import_export.fields import Field

from dxportal import dates
from pillars.models import (
    Evaluation,
    Grade,
    Indicator,
    IndicatorValue,
    Initiative,
    Milestone,
    Objective,
    Pillar,
    Plan,
    ProgressReport,
)
from pillars.workbook.cells import Code, Day, Number, Reference, References, Text, Whole
from pillars.workbook.words import (
    AGGREGATION,
    CLASS_MARK,
    DIRECTION,
    INITIATIVE_STATE,
    KIND,
    MILESTONE_STATE,
    PLAN_STATUS,
    PROGRESS_STATUS,
    SOURCE_KIND,
    SUPPORT,
    VALUE_STATUS,
    WORKFLOW_STATE,
    YES,
)


class Column(Field):
    """One column. `attribute` ends in __code where the cell is a reference; `at(obj, today)` computes for people."""

    def __init__(
        self, header, attribute=None, widget=None, *, needed=False, optional=False, default=None, at=None
    ):
        super().__init__(
            attribute=attribute, column_name=header, widget=widget or Text(), readonly=at is not None
        )
        self.needed, self.optional, self.default_value, self.at = needed, optional, default, at

    @property
    def root(self) -> str:
        """The model field behind the attribute."""
        return self.attribute.split("__")[0]

    def current(self, obj):
        """What the object holds, in the form `clean` returns."""
        if isinstance(self.widget, References):
            return tuple(sorted(item.code for item in getattr(obj, self.root).all()))
        value = self.get_value(obj)
        return "" if value is None and type(self.widget) in (Text, Code) else value

    def usual(self, obj):
        """The value an optional column has when nobody said anything."""
        return self.default_value(obj) if callable(self.default_value) else self.default_value

    def cell(self, obj, *, today, vocabulary=None):
        if self.at:
            return self.at(obj, today)
        return self.widget.render(self.current(obj), vocabulary=vocabulary)


class ApprovalColumn(Column):
    """The workbook knows neither 点検済 nor 公開: such a report is an approved one there."""

    def current(self, obj):
        beyond = obj.workflow_state in (ProgressReport.State.CHECKED, ProgressReport.State.PUBLISHED)
        return ProgressReport.State.APPROVED.value if beyond else super().current(obj)


class SheetResource(resources.ModelResource):
    """One sheet. `columns` come in the order of the file; `key` are the attributes that identify a row."""

    sheet = ""
    kind = ""  # name in `known` and in the verbs of Activity
    key: tuple = ("code",)
    parent = ""  # the model field that holds the parent, whose history a new row belongs to
    columns: tuple = ()
    today = None
    vocabulary: dict | None = None

    def __init__(self, today=None, vocabulary=None, **kwargs):
        super().__init__(**kwargs)
        self.today, self.vocabulary = today or dates.today(), vocabulary
        self.fields = {column.column_name: column for column in self.columns}

    def get_export_order(self, selected_fields=None):
        return list(self.fields)

    get_import_order = get_export_order

    def export_field(self, field, instance, **kwargs):
        return field.cell(instance, today=self.today, vocabulary=self.vocabulary)

    def export(self, queryset=None, **kwargs):
        """A tablib Dataset titled like the sheet; optional columns only when some row needs them."""
        objects = list(queryset)
        self.fields = {c.column_name: c for c in self.columns if not c.optional or self._in_use(c, objects)}
        dataset = super().export(objects, **kwargs)
        dataset.title = self.sheet
        return dataset

    @staticmethod
    def _in_use(column, objects) -> bool:
        return any((column.current(obj) or None) != (column.usual(obj) or None) for obj in objects)

    def iter_queryset(self, queryset):
        return iter(queryset)

    def filter_export(self, queryset, **kwargs):
        return queryset

    @classmethod
    def heading_of_name(cls) -> str:
        """The column people know a row by."""
        return next((c.column_name for c in cls.columns if c.attribute == "name"), cls.columns[0].column_name)

    @classmethod
    def of_plan(cls, plan):
        """The rows of the plan, in the order of the file."""
        return cls._meta.model.objects.filter(plan=plan).select_related("plan")


def fiscal_year_words(obj, today):
    return dates.format_fiscal_year(obj.fiscal_year, "plain", language="ja")


def period_words(plan, today):
    first, last = (
        dates.format_fiscal_year(year, "plain", language="ja")
        for year in (plan.first_fiscal_year, plan.last_fiscal_year)
    )
    return f"{first}〜{last}"


YEAR = Whole(1868, 2200)


class PlanSheet(SheetResource):
    sheet, kind = "計画", "plan"
    columns = (
        Column("計画コード", "code", Code(), needed=True),
        Column("計画名", "name", Text(200), needed=True),
        Column("計画名(英語)", "name_en", Text(200)),
        Column("組織コード", "organisation__code", Reference("department")),
        Column("開始年度(西暦)", "first_fiscal_year", YEAR, needed=True),
        Column("終了年度(西暦)", "last_fiscal_year", YEAR, needed=True),
        Column("期間(和暦)", at=period_words),
        Column("策定日", "decided_on", Day()),
        Column("状態", "status", PLAN_STATUS, needed=True),
        Column("主管課コード", "lead_department__code", Reference("department")),
        Column("版", "edition", Text(20)),
        Column("柱の呼称", "pillar_label", Text(30), needed=True),
        Column("目標の呼称", "objective_label", Text(30), needed=True),
        Column("施策の呼称", "initiative_label", Text(30), needed=True),
        Column("備考", "note"),
        Column("柱の呼称(英語)", "pillar_label_en", Text(30), optional=True, default="Pillar"),
        Column("目標の呼称(英語)", "objective_label_en", Text(30), optional=True, default="Objective"),
        Column("施策の呼称(英語)", "initiative_label_en", Text(30), optional=True, default="Initiative"),
        Column(
            "順調の下限(ポイント)", "on_track_points", Number(-100, 0), optional=True, default=Decimal(-5)
        ),
        Column(
            "やや遅れの下限(ポイント)",
            "slightly_delayed_points",
            Number(-100, 0),
            optional=True,
            default=Decimal(-15),
        ),
    )

    class Meta:
        model = Plan

    @classmethod
    def of_plan(cls, plan):
        return Plan.objects.filter(pk=plan.pk).select_related(
            "organisation", "lead_department", "grade_scale"
        )


class PillarSheet(SheetResource):
    sheet, kind, parent = "柱", "pillar", "plan"
    columns = (
        Column("柱コード", "code", Code(), needed=True),
        Column("計画コード", "plan__code", Reference("plan"), needed=True),
        Column("表示順", "position", Whole()),
        Column("柱名", "name", Text(200), needed=True),
        Column("柱名(英語)", "name_en", Text(200)),
        Column("説明", "description"),
        Column("説明(英語)", "description_en", optional=True),
        Column("閲覧を限る", "is_restricted", YES, optional=True, default=False),
    )

    class Meta:
        model = Pillar


class ObjectiveSheet(SheetResource):
    sheet, kind, parent = "目標", "objective", "pillar"
    columns = (
        Column("目標コード", "code", Code(), needed=True),
        Column("柱コード", "pillar__code", Reference("pillar"), needed=True),
        Column("表示順", "position", Whole()),
        Column("目標名", "name", Text(200), needed=True),
        Column("目標名(英語)", "name_en", Text(200)),
        Column("説明", "description"),
        Column("説明(英語)", "description_en", optional=True),
    )

    class Meta:
        model = Objective

    @classmethod
    def of_plan(cls, plan):
        return super().of_plan(plan).select_related("plan", "pillar")


class InitiativeSheet(SheetResource):
    sheet, kind, parent = "施策", "initiative", "objective"
    columns = (
        Column("施策コード", "code", Code(), needed=True),
        Column("目標コード", "objective__code", Reference("objective"), needed=True),
        Column("表示順", "position", Whole()),
        Column("施策名", "name", Text(200), needed=True),
        Column("施策名(英語)", "name_en", Text(200)),
        Column("概要", "summary"),
        Column("主管課コード", "lead_department__code", Reference("department"), needed=True),
        Column("関係課コード", "related_departments", References("department")),
        Column("開始日", "starts_on", Day("start")),
        Column("終了日", "ends_on", Day()),
        Column("状態", "state", INITIATIVE_STATE, needed=True),
        Column("進捗率(%)", "percent", Whole(0, 100)),
        Column("格付", "confidentiality", CLASS_MARK),
        Column("出典区分", "source_kind", SOURCE_KIND),
        Column("概要(英語)", "summary_en", optional=True),
        Column("重点施策", "is_priority", YES, optional=True, default=False),
    )

    class Meta:
        model = Initiative

    @classmethod
    def of_plan(cls, plan):
        rows = super().of_plan(plan).select_related("plan", "objective__pillar", "lead_department")
        return rows.prefetch_related("related_departments")


class MilestoneSheet(SheetResource):
    sheet, kind, parent = "マイルストーン", "milestone", "initiative"
    columns = (
        Column("マイルストーンコード", "code", Code(), needed=True),
        Column("施策コード", "initiative__code", Reference("initiative"), needed=True),
        Column("表示順", "position", Whole()),
        Column("マイルストーン名", "name", Text(200), needed=True),
        Column("予定日", "planned_on", Day(), needed=True),
        Column("完了日", "completed_on", Day()),
        Column("状態", at=lambda milestone, today: MILESTONE_STATE.render(milestone.state(today))),
        Column("出典区分", "source_kind", SOURCE_KIND),
        Column("マイルストーン名(英語)", "name_en", Text(200), optional=True),
        Column("現在の期日", "due_on", Day(), optional=True, default=lambda milestone: milestone.planned_on),
        Column("重み", "weight", Number(0, 9999), optional=True, default=Decimal(1)),
    )

    class Meta:
        model = Milestone

    @classmethod
    def of_plan(cls, plan):
        rows = super().of_plan(plan).select_related("plan", "initiative__plan")
        return rows.order_by(
            *("initiative__" + name for name in Initiative._meta.ordering), "position", "code"
        )


class IndicatorSheet(SheetResource):
    sheet, kind, parent = "KPI", "indicator", "objective"
    columns = (
        Column("KPIコード", "code", Code(), needed=True),
        Column("目標コード", "objective__code", Reference("objective"), needed=True),
        Column("施策コード", "initiative__code", Reference("initiative")),
        Column("指標名", "name", Text(200), needed=True),
        Column("指標名(英語)", "name_en", Text(200)),
        Column("単位", "unit", Text(20)),
        Column("望ましい方向", "direction", DIRECTION, needed=True),
        Column("集計方法", "aggregation", AGGREGATION, needed=True),
        Column("小数桁数", "decimals", Whole(0, 4)),
        Column("基準値", "baseline_value", Number()),
        Column("基準年度(西暦)", "baseline_fiscal_year", YEAR),
        Column("主管課コード", "lead_department__code", Reference("department")),
        Column("出典区分", "source_kind", SOURCE_KIND),
        Column("備考", "note"),
        Column("種類", "kind", KIND, optional=True, default=""),
        Column("単位(英語)", "unit_en", Text(20), optional=True),
    )

    class Meta:
        model = Indicator

    @classmethod
    def of_plan(cls, plan):
        initiative = ("initiative__plan", "initiative__lead_department")
        related = ("plan", "objective__pillar", *initiative, "lead_department")
        return super().of_plan(plan).select_related(*related)


class IndicatorValueSheet(SheetResource):
    sheet, kind, parent = "KPI値", "indicator_value", "indicator"
    key = ("indicator__code", "fiscal_year")
    columns = (
        Column("KPIコード", "indicator__code", Reference("indicator"), needed=True),
        Column("年度(西暦)", "fiscal_year", YEAR, needed=True),
        Column("年度(和暦)", at=fiscal_year_words),
        Column("目標値", "target_value", Number()),
        Column("実績値", "actual_value", Number()),
        Column("実績区分", "value_status", VALUE_STATUS),
        Column("着地見込み", "forecast_value", Number(), optional=True),
        Column("測定日", "measured_on", Day()),
        Column("出典区分", "source_kind", SOURCE_KIND),
        Column("備考", "note"),
    )

    class Meta:
        model = IndicatorValue

    @classmethod
    def of_plan(cls, plan):
        rows = IndicatorValue.objects.filter(indicator__plan=plan)
        rows = rows.select_related(
            "indicator__plan", "indicator__initiative__plan", "indicator__objective__plan"
        )
        return rows.order_by(*("indicator__" + name for name in Indicator._meta.ordering), "fiscal_year")


class ProgressReportSheet(SheetResource):
    sheet, kind, parent = "進捗報告", "report", "initiative"
    columns = (
        Column("報告コード", "code", Code(), needed=True),
        Column("施策コード", "initiative__code", Reference("initiative"), needed=True),
        Column("年度(西暦)", "fiscal_year", YEAR, needed=True),
        Column("年度(和暦)", at=fiscal_year_words),
        Column("四半期", "quarter", Whole(1, 4), needed=True),
        Column("対象期間末", at=lambda report, today: report.period_end),
        Column("報告日", "reported_on", Day()),
        Column("報告部署コード", "department__code", Reference("department")),
        Column("進捗状況", "status", PROGRESS_STATUS),
        Column("進捗率(%)", "percent", Whole(0, 100)),
        Column("実績", "results"),
        Column("課題", "issues"),
        Column("今後の予定", "next_steps"),
        Column("支援要否", "needs_support", SUPPORT),
        Column("支援内容", "support_note"),
        ApprovalColumn("承認状態", "workflow_state", WORKFLOW_STATE, needed=True),
        Column("承認日", "approved_on", Day()),
        Column("格付", "confidentiality", CLASS_MARK),
        Column("数字と違う進捗状況にするわけ", "override_reason", optional=True),
        Column("遅れや未達のわけ", "cause", optional=True),
        Column("差戻しのわけ", "return_reason", optional=True),
        Column("支援の種類 DXサポートチーム", "support_team", YES, optional=True, default=False),
        Column("支援の種類 予算", "support_budget", YES, optional=True, default=False),
        Column("支援の種類 他課室との調整", "support_coordination", YES, optional=True, default=False),
        Column("負担(担当の見立て)", "burden", Whole(1, 5), optional=True),
        Column("効果(担当の見立て)", "effect", Whole(1, 5), optional=True),
    )

    class Meta:
        model = ProgressReport

    @classmethod
    def of_plan(cls, plan):
        rows = ProgressReport.objects.filter(initiative__plan=plan)
        rows = rows.select_related("initiative__plan", "initiative__lead_department", "department")
        initiative = ("initiative__" + name for name in Initiative._meta.ordering[1:])
        return rows.order_by("fiscal_year", "quarter", *initiative)


class EvaluationSheet(SheetResource):
    sheet, kind, parent = "年度評価", "evaluation", "objective"
    key = ("objective__code", "fiscal_year")
    columns = (
        Column("目標コード", "objective__code", Reference("objective"), needed=True),
        Column("年度(西暦)", "fiscal_year", YEAR, needed=True),
        Column("年度(和暦)", at=fiscal_year_words),
        Column("評価", "grade__code", Reference("grade"), needed=True),
        Column("達成KPI数", "met_count", Whole()),
        Column("測定KPI数", "measured_count", Whole()),
        Column("講評", "comment"),
        Column("評価日", "evaluated_on", Day()),
    )

    class Meta:
        model = Evaluation

    @classmethod
    def of_plan(cls, plan):
        rows = Evaluation.objects.filter(objective__plan=plan).select_related("objective__plan", "grade")
        return rows.order_by(*("objective__" + name for name in Objective._meta.ordering), "fiscal_year")


class GradeSheet(SheetResource):
    """The rows of the コード表 whose 区分 is 評価: the grade scale of the plan."""

    sheet, kind = "コード表", "grade"
    category = "評価"
    columns = (
        Column("値", "code", Text(20), needed=True),
        Column("識別子", "identifier", Text(40)),
        Column("表示順", "position", Whole()),
        Column("説明", "description", Text(200), optional=True),
        Column("説明(英語)", "description_en", Text(200), optional=True),
        Column("達成割合の下限", "minimum_share", Number(0, 1), optional=True),
    )

    class Meta:
        model = Grade

    @classmethod
    def of_plan(cls, plan):
        return Grade.objects.filter(scale__plans=plan)


SHEETS = (
    PlanSheet,
    GradeSheet,
    PillarSheet,
    ObjectiveSheet,
    InitiativeSheet,
    MilestoneSheet,
    IndicatorSheet,
    IndicatorValueSheet,
    ProgressReportSheet,
    EvaluationSheet,
)
BY_NAME = {sheet.sheet: sheet for sheet in SHEETS}
OPTIONAL_SHEETS = {GradeSheet.sheet}
