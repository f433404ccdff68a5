"""The executives' sheet: figures now and a quarter ago, one A4, the words of the secretariat and who reads them."""

from datetime import date, timedelta
from io import BytesIO

import html5lib
import pytest
from django.utils import timezone

from dxportal import dates, pdf
from dxportal.brief import Brief, quarter_of
from newsletter.models import Readership
from pillars.models import CarryOver, ExecutiveNote, Initiative, InitiativeReview, ReportRequest
from tests.factories import (
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
    ReportingCallFactory,
    UserFactory,
    moment,
    was,
)
from tests.factories.newsletter import sent_issue
from tests.factories.taskforce_ideas import published_practice, spread_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
BEFORE = date(2026, 9, 30)
BEGAN = date(2026, 4, 1)
QUERIES = 15  # session, person, duties, plan, note; six for the plan; practices, ideas, issues, people


def since(row, day=BEGAN, **values):
    """The row as something that came into the plan on a day."""
    return was(row, day, label="insert", **values)


@pytest.fixture
def plan():
    return since(PlanFactory(code="NOW"))


def initiative(plan, *, restricted=False, **fields):
    pillar = since(PillarFactory(plan=plan, is_restricted=restricted))
    return since(InitiativeFactory(objective=since(ObjectiveFactory(pillar=pillar)), **fields))


def published(initiative, status, on: date, quarter=2, **fields):
    fields |= {"published_at": moment(on, 9), "reported_on": on}
    report = ProgressReportFactory(initiative=initiative, status=status, quarter=quarter, **fields)
    return since(report, on)


def rows(plan, user=None, today=TODAY) -> dict:
    """{label: (now, before)} of the sheet of the running quarter."""
    year, quarter = quarter_of("", today)
    brief = Brief(plan, user or UserFactory(), today, year=year, quarter=quarter)
    return {row.label: (row.shown, row.was) for block in brief.blocks for row in block.rows}


# --- a quarter ago --------------------------------------------------------------------------------


def test_status_follows_the_report_that_could_be_read_then(plan):
    made = initiative(plan)
    published(made, "delayed", date(2026, 7, 20), quarter=1)
    published(made, "on_track", date(2026, 10, 20))
    assert (rows(plan)["遅れ"], rows(plan)["順調"]) == (("0", "1"), ("1", "0"))


def test_milestones_are_rewound(plan):
    made = initiative(plan)
    done = since(MilestoneFactory(initiative=made, planned_on=date(2026, 9, 1)))
    was(done, date(2026, 10, 5), completed_on=date(2026, 10, 5))
    since(MilestoneFactory(initiative=made, planned_on=date(2026, 11, 1)))
    assert rows(plan)["期日を過ぎた節目"] == ("1", "1")
    assert rows(plan)["90日以内に期日が来る節目"] == ("0", "1")


def test_a_moved_date_counts_from_the_day_it_was_moved(plan):
    milestone = since(MilestoneFactory(initiative=initiative(plan), planned_on=date(2026, 9, 1)))
    was(milestone, date(2026, 10, 10), due_on=date(2027, 1, 31))
    assert rows(plan)["期日を過ぎた節目"] == ("0", "1")


def test_a_finished_initiative_was_under_way_before(plan):
    made = initiative(plan)
    published(made, "on_track", date(2026, 7, 20), quarter=1)
    published(made, "completed", date(2026, 10, 20))
    was(made, date(2026, 10, 20), state=Initiative.State.COMPLETED)
    assert rows(plan)["完了"] == ("1", "0")


def test_kpis_count_by_the_day_they_were_measured(plan):
    figure = since(IndicatorFactory(objective=initiative(plan).objective))
    value = {"indicator": figure, "target_value": 10}
    since(IndicatorValueFactory(**value, fiscal_year=2025, actual_value=9))
    since(IndicatorValueFactory(**value, fiscal_year=2026, actual_value=12), date(2026, 10, 31))
    told = rows(plan)
    assert (told["目標に達した指標"], told["達していない指標"]) == (("1", "0"), ("0", "1"))


def test_departments_that_had_not_reported(plan):
    asked = [initiative(plan) for _n in range(2)]
    call = ReportingCallFactory(plan=plan, fiscal_year=2026, quarter=2)
    for made, day in zip(asked, (date(2026, 10, 10), date(2026, 12, 1)), strict=True):
        published(made, "on_track", day)
    told = ReportRequest.objects.filter(call=call).silence(
        (moment(TODAY, 23), TODAY), (moment(BEFORE, 23), BEFORE)
    )
    assert told == [(1, 2), None]


