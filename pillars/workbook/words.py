"""The words of the workbook's choice columns, and the コード表 through which a plan may bring words of its own."""

from decimal import Decimal

from django.utils.translation import gettext as _

from dxportal.text import Confidentiality, narrow
from pillars.models import ProgressStatus
from pillars.workbook.cells import Choice, ClassMark


def words(*pairs) -> dict:
    return {word: str(value) if not isinstance(value, bool | int) else value for word, value in pairs}


PLAN_STATUS = Choice("計画の状態", words(("策定中", "draft"), ("実施中", "active"), ("終了", "closed")))
INITIATIVE_STATE = Choice(
    "施策の状態",
    words(
        ("未着手", "not_started"),
        ("実施中", "in_progress"),
        ("完了", "completed"),
        ("休止", "suspended"),
        ("中止", "cancelled"),
    ),
)
MILESTONE_STATE = Choice(
    "マイルストーンの状態",
    words(("予定", "planned"), ("完了", "completed"), ("遅延", "overdue"), ("中止", "cancelled")),
)
PROGRESS_STATUS = Choice(
    "進捗状況",
    words(
        ("未着手", ProgressStatus.NOT_STARTED),
        ("順調", ProgressStatus.ON_TRACK),
        ("やや遅れ", ProgressStatus.SLIGHTLY_DELAYED),
        ("遅れ", ProgressStatus.DELAYED),
        ("完了", ProgressStatus.COMPLETED),
        ("中止", ProgressStatus.CANCELLED),
    ),
    aliases=words(("概ね順調", ProgressStatus.ON_TRACK), ("おおむね順調", ProgressStatus.ON_TRACK)),
)
DIRECTION = Choice("望ましい方向", words(("増加", "increase"), ("減少", "decrease"), ("維持", "maintain")))
AGGREGATION = Choice(
    "集計方法",
    words(
        ("年度末時点", "point_in_time"),
        ("年度計", "fiscal_year_sum"),
        ("年度平均", "fiscal_year_average"),
        ("累計", "cumulative"),
        ("暦年", "calendar_year"),
    ),
)
VALUE_STATUS = Choice(
    "実績区分",
    words(("確定", "final"), ("速報", "preliminary"), ("見込", "estimate"), ("なし", "none")),
    blank="none",
)
WORKFLOW_STATE = Choice(
    "承認状態",
    words(("下書き", "draft"), ("確認中", "submitted"), ("差戻し", "returned"), ("承認済", "approved")),
    aliases=words(("公開", "approved"), ("提出", "submitted")),
)
SUPPORT = Choice("支援要否", {"要": True, "否": False}, blank=False)
CLASS_MARK = ClassMark(
    "格付", {"機密性1": int(Confidentiality.ONE), "機密性2": int(Confidentiality.TWO)}, blank=1
)
SOURCE_KIND = Choice("出典区分", words(("公表", "public"), ("一部公表", "partly_public"), ("実演用", "demo")))
KIND = Choice("種類", words(("アウトプット", "output"), ("アウトカム", "outcome")))
YES = Choice("はい・いいえ", {"はい": True, "いいえ": False}, blank=False)

# The コード表 in its order: 区分 and the cell whose words it lists. Grades stand between, from the plan's own scale.
GRADES = "評価"
LISTED = (
    PLAN_STATUS,
    INITIATIVE_STATE,
    MILESTONE_STATE,
    PROGRESS_STATUS,
    DIRECTION,
    AGGREGATION,
    VALUE_STATUS,
    WORKFLOW_STATE,
    SUPPORT,
    GRADES,
    CLASS_MARK,
    SOURCE_KIND,
)
# Identifiers of the コード表 that are not the values of the model.
MEANINGS = {
    "in_review": "submitted",
    "needed": True,
    "not_needed": False,
    "confidentiality_1": int(Confidentiality.ONE),
    "confidentiality_2": int(Confidentiality.TWO),
}
IDENTIFIERS = {
    ("承認状態", "submitted"): "in_review",
    ("支援要否", True): "needed",
    ("支援要否", False): "not_needed",
}
GRADE_EXTRAS = (
    ("説明", "description"),
    ("説明(英語)", "description_en"),
    ("達成割合の下限", "minimum_share"),
)
# The suggestion rule of the demonstration's scale is known by its identifiers; other scales say it in a column.
GRADE_SHARES = {"all_met": Decimal(1), "half_or_more_met": Decimal("0.5"), "less_than_half_met": Decimal(0)}
REFUSED_CLASS = ("格付", "機密性3", "confidentiality_3")


def read_vocabulary(rows) -> tuple[dict, list]:
    """({区分: {word: meaning}}, [(row number, 識別子, sentence)]) from the (number, {header: cell}) of the コード表."""
    cells = {cell.category: cell for cell in LISTED if cell != GRADES}
    found, problems = {}, []
    for number, row in rows:
        category, word, identifier = (narrow(str(row.get(h) or "")) for h in ("区分", "値", "識別子"))
        if category not in cells or (category, word, identifier) == REFUSED_CLASS:
            continue
        meaning = MEANINGS.get(identifier, identifier)
        if meaning not in cells[category].words.values():
            problems.append((number, identifier, _("この区分で使えない識別子です。")))
        else:
            found.setdefault(category, {})[word] = meaning
    return found, problems


def status_words(vocabulary: dict) -> dict:
    """The plan's own words for progress statuses, where they differ from the common ones."""
    own = vocabulary.get(PROGRESS_STATUS.category, {})
    return {meaning: word for word, meaning in own.items() if PROGRESS_STATUS.words.get(word) != meaning}


def vocabulary_of(plan) -> dict:
    """The words of the plan for writing: {区分: {word: meaning}}."""
    own = {words["ja"]: status for status, words in plan.status_words.items() if words.get("ja")}
    return {PROGRESS_STATUS.category: own} if own else {}


def code_table(plan) -> list[list]:
    """The コード表, header first: 区分, 値, 識別子, 表示順, and what only the grades of this plan need."""
    vocabulary, rows = vocabulary_of(plan), []
    grades = list(plan.grade_scale.grades.all()) if plan.grade_scale else []
    extra = [(header, name) for header, name in GRADE_EXTRAS if any(_is_own(grade, name) for grade in grades)]
    for cell in LISTED:
        if cell == GRADES:
            rows += [_grade_row(grade, extra) for grade in grades]
            continue
        for position, meaning in enumerate(cell.words.values(), 1):
            word = cell.render(meaning, vocabulary=vocabulary)
            name = (
                f"confidentiality_{meaning}"
                if cell is CLASS_MARK
                else IDENTIFIERS.get((cell.category, meaning), meaning)
            )
            rows.append([cell.category, word, name, position, *[None] * len(extra)])
        if cell is CLASS_MARK:
            rows.append([*REFUSED_CLASS, len(cell.words) + 1, *[None] * len(extra)])
    return [["区分", "値", "識別子", "表示順", *[header for header, _name in extra]], *rows]


def _grade_row(grade, extra) -> list:
    own = [getattr(grade, name) for _header, name in extra]
    own = [float(value) if isinstance(value, Decimal) else value or None for value in own]
    return [GRADES, grade.code, grade.identifier or None, grade.position, *own]


def _is_own(grade, name) -> bool:
    """Whether the column says something the identifier does not say already."""
    value = getattr(grade, name)
    return bool(value) if name != "minimum_share" else value != GRADE_SHARES.get(grade.identifier)
