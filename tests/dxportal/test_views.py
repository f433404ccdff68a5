"""Home, my page and search: what they cost, whom they show what, and what they say when there is nothing."""

import re
from datetime import timedelta

import html5lib
import pytest
from django.utils import timezone

from accounts.models import Activity, EmploymentKind, Follow, Role
from dxportal import dates
from taskforce.models import ActionItem, Thanks
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
    UserFactory,
    sent_issue,
)
from tests.factories.taskforce import ThemeFactory, WorkingGroupFactory, WorkshopFactory, group_member
from tests.factories.taskforce_ideas import draft_idea, published_idea, published_practice, secretary

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOME, ME, SEARCH = 19, 15, 11  # N1 allows 20, 15, 15


@pytest.fixture
def client(client_for):
    """A client of an ordinary member of staff."""
    return client_for(UserFactory())


def parse(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content)


def text(response) -> str:
    return " ".join("".join(parse(response).itertext()).split())


def headings(response) -> list[str]:
    """The words of the page's h2."""
    return [" ".join("".join(h2.itertext()).split()) for h2 in parse(response).iter("h2")]


def busy_world(rows):
    """So many rows of everything home and my page show, and a person all of it concerns."""
    now, today = timezone.now(), dates.today()
    plan = PlanFactory(code="RUNNING")
    group = WorkingGroupFactory()
    user = group_member(group)
    DutyFactory(user=user, role=Role.PROGRESS_REPORTER, department=user.department)
    for row in range(rows):
        objective = ObjectiveFactory(pillar=PillarFactory(plan=plan))
        initiative = InitiativeFactory(objective=objective, lead_department=user.department)
        MilestoneFactory(initiative=initiative, planned_on=today, due_on=today)
        ProgressReportFactory(initiative=initiative)
        Activity.record("report.published", initiative, by=None, at=now - DAY)
        Follow.objects.create(
            user=user,
            target_type="initiative",
            target_id=str(initiative.pk),
            target_label="施策",
            target_url="/",
        )
        draft_idea(user, title=f"下書き{row}")
        published_idea(at=now - DAY).support(by=user, at=now)
        practice = published_practice()
        practice.replicate(user.department, status="in_use", by=user, at=now, started_on=today)
        ThemeFactory(group=WorkingGroupFactory())
        WorkshopFactory(starts_at=now + DAY).register(user)
        ActionItem.objects.create(group=group, text="聞き取り", owner=user, due_on=today)
        sent_issue()
    return user


# --- cost -----------------------------------------------------------------------------------------


def see(client_for, user, address, assert_num_queries, number):
    """The second visit, which is the usual one: the first fills the session."""
    client = client_for(user)
    client.get(address)
    with assert_num_queries(number):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_home_asks_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, rows):
    see(client_for, busy_world(rows), "/", django_assert_num_queries, HOME)


@pytest.mark.parametrize("rows", [1, 3])
def test_my_page_asks_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, rows):
    see(client_for, busy_world(rows), "/me/", django_assert_num_queries, ME)


@pytest.mark.parametrize("rows", [1, 3])
def test_search_asks_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, rows):
    user = busy_world(rows)
    see(client_for, user, "/search/?q=当番", django_assert_num_queries, SEARCH)


def test_the_secretariat_asks_no_more_than_is_allowed(client_for, django_assert_max_num_queries):
    """They have other sources of tasks than a reporter: practices, issues, approved reports."""
    user = busy_world(1)
    user.duties.all().delete()
    for role in (Role.SECRETARIAT, Role.EDITOR):
        DutyFactory(user=user, role=role)
    client = client_for(user)
    for address, most in (("/", 20), ("/me/", 15)):
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


# --- English --------------------------------------------------------------------------------------


def unmarked_japanese(element, marked=False) -> list[str]:
    """Texts in Japanese letters that stand outside every lang="ja"."""
    marked = marked or element.get("lang") == "ja"
    texts = [element.text] if isinstance(element.tag, str) else []
    found = [t.strip() for t in texts if t and not marked and re.search("[ぁ-んァ-ヶ一-龠]", t)]
    for child in element:
        found += unmarked_japanese(child, marked)
        if child.tail and not marked and re.search("[ぁ-んァ-ヶ一-龠]", child.tail):
            found.append(child.tail.strip())
    return found


@pytest.mark.parametrize("address", ["/", "/me/", "/search/?q=1"])
def test_english_pages_mark_the_japanese_that_is_left(client_for, address):
    user = busy_world(1)
    user.language = "en"
    user.save()
    page = parse(client_for(user).get(address))
    assert unmarked_japanese(page.find("body/main")) == []


# --- home -----------------------------------------------------------------------------------------