def test_what_the_record_does_not_reach_is_said(client_for):
    young = PlanFactory(code="YOUNG")
    assert rows(young, today=dates.today())["期日を過ぎた節目"] == ("0", "記録なし")
    page = body(client_for(UserFactory()).get("/plans/YOUNG/brief/?quarter=2025Q4"))
    assert "令和8年3月31日の計画の記録がない。" in page


# --- the last year --------------------------------------------------------------------------------


def reviewed(initiative, outcome):
    people = {"submitted_by": UserFactory(), "confirmed_by": UserFactory()}
    words = {"why": "わけ", "lessons": "学び", "state": "confirmed", "confirmed_at": moment(TODAY, 9)}
    return InitiativeReview.objects.create(initiative=initiative, outcome=outcome, **words, **people)


def decided(initiative, day):
    made = {"decision": "continued", "why": "わけ", "proposed_by": UserFactory(), "proposed_at": moment(day)}
    people = {"decided_by": UserFactory(), "decided_at": moment(day)}
    return CarryOver.objects.create(initiative=initiative, **made, **people)


def test_decisions_taken_and_open_for_those_who_prepare(plan):
    decided(initiative(plan), BEFORE)
    decided(initiative(plan), TODAY)
    initiative(plan)
    told = rows(plan, UserFactory(roles=["executive"]))
    assert (told["引き継ぎを決めた施策"], told["引き継ぎが未定の施策"]) == (("2", "1"), ("1", "2"))
    assert "引き継ぎを決めた施策" not in rows(plan)


def test_before_the_last_year_nothing_is_handed_over(plan):
    decided(initiative(plan), BEFORE)
    assert "引き継ぎを決めた施策" not in rows(plan, UserFactory(roles=["executive"]), date(2026, 3, 20))


def test_results_of_reviews_stand_in_for_the_forecast(client_for, plan):
    made = initiative(plan)
    since(MilestoneFactory(initiative=made, planned_on=date(2026, 11, 1)))
    page = lambda: body(client_for(UserFactory()).get("/plans/NOW/brief/?quarter=2026Q3"))  # noqa: E731
    assert "達成0、一部達成1、未達成0" not in page()
    reviewed(made, "partly")
    assert "達成0、一部達成1、未達成0 (1/1)" in page()


# --- elsewhere ------------------------------------------------------------------------------------


def test_hours_and_copies_count_from_the_day_they_began(plan):
    practice = published_practice(hours_saved=5, started_on=date(2026, 8, 1))
    spread_of(practice, 3)  # from 31 August, 30 September and 30 October, ten hours each
    told = rows(plan, today=date(2026, 11, 24))  # the day the practice was published
    assert told["まねて使っている部署"] == ("3", "2")
    assert told["1年に減る時間"] == ("35時間", "20時間")


def test_what_nobody_recorded_is_said(plan):
    initiative(plan)
    told = rows(plan)
    assert (told["報告していない部署"], told["読んだ人の割合"]) == (
        ("記録なし", "記録なし"),
        ("未集計", "未集計"),
    )


@pytest.fixture
def read_issues():
    """One in the third quarter and one in the second, both read at headquarters and hardly by local staff."""
    for day, readers in ((date(2026, 11, 25), 60), (date(2026, 8, 5), 30)):
        issue = sent_issue(issued_on=day, published_at=moment(day, 9))
        Readership.objects.create(issue=issue, place="headquarters", readers=readers, audience=120)
        Readership.objects.create(issue=issue, place="local", readers=0, audience=30)


def readers_row(plan, today, quarter=3):
    brief = Brief(plan, UserFactory(), today, year=2026, quarter=quarter)
    [row] = [row for block in brief.blocks for row in block.rows if row.label == "読んだ人の割合"]
    return row


def test_readers_of_the_quarter_by_place_and_never_few(plan, read_issues):
    """product.md N12: what is shown of a sum tells nothing of a group below five."""
    row = readers_row(plan, date(2026, 11, 28))
    assert (row.shown, row.was, row.note) == ("40%", "20%", "本省 50% / 現地職員 5人未満")


