"""The pages of burden and effect: answering, the quadrant, and the rounds for the secretariat."""

from io import BytesIO

import html5lib
import openpyxl
import pytest

from accounts.models import Role
from pillars.models import PulseAnswer, PulseAudience, PulseRound
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    InitiativeFactory,
    UserFactory,
    answered,
    pulse_round,
    sealed_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return DepartmentFactory()


@pytest.fixture
def initiative():
    return InitiativeFactory(objective__pillar__plan__code="NOW", name="電子決裁")


@pytest.fixture
def person(department):
    return UserFactory(department=department)


@pytest.fixture
def round_(initiative, department):
    return pulse_round(initiative, department)


@pytest.fixture
def secretariat():
    return UserFactory(roles=[Role.SECRETARIAT])


def body(response) -> str:
    return response.content.decode()


def named(initiative, **values) -> dict:
    return {f"i{initiative.pk}-{name}": value for name, value in values.items()}


def test_all_initiatives_of_a_department_are_answered_with_one_button(
    client_for, round_, initiative, department, person
):
    second = InitiativeFactory(objective=initiative.objective, name="旅費精算")
    round_.invitations.create(initiative=second, department=department)
    page = body(client_for(person).get("/plans/NOW/pulse/"))
    assert (page.count('type="radio" name="i'), page.count("答えを出す")) == (20, 1)
    data = named(initiative, burden="4", effect="2", hours_taken="１．５時間", words="画面が遅い") | named(
        second
    )
    assert client_for(person).post("/plans/NOW/pulse/", data).status_code == 302
    kept = PulseAnswer.objects.filter(initiative=initiative).values_list("burden", "effect", "words")
    assert (list(kept), PulseAnswer.objects.filter(burden=None).count()) == ([(4, 2, "画面が遅い")], 1)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"burden": "3"}, "1から5のどれかを選んでください。"),
        ({"words": "遅い"}, "1から5のどれかを選んでください。"),
        (
            {"burden": "3", "effect": "3", "hours_given": "たくさん"},
            "時間は 0 から 400 までの数で入れてください。",
        ),
        (
            {"burden": "3", "effect": "3", "hours_given": "NaN"},
            "時間は 0 から 400 までの数で入れてください。",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    client_for, round_, initiative, person, values, sentence
):
    answer = client_for(person).post("/plans/NOW/pulse/", named(initiative, **values))
    assert (answer.status_code, PulseAnswer.objects.count()) == (422, 0)
    assert sentence in body(answer)
    assert all(f'value="{value}"' in body(answer) for value in values.values())


def test_own_answers_come_back_until_the_round_is_sealed(client_for, round_, initiative, person):
    client_for(person).post("/plans/NOW/pulse/", named(initiative, burden="4", effect="2"))
    page = body(client_for(person).get("/plans/NOW/pulse/"))
    assert ('value="4" checked' in page, 'value="2" checked' in page) == (True, True)
    round_.seal(by=None)
    assert "いま、あなたの部署に聞いていることはない。" in body(client_for(person).get("/plans/NOW/pulse/"))


def test_other_people_see_no_question(client_for, round_):
    assert 'name="i' not in body(client_for(UserFactory()).get("/plans/NOW/pulse/"))


def test_the_reporter_chooses_departments_on_the_page(client_for, initiative, department):
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user
    address = "/plans/NOW/initiatives/" + initiative.code + "/audience/"
    empty = client_for(reporter).post(address, {"version": 1})
    assert "1つ以上の部署か、すべての在外公館を選んでください。" in body(empty)
    client_for(reporter).post(address, {"departments": [department.pk], "version": 1})
    assert list(PulseAudience.objects.get().departments.all()) == [department]
    stale = client_for(reporter).post(address, {"all_posts": "on", "version": 0})
    assert stale.status_code == 422 and PulseAudience.objects.get().all_posts is False


# --- what is shown ---------------------------------------------------------------------------------


def test_the_pages_tell_the_quadrant_in_words(client_for, initiative):
    sealed_round(initiative, [(4, 2)] * 5, words="画面が遅い")
    addresses = ("/plans/NOW/effects/", initiative.get_absolute_url(), initiative.pillar.get_absolute_url())
    pages = [body(client_for(UserFactory()).get(address)) for address in addresses]
    assert ["支えが要る" in page for page in pages] == [True] * 3
    assert ["画面が遅い" in page for page in pages] == [False, True, False]