def test_an_empty_portal_says_what_will_be_here(client):
    page = text(client.get("/"))
    for words in (
        "実施中の計画はまだありません",
        "今週の用事はありません。",
        "この1週間に動いたことはまだありません",
        "活動中のグループはまだありません",
        "この30日に使い始めた部署はまだありません",
        "これからの予定はまだありません",
    ):
        assert words in page


def test_the_header_remembers_how_much_is_open(client_for):
    user = UserFactory()
    draft_idea(user)
    client = client_for(user)
    client.get("/")
    assert client.session["open_tasks"][0] == 1
    assert client.get("/search/").context["portal"]["tasks"] == 1


def test_home_hides_a_restricted_initiative(client_for):
    plan = PlanFactory()
    pillar = PillarFactory(plan=plan, is_restricted=True)
    initiative = InitiativeFactory(objective=ObjectiveFactory(pillar=pillar), name="守りの要")
    Activity.record("report.published", initiative, by=None, at=timezone.now() - DAY)
    assert "守りの要" not in text(client_for(UserFactory()).get("/"))
    assert "守りの要" in text(client_for(secretary()).get("/"))


def test_reading_changes_nothing(client_for):
    client = client_for(busy_world(1))
    before = Activity.objects.count()
    for address in ("/", "/me/", "/search/?q=当番"):
        assert client.get(address).status_code == 200
    assert Activity.objects.count() == before


# --- my page --------------------------------------------------------------------------------------


def test_my_page_says_what_to_do_when_there_is_nothing(client):
    page = text(client.get("/me/"))
    for words in (
        "今の用事はありません",
        "フォローしているものはまだありません",
        "新しい動きはありません",
        "まだアイデアを出していません",
        "特別な役割はありません",
    ):
        assert words in page


def test_my_page_shows_my_drafts_to_me_alone(client_for):
    author = UserFactory()
    draft_idea(author, title="まだ言えない話")
    assert "まだ言えない話" in text(client_for(author).get("/me/"))
    assert "まだ言えない話" not in text(client_for(UserFactory()).get("/me/"))


def test_my_page_tells_who_named_and_thanked_me(client_for):
    me, other = UserFactory(), UserFactory()
    idea, practice = published_idea(title="公電の宛先"), published_practice(title="訳語集")
    comment = idea.comment("どう思いますか。", by=other, mentioned=[me])
    Thanks.give("助かりました。", by=other, about=practice, person=me)
    page, strange = text(client_for(me).get("/me/")), text(client_for(UserFactory()).get("/me/"))
    told = ("公電の宛先意見であなたに呼びかけがあった", "訳語集あなたにお礼が届いた")
    assert [words in page for words in told] == [True, True]
    assert "新しい動きはありません" in strange
    comment.hide(reason="行き違い", by=secretary())
    assert "意見であなたに" not in text(client_for(me).get("/me/"))


# --- search ---------------------------------------------------------------------------------------


def found(client, q) -> dict:
    """{kind: number of rows}."""
    return {kind: len(rows) for kind, rows in client.get("/search/", {"q": q}).context["found"]}


def test_one_word_finds_every_kind(client):
    InitiativeFactory(name="引継ぎの電子化")
    published_idea(title="引継ぎを短く")
    published_practice(title="引継書のひな形", summary="引継ぎが2週間になった。")
    sent_issue()  # its title speaks of 引継ぎ
    WorkshopFactory(title="引継ぎ相談会")
    UserFactory(name="引継ぎ 太郎")
    every = ("initiative", "idea", "practice", "issue", "workshop", "person")
    assert found(client, "引継ぎ") == dict.fromkeys(every, 1)


def test_names_are_found_by_their_everyday_form(client):
    UserFactory(name="髙橋 花子")
    assert found(client, "高橋") == {"person": 1}


def test_only_what_one_may_see_is_found(client, client_for):
    pillar = PillarFactory(is_restricted=True)
    InitiativeFactory(objective=ObjectiveFactory(pillar=pillar), name="守りの要")
    draft_idea(title="守りの案")
    assert found(client, "守り") == {}
    assert found(client_for(secretary()), "守り") == {"initiative": 1}


def test_an_outside_expert_finds_no_people(client_for):
    expert = UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    DutyFactory(user=expert, role=Role.SUPPORT_EXPERT, scope="group:b")
    UserFactory(name="高橋 花子")
    assert found(client_for(expert), "高橋") == {}


def test_people_who_left_are_not_found(client):
    UserFactory(name="高橋 花子", is_active=False)
    assert found(client, "高橋") == {}


def test_no_word_finds_nothing_and_says_what_can_be_found(client):
    response = client.get("/search/", {"q": "  "})
    assert response.context["found"] == []
    assert "言葉を入れると" in text(response)


def test_finding_nothing_shows_a_way_on(client):
    page = text(client.get("/search/", {"q": "<b>存在しない</b>"}))
    assert "「<b>存在しない</b>」は見つからなかった。" in page
    assert "アイデアを出す" in page