@pytest.mark.parametrize(
    ("today", "quarter", "shown"),
    [
        (date(2026, 11, 2), 2, "まだ決まらない"),  # 89 days after the only issue of the quarter
        (date(2026, 11, 3), 2, "20%"),
        (date(2027, 1, 10), 3, "まだ決まらない"),
        (date(2027, 2, 24), 3, "40%"),
    ],
)
def test_readers_of_a_quarter_that_is_over_are_told_when_they_move_no_more(
    plan, read_issues, today, quarter, shown
):
    """Nobody knows how many had read it by the last day: when somebody read is not kept (ADR 19)."""
    row = readers_row(plan, today, quarter)
    assert (row.shown, "四半期末の数は残していない" in row.note) == (shown, shown == "まだ決まらない")


def test_restricted_pillars_stay_out_with_their_number(client_for, plan):
    initiative(plan)
    published(initiative(plan, restricted=True, name="守りの要"), "delayed", date(2026, 10, 20))
    shown = body(client_for(UserFactory()).get("/plans/NOW/brief/"))
    assert "閲覧を限っている施策が1件あり" in shown
    assert (rows(plan).get("遅れ"), rows(plan, UserFactory(roles=["secretariat"]))["遅れ"][0]) == (None, "1")


# --- the page -------------------------------------------------------------------------------------


def body(response) -> str:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content)
    return " ".join("".join(page.find("body/main").itertext()).split())


def full(plan, number):
    for _n in range(number):
        made = initiative(plan)
        MilestoneFactory(initiative=made)
        published(made, "delayed", date(2026, 10, 20))
        figure = IndicatorFactory(objective=made.objective)
        IndicatorValueFactory(indicator=figure, target_value=10, actual_value=9)
        spread_of(published_practice(), 1)


@pytest.mark.parametrize("number", [1, 3])
def test_the_sheet_asks_the_same_for_any_number_of_rows(client_for, plan, django_assert_num_queries, number):
    full(plan, number)
    client = client_for(UserFactory(roles=["executive"]))
    client.get("/plans/NOW/brief/")
    with django_assert_num_queries(QUERIES):
        assert client.get("/plans/NOW/brief/").status_code == 200


def test_an_earlier_quarter_is_told_for_its_last_day(client_for, plan):
    page = client_for(UserFactory()).get("/plans/NOW/brief/?quarter=2025Q4")
    assert (page.context["brief"].day, page.context["brief"].day_before) == (
        date(2026, 3, 31),
        date(2025, 12, 31),
    )


@pytest.mark.parametrize("address", ["", "2026Q9", "2099Q1", "x"])
def test_any_other_quarter_is_the_running_one(address):
    assert quarter_of(address, TODAY) == (2026, 3)


# --- words ----------------------------------------------------------------------------------------


@pytest.fixture
def secretary():
    return UserFactory(roles=["secretariat"])


def running() -> dict:
    return dict(zip(("fiscal_year", "quarter"), quarter_of("", dates.today()), strict=True))


def words(**more):
    return {
        "first": "定員を決めてほしい。",
        "second": "",
        "third": "",
        "first_en": "",
        "second_en": "",
        "third_en": "",
        **more,
    }


def test_a_draft_is_read_by_the_secretariat_a_note_by_the_executives(client_for, plan, secretary):
    client_for(secretary).post("/plans/NOW/brief/edit/", words(version=""))
    people = {name: UserFactory(roles=roles) for name, roles in (("executive", ["executive"]), ("staff", []))}
    readers = {**people, "secretariat": secretary}
    reading = lambda: {  # noqa: E731
        name
        for name, user in readers.items()
        if "定員を決めて" in body(client_for(user).get("/plans/NOW/brief/"))
    }
    assert reading() == {"secretariat"}
    note = ExecutiveNote.objects.get()
    client_for(secretary).post("/plans/NOW/brief/edit/", words(version=note.version, hand_over="1"))
    assert reading() == {"secretariat", "executive"}


def test_a_new_quarter_begins_with_the_words_before(plan, secretary):
    last = ExecutiveNote(plan=plan, fiscal_year=2026, quarter=2)
    last.write(by=secretary, first="前からの話")
    note = ExecutiveNote.of_quarter(plan, 2026, 3)
    assert (note.pk, note.first, note.is_draft) == (None, "前からの話", True)


