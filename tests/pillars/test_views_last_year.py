"""Pages of the last year: the board, the draft, both plans side by side, the closing report, the closed plan."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from dxportal import dates
from pillars import imports, succession
from pillars.closing import Closing, not_final
from pillars.figures import figures
from pillars.lastyear import LastYear, still_open
from pillars.models import CarryOver, DraftComment, Indicator, InitiativeReview, Plan, Proposal
from pillars.outlines import Wish
from tests.factories import (
    Book,
    DepartmentFactory,
    DutyFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def person(role, department=None):
    return DutyFactory(user=UserFactory(), role=role, department=department).user


@pytest.fixture
def secretariat():
    return person(Role.SECRETARIAT)


@pytest.fixture
def colleague():
    return person(Role.SECRETARIAT)


@pytest.fixture
def plan():
    plan = PlanFactory(code="OLD")
    ObjectiveFactory(pillar=PillarFactory(plan=plan, code="P1"), code="O1")
    return plan


def one_more(plan, by, name="続ける"):
    """An initiative of the plan with a confirmed review, a decision to continue and a KPI."""
    initiative = InitiativeFactory(objective=plan.objectives.get(), name=name)
    kpi = IndicatorFactory(objective=initiative.objective, initiative=initiative)
    IndicatorValueFactory(indicator=kpi, fiscal_year=2026, target_value=10, actual_value=12)
    texts = {"outcome": "reached", "why": "届いた。", "lessons": "早く始める。", "state": "confirmed"}
    InitiativeReview.objects.create(initiative=initiative, confirmed_by=by[0], **texts)
    row = CarryOver(initiative=initiative)
    row.propose("continued", "まだ要る。", by=by[0])
    row.decide("continued", "まだ要る。", by=by[1])
    return initiative


def drafted(plan, by) -> Plan:
    places = {objective.code: 1 for objective in plan.objectives.all()}
    return succession.create(plan, Wish("NEXT", "次", "", 2027, 2031, [("届ける", "")], places), by=by)


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("page", ["reviews", "carry-over", "successor", "closing"])
def test_lists_ask_the_same_number_of_questions_for_any_rows(page, plan, client_for, secretariat, colleague):
    one_more(plan, (secretariat, colleague))
    client, address = client_for(secretariat), f"/plans/OLD/{page}/"
    client.get(address)
    few = queries(client, address)
    for _number in range(2):
        one_more(plan, (secretariat, colleague))
    assert (queries(client, address), few <= 15) == (few, True)


@pytest.mark.parametrize(("page", "asked"), [("close", 8), ("successor/new", 10)])
def test_forms_that_show_only_numbers_ask_for_numbers(
    page, asked, plan, client_for, secretariat, colleague, django_assert_num_queries
):
    for _number in range(3):
        one_more(plan, (secretariat, colleague))
    client, address = client_for(secretariat), f"/plans/OLD/{page}/"
    client.get(address)
    with django_assert_num_queries(asked):
        assert client.get(address).status_code == 200


def test_what_is_still_open_is_counted_as_the_lists_show_it(plan, secretariat, colleague):
    for _number in range(2):
        one_more(plan, (secretariat, colleague))
    InitiativeFactory(objective=plan.objectives.first())
    rows, found = LastYear(plan, secretariat), still_open(plan, secretariat)
    assert found["undecided"] == rows.undecided == 1
    assert found["not_reviewed"] == len(rows.rows) - rows.confirmed
    closing = Closing(plan, secretariat, dates.today())
    assert not_final(plan, secretariat) == closing.estimated


def test_the_draft_asks_the_same_number_of_questions(plan, client_for, secretariat, colleague):
    one_more(plan, (secretariat, colleague))
    draft, client = drafted(plan, secretariat), client_for(secretariat)
    few = [queries(client, f"/plans/NEXT/{page}/") for page in ("draft", "comments")]
    for number in range(2):
        one_more(plan, (secretariat, colleague))
        department = DepartmentFactory()
        DraftComment.objects.create(
            plan=draft, about=f"案{number}", department=department, text="意見", written_by=colleague
        )
    succession.extend(draft, by=secretariat)
    many = [queries(client, f"/plans/NEXT/{page}/") for page in ("draft", "comments")]
    assert (many, max(many) <= 15) == (few, True)


def test_a_row_of_the_board_proposes_and_a_colleague_decides(plan, client_for, secretariat, colleague):
    initiative = InitiativeFactory(objective=plan.objectives.get(), code="I1")
    address, words = "/plans/OLD/carry-over/I1/", {"I1-decision": "revised", "I1-why": "対象を絞る。"}
    client_for(secretariat).post(address, words | {"I1-version": 1})
    row = CarryOver.objects.get(initiative=initiative)
    assert (row.decision, row.decided_by) == ("revised", None)
    client_for(colleague).post(address, words | {"I1-version": row.version})
    row.refresh_from_db()
    assert (row.proposed_by, row.decided_by) == (secretariat, colleague)


def test_a_decision_without_a_reason_is_answered_at_the_field(plan, client_for, secretariat):
    InitiativeFactory(objective=plan.objectives.get(), code="I1")
    words = {"I1-decision": "merged", "I1-why": "", "I1-target": "NOWHERE", "I1-version": 1}
    answer = client_for(secretariat).post("/plans/OLD/carry-over/I1/", words)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "コード NOWHERE の施策はこの計画にありません。" in page
    assert 'value="NOWHERE"' in page


def test_an_old_version_of_a_decision_shows_both(plan, client_for, secretariat, colleague):
    initiative = InitiativeFactory(objective=plan.objectives.get(), code="I1")
    row = CarryOver(initiative=initiative)
    row.propose("continued", "まだ要る。", by=secretariat)
    row.propose("abolished", "終えた。", by=secretariat)
    words = {"I1-decision": "continued", "I1-why": "続ける。", "I1-version": 1}
    answer = client_for(colleague).post("/plans/OLD/carry-over/I1/", words)
    assert answer.status_code == 422
    assert "先に保存された内容" in answer.content.decode()


def test_the_draft_is_made_when_a_colleague_accepts(plan, client_for, secretariat, colleague):
    one_more(plan, (secretariat, colleague), name="続く施策")
    place = f"place-{plan.objectives.get().pk}"
    wish = {"code": "NEXT", "name": "次の計画", "first_fiscal_year": 2027, "last_fiscal_year": 2031, place: 1}
    address, words = "/plans/OLD/successor/new/", wish | {"pillars": "届ける | Reach", "action": "look"}
    assert "続く施策" in client_for(secretariat).post(address, words).content.decode()
    client_for(secretariat).post(address, words | {"action": "propose", "reason": "骨子のとおり"})
    assert Plan.objects.filter(code="NEXT").exists() is False
    Proposal.objects.get(kind="plan_create").accept(by=colleague)
    draft = Plan.objects.get(code="NEXT")
    assert [i.name for i in draft.initiatives.all()] == ["続く施策"]


def test_old_and_new_stand_side_by_side(plan, client_for, secretariat, colleague):
    one_more(plan, (secretariat, colleague), name="もと")
    drafted(plan, secretariat)
    page = client_for(secretariat).get("/plans/OLD/successor/").content.decode()
    assert ("R9P1-O1-I01" in page, "1施策のうち<b>1</b>が次の計画に続く。" in page) == (True, True)
    assert "R9P1" not in client_for(UserFactory()).get("/plans/OLD/successor/").content.decode()


def test_a_series_runs_over_both_plans(plan, secretariat, colleague):
    one_more(plan, (secretariat, colleague))
    draft = drafted(plan, secretariat)
    new = Indicator.objects.filter(plan=draft).with_values()
    [figure] = figures(draft, new, date(2026, 11, 25), secretariat)
    assert [(y.year, y.actual, y.border) for y in figure.years][:2] == [(2026, 12, False), (2027, None, True)]
    assert [row.plan for row in figure.rows if row.plan] == [plan, draft]


def test_a_series_from_a_restricted_pillar_is_not_shown_to_others(plan, secretariat, colleague):
    one_more(plan, (secretariat, colleague))
    draft = drafted(plan, secretariat)
    plan.pillars.update(is_restricted=True)
    [figure] = figures(draft, Indicator.objects.filter(plan=draft), date(2026, 11, 25), UserFactory())
    assert [year.year for year in figure.years] == [2027, 2028, 2029, 2030, 2031]


def test_a_plan_is_closed_by_two_and_says_so(plan, client_for, secretariat, colleague):
    initiative = one_more(plan, (secretariat, colleague))
    client_for(secretariat).post("/plans/OLD/close/", {"reason": "期間が終わるため"})
    Proposal.objects.get(kind="plan_close").accept(by=colleague)
    client = client_for(secretariat)
    assert "この計画は終わっています" in client.get(initiative.get_absolute_url()).content.decode()
    assert client.get(f"{initiative.get_absolute_url()}edit/").status_code == 403
    kpi = initiative.indicators.get()
    value = kpi.values.get()
    final = {"actual_value": "15", "value_status": "final", "version": value.version, "forecast_value": ""}
    words = {f"kpi{kpi.pk}-{name}": text for name, text in final.items()}
    assert client.post(f"{initiative.get_absolute_url()}review/edit/", words).status_code == 302
    value.refresh_from_db()
    assert value.actual_value == 15


def test_the_closing_report_counts_what_is_confirmed(plan, client_for, secretariat, colleague):
    one_more(plan, (secretariat, colleague))
    InitiativeFactory(objective=plan.objectives.get())
    page = client_for(UserFactory()).get("/plans/OLD/closing/").content.decode()
    assert "最後の年度の目標に届いた指標は1のうち<b>1</b>。" in page
    assert "振り返りを待つ施策は<b>1</b>。" in page
    assert "まだ要る。" not in page  # decisions are read once the next plan is decided


def test_a_review_is_written_and_handed_in_on_one_page(plan, client_for):
    department = DepartmentFactory()
    initiative = InitiativeFactory(objective=plan.objectives.get(), lead_department=department)
    client = client_for(person(Role.PROGRESS_REPORTER, department))
    words = {
        "outcome": "partly",
        "why": "回線が弱い。",
        "lessons": "先に測る。",
        "confidentiality": 1,
        "version": 1,
    }
    proposal = {"next-decision": "continued", "next-why": "残る公館へ。", "next-version": 1}
    answer = client.post(
        f"{initiative.get_absolute_url()}review/edit/", words | proposal | {"action": "submit"}
    )
    assert answer.status_code == 302
    assert (initiative.review.state, initiative.carry_over.decision) == ("submitted", "continued")


def test_an_import_changes_only_final_values_of_a_closed_plan(secretariat):
    department = DepartmentFactory(code="DIV")
    day = date(2026, 11, 25)
    book = Book(department, code="NEXT")
    imports.confirm(
        imports.upload(book.content, "a.xlsx", by=secretariat, today=day), by=secretariat, today=day
    )
    Plan.objects.get(code="NEXT").close(by=secretariat, today=day)
    book.change("計画", "状態", "終了").change("施策", "施策名", "別の名前").change("KPI値", "実績値", 40)
    found = imports.upload(book.content, "b.xlsx", by=secretariat, today=day)
    assert {problem["sheet"] for problem in found.errors} == {"施策"}