def test_four_answers_show_no_figure_on_any_page(client_for, initiative):
    sealed_round(initiative, [(4, 2)] * 4, words="画面が遅い")
    for address in ("/plans/NOW/effects/", initiative.get_absolute_url()):
        page = body(client_for(UserFactory(roles=[Role.SECRETARIAT])).get(address))
        assert ("5人に満たない" in page, "画面が遅い" in page, "4.0" in page) == (True, False, False)


def test_the_export_says_why_a_figure_is_missing(client_for, initiative):
    other = InitiativeFactory(objective=initiative.objective)
    round_ = sealed_round(initiative, [(4, 2)] * 5)
    round_.invitations.create(initiative=other, department=other.lead_department)
    answer = client_for(UserFactory()).get("/plans/NOW/effects/?export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = [[row[1], row[4], row[5], row[9]] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == [[initiative.code, 4, 2, None], [other.code, None, None, "無回答"]]


def test_a_filter_and_an_order_hold_for_the_file_as_well(client_for, initiative):
    other = InitiativeFactory(objective__pillar__plan=initiative.plan, code="B")
    round_ = sealed_round(initiative, [(4, 2)] * 5)
    round_.invitations.create(initiative=other, department=other.lead_department)
    answer = client_for(UserFactory()).get(f"/plans/NOW/effects/?export=csv&pillar={other.pillar.code}")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["B"]


@pytest.mark.parametrize("rows", (1, 3))
@pytest.mark.parametrize(("page", "queries"), [("effects", 9), ("pulse", 7), ("pulse/rounds", 11)])
def test_pages_cost_the_same_for_any_number_of_rows(
    client_for, django_assert_num_queries, initiative, department, rows, page, queries
):
    everything = [initiative, *(InitiativeFactory(objective=initiative.objective) for _n in range(rows - 1))]
    round_, past = pulse_round(initiative, department), sealed_round(initiative, [(4, 2)] * 5)
    for one in everything:
        for ask in (round_, past):
            ask.invitations.get_or_create(initiative=one, department=department)
        answered(round_, one, department, [(1, 2)])
    user = UserFactory(department=department)
    DutyFactory(user=user)
    client = client_for(user)
    with django_assert_num_queries(queries):
        assert client.get(f"/plans/NOW/{page}/").status_code == 200


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("page", ("effects", "pulse", "pulse/rounds"))
def test_pages_are_valid_and_have_one_heading(client_for, round_, initiative, department, page, language):
    sealed_round(initiative, [(4, 2)] * 5)
    user = UserFactory(roles=[Role.SECRETARIAT], language=language, department=department)
    response = client_for(user).get(f"/plans/NOW/{page}/")
    document = html5lib.HTMLParser(strict=True).parse(body(response))
    ids = [node.get("id") for node in document.iter() if node.get("id")]
    assert (body(response).count("<h1"), len(ids)) == (1, len(set(ids)))


# --- for the secretariat ---------------------------------------------------------------------------


def test_the_secretariat_asks_and_closes(client_for, initiative, department, secretariat):
    initiative.related_departments.add(department)
    client = client_for(secretariat)
    page = client.get("/plans/NOW/pulse/rounds/")
    period = page.context["form"].fields["period"].choices[0][0]
    client.post("/plans/NOW/pulse/rounds/", {"period": period, "closes_on": "2099-01-31"})
    assert PulseRound.objects.get().code == period
    client.post("/plans/NOW/pulse/rounds/close/", {"round": period})
    assert PulseRound.objects.get().sealed_at is not None


def test_turnout_is_told_in_numbers_and_never_in_names(
    client_for, round_, initiative, department, secretariat
):
    people = answered(round_, initiative, department, [(2, 3), (4, 5)])
    UserFactory(department=department)
    page = client_for(secretariat).get("/plans/NOW/pulse/rounds/")
    rows = [(row.department, row.initiatives, row.staff, row.answered) for row in page.context["page"]]
    assert rows == [(department, 1, 3, 2)]
    assert not any(person.name in body(page) for person in people)