def test_nothing_is_handed_over_without_a_sentence(client_for, plan, secretary):
    page = client_for(secretary).post("/plans/NOW/brief/edit/", words(version="", first=" ", hand_over="1"))
    assert "1つめを書いてから渡してください。" in body(page)
    assert ExecutiveNote.objects.count() == 0


def test_an_old_form_shows_both_texts_and_saves_nothing(client_for, plan, secretary):
    note = ExecutiveNote(plan=plan, **running())
    note.write(by=secretary, first="先の人の文")
    old = note.version
    note.write(by=secretary, version=old, first="あとの人の文")
    page = body(client_for(secretary).post("/plans/NOW/brief/edit/", words(version=old, first="わたしの文")))
    assert ("あとの人の文" in page, "わたしの文" in page) == (True, True)
    assert ExecutiveNote.objects.get().first == "あとの人の文"


def test_three_indicators_find_room(client_for, plan, secretary):
    objective = initiative(plan).objective
    chosen = [IndicatorFactory(objective=objective).pk for _n in range(4)]
    page = client_for(secretary).post("/plans/NOW/brief/edit/", words(version="", indicators=chosen))
    assert "4件選ばれています。1枚に収めるため、3件までにしてください。" in body(page)
    client_for(secretary).post("/plans/NOW/brief/edit/", words(version="", indicators=chosen[:3]))
    assert sorted(ExecutiveNote.objects.get().indicators.values_list("pk", flat=True)) == chosen[:3]


# --- on paper -------------------------------------------------------------------------------------


def heavy(plan, secretary):
    """The longest sheet there is: every status, the longest sentences, six pillars."""
    states = ("on_track", "slightly_delayed", "delayed", "completed", "cancelled", "not_started")
    for status in states:
        made = initiative(plan, name="力強い外交を支える情報セキュリティ対策強化")
        published(made, status, timezone.now().date() - timedelta(days=1))
    figures = [
        IndicatorFactory(objective=made.objective, name="情報セキュリティ教育の受講率と適用率")
        for _n in range(3)
    ]
    for figure in figures:
        IndicatorValueFactory(indicator=figure, target_value=10, actual_value=9)
    long = {name: "あ" * 140 for name in ("first", "second", "third")}
    long |= {f"{name}_en": "word " * 56 for name in ("first", "second", "third")}
    reviewed(made, "partly")
    decided(made, dates.today())
    note = ExecutiveNote(plan=plan, **running())
    note.write(by=secretary, indicators=figures, **long)
    note.hand_over(by=secretary)


def pages_and_text(content: bytes) -> tuple[int, str]:
    from pypdf import PdfReader

    read = PdfReader(BytesIO(content))
    return len(read.pages), "".join(page.extract_text() for page in read.pages)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_browser_prints_one_sheet(new_page, plan, secretary, language):
    heavy(plan, secretary)
    reader = UserFactory(roles=["executive"], language=language)
    page = new_page(reader, locale="ja-JP" if language == "ja" else "en-GB")
    page.goto("/plans/NOW/brief/")
    pages, _text = pages_and_text(page.pdf(prefer_css_page_size=True))
    assert pages == 1


@pytest.mark.skipif(not pdf.is_available(), reason="WeasyPrint or Pango is not installed (make browser)")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_file_is_one_sheet_with_the_right_kanji(client_for, plan, secretary, language):
    heavy(plan, secretary)
    reader = UserFactory(roles=["executive"], language=language)
    answer = client_for(reader).get("/plans/NOW/brief.pdf")
    pages, text = pages_and_text(answer.content)
    assert (answer.headers["Content-Type"], pages) == ("application/pdf", 1)
    assert "外務省" in text or language == "en"
    wanted = {
        "ja": ("官房長の一言がほしいこと", "期日を過ぎた節目", "情報セキュリティ"),
        "en": ("No record", "Overdue milestones"),
    }
    squeezed = "".join(text.split()) if language == "ja" else " ".join(text.split())
    assert [words for words in wanted[language] if words not in squeezed] == []


def test_there_is_no_button_without_the_extra(client_for, plan, monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    client = client_for(UserFactory())
    assert "brief.pdf" not in client.get("/plans/NOW/brief/").content.decode()
    assert client.get("/plans/NOW/brief.pdf").status_code == 404
