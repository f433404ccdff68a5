from io import BytesIO

import html5lib
import openpyxl
import pytest
from django.urls import reverse

from accounts.models import EmploymentKind, Role
from pillars.models import Plan
from taskforce.models import Comment, GoodPractice, Idea, IdeaStatus, Pilot
from tests.factories import InitiativeFactory, PillarFactory, PlanFactory
from tests.factories.accounts import DutyFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory, group_lead, group_member
from tests.factories.taskforce_ideas import (
    NOON,
    draft_idea,
    pilot_of,
    published_idea,
    published_practice,
    secretary,
    spread_of,
)

pytestmark = pytest.mark.django_db

TEXTS = {
    "problem": "毎月3時間かけて当番表を作る。",
    "wish": "案を自動で組んでほしい。",
    "title": "電話当番表を自動で組む",
    "language": "ja",
    "naming": "named",
    "confidentiality": "1",
    "version": "1",
}


def at(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def body(response):
    return response.content.decode()


# --- writing -------------------------------------------------------------------------------------


def test_idea_is_published_from_the_form(client_for):
    author = UserFactory()
    pillar = PillarFactory(plan=PlanFactory(status=Plan.Status.ACTIVE))
    answer = client_for(author).post(
        at("idea_new"),
        {**TEXTS, "pillar": pillar.pk, "minutes_each": 180, "times_a_year": 12, "departments_count": 60},
    )
    idea = Idea.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, idea.get_absolute_url())
    assert (idea.title, idea.pillar, idea.hours_a_year, idea.is_draft) == (
        TEXTS["title"],
        pillar,
        2160,
        False,
    )


def test_draft_asks_for_one_word_only_and_is_published_later(client_for):
    author = UserFactory()
    client = client_for(author)
    client.post(at("idea_new"), {**TEXTS, "wish": "", "title": "", "draft": "1"})
    idea = Idea.objects.get()
    assert idea.is_draft
    client.post(at("idea_edit", idea.number), TEXTS)
    assert not Idea.objects.get().is_draft


def test_missing_title_keeps_what_was_typed(client_for):
    shown = client_for(UserFactory()).post(at("idea_new"), {**TEXTS, "title": ""})
    assert (shown.status_code, Idea.objects.count()) == (200, 0)
    assert TEXTS["problem"] in body(shown) and "題名を入れてください" in body(shown)


@pytest.mark.parametrize(("title", "kept"), [("あ" * 30, 1), ("あ" * 31, 0), ("a" * 60, 1), ("a" * 61, 0)])
def test_title_is_thirty_full_width_letters(client_for, title, kept):
    client_for(UserFactory()).post(at("idea_new"), {**TEXTS, "title": title})
    assert Idea.objects.count() == kept


def test_similar_ideas_are_shown_before_publishing_without_javascript(client_for):
    known = published_idea(title="電話当番表を自動で決める", problem="当番表に毎月時間がかかる")
    client = client_for(UserFactory())
    shown = client.post(at("idea_new"), TEXTS)
    assert (known.title in body(shown), Idea.objects.count()) == (True, 1)
    client.post(at("idea_new"), {**TEXTS, "seen": "1"})
    assert Idea.objects.count() == 2


def test_similar_answers_with_a_part_of_the_page(client_for):
    known = published_idea(title="電話当番表を自動で決める")
    shown = body(client_for(UserFactory()).get(at("idea_similar"), {"q": "電話当番"}))
    assert (known.title in shown, "<html" in shown) == (True, False)


@pytest.mark.parametrize("name", ["problem", "wish", "title"])
@pytest.mark.parametrize("text", ["\u200b\u200d", "\u3000 \n", "\u202e\u2066", "\u3164", "\u0301"])
def test_text_that_cannot_be_seen_is_refused_and_the_rest_kept(client_for, name, text):
    shown = client_for(UserFactory()).post(at("idea_new"), {**TEXTS, name: text, "seen": "1"})
    kept = TEXTS["wish" if name == "problem" else "problem"]
    assert (shown.status_code, Idea.objects.count(), kept in body(shown)) == (200, 0, True)


def test_any_script_is_kept_as_typed(client_for):
    text = "👩🏽‍💻 e\u0301 שלום \u200f مرحبا " + "長" * 200
    client_for(UserFactory()).post(at("idea_new"), {**TEXTS, "problem": text, "seen": "1"})
    assert Idea.objects.get().problem == text


def test_withdrawn_idea_answers_at_its_address_without_its_words(client_for):
    idea = published_idea()
    idea.withdraw(by=idea.author)
    shown = client_for(UserFactory()).get(idea.get_absolute_url())
    assert (shown.status_code, f"No.{idea.number}" in body(shown)) == (410, True)
    assert idea.title not in body(shown) and idea.problem not in body(shown)


def test_double_click_makes_one_idea(client_for):
    client = client_for(UserFactory())
    for _click in range(2):
        client.post(at("idea_new"), {**TEXTS, "seen": "1"})
    assert Idea.objects.count() == 1


def test_old_version_shows_both_texts_and_saves_nothing(client_for):
    idea = published_idea()
    client = client_for(idea.author)
    client.post(at("idea_edit", idea.number), {**TEXTS, "problem": "先に保存した文"})
    shown = client.post(at("idea_edit", idea.number), {**TEXTS, "problem": "古い画面の文"})
    assert shown.status_code == 409
    assert "先に保存した文" in body(shown) and "古い画面の文" in body(shown)
    assert Idea.objects.get().problem == "先に保存した文"


def test_only_the_author_edits_and_withdraws(client_for):
    idea = published_idea()
    for name in ("idea_edit", "idea_withdraw"):
        answers = [
            client_for(user).get(at(name, idea.number)).status_code for user in (idea.author, secretary())
        ]
        assert answers == [200, 403]


def test_draft_of_another_is_hidden(client_for):
    idea = draft_idea()
    assert client_for(secretary()).get(idea.get_absolute_url()).status_code == 404
    assert client_for(idea.author).get(idea.get_absolute_url())["Location"] == at("idea_edit", idea.number)


def test_expert_writes_no_idea(client_for):
    expert = UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    assert client_for(expert).get(at("idea_new")).status_code == 403


# --- the list ------------------------------------------------------------------------------------


def test_list_counts_stages_and_filters_them(client_for):
    clerk, waiting, used = secretary(), published_idea(), published_idea()
    used.answer(IdeaStatus.REALISED, "使える", by=clerk)
    shown = client_for(clerk).get(at("ideas"), {"stage": "realised"})
    assert list(shown.context["page"]) == [used]
    counts = {row["value"]: row["count"] for row in shown.context["stages"]}
    assert (counts[""], counts["received"], counts["realised"]) == (2, 1, 1)
    assert waiting.title not in body(shown)


def test_list_finds_words_department_pillar_and_what_i_support(client_for):
    reader = UserFactory()
    pillar = PillarFactory(plan=PlanFactory(status=Plan.Status.ACTIVE))
    wanted, _other = published_idea(title="髙い山の連絡網", pillar=pillar), published_idea()
    wanted.support(by=reader)
    client = client_for(reader)
    for asked in ({"q": "高い"}, {"department": wanted.department_id}, {"pillar": pillar.pk}, {"mine": "on"}):
        assert list(client.get(at("ideas"), asked).context["page"]) == [wanted]


def test_list_sorts_by_supports_and_ignores_nonsense(client_for):
    loved, newer = published_idea(supports=2), published_idea()
    client = client_for(UserFactory())
    assert list(client.get(at("ideas"), {"sort": "supports"}).context["page"]) == [loved, newer]
    assert (
        client.get(at("ideas"), {"sort": "author", "stage": "x", "page": "-1", "age": "?"}).status_code == 200
    )


def test_support_from_the_list_comes_back_to_filter_and_place(client_for):
    idea, reader = published_idea(), UserFactory()
    place = f"{at('ideas')}?stage=received&page=1#idea-{idea.number}"
    answer = client_for(reader).post(at("idea_support", idea.number), {"on": "1", "next": place})
    assert answer["Location"] == place
    assert 'aria-pressed="true"' in body(client_for(reader).get(at("ideas")))


def test_support_does_not_lead_to_another_site(client_for):
    idea = published_idea()
    answer = client_for(UserFactory()).post(at("idea_support", idea.number), {"next": "https://example.com/"})
    assert answer["Location"] == idea.get_absolute_url()


def test_support_twice_and_back(client_for):
    idea, client = published_idea(), client_for(UserFactory())
    for on, expected in (("1", 1), ("1", 1), ("0", 0), ("0", 0)):
        client.post(at("idea_support", idea.number), {"on": on})
        assert idea.supports.count() == expected


def test_export_has_numbers_as_numbers_and_no_formula(client_for):
    published_idea(title="=1+1", supports=2)
    client = client_for(UserFactory())
    sheet = openpyxl.load_workbook(BytesIO(client.get(at("ideas"), {"export": "xlsx"}).content)).active
    row = dict(zip([c.value for c in sheet[1]], [c.value for c in sheet[2]], strict=True))
    assert (row["題名"], row["賛同"], sheet[2][1].data_type) == ("=1+1", 2, "s")
    assert "'=1+1" in client.get(at("ideas"), {"export": "csv"}).content.decode("utf-8-sig")


# --- the page ------------------------------------------------------------------------------------


def test_old_address_leads_to_the_merged_idea_with_a_note(client_for):
    source, target = published_idea(), published_idea()
    source.merge_into(target, by=secretary())
    shown = client_for(UserFactory()).get(source.get_absolute_url(), follow=True)
    assert shown.redirect_chain[0][0].startswith(target.get_absolute_url())
    assert f"No.{source.number}" in body(shown) and source.title in body(shown)


def test_page_shows_answer_undone_answer_and_hidden_comment(client_for):
    idea, clerk = published_idea(), secretary(name="渡邊 奈々")
    idea.answer(IdeaStatus.DECLINED, "調達が先", by=clerk)
    idea.undo_answer(by=clerk, reason="取り違え")
    comment = idea.comment("名指しの文", by=UserFactory())
    comment.hide(reason="個人を責めている", by=clerk)
    shown = body(client_for(UserFactory()).get(idea.get_absolute_url()))
    seen = [word in shown for word in ("調達が先", "取り違え", "渡邊 奈々", "個人を責めている", "名指しの文")]
    assert seen == [True, True, True, True, False]


def test_comment_is_posted_and_an_empty_one_refused(client_for):
    idea, client = published_idea(), client_for(UserFactory())
    assert client.post(at("idea_comment", idea.number), {"text": "うちも"}).status_code == 302
    assert client.post(at("idea_comment", idea.number), {"text": " "}).status_code == 400
    assert Comment.objects.get().text == "うちも"


def test_comment_is_hidden_by_lead_of_the_group_and_secretariat_only(client_for):
    idea, group = published_idea(), WorkingGroupFactory()
    idea.assign(group=group, by=secretary())
    comment = idea.comment("x", by=UserFactory())
    people = (UserFactory(), group_member(group), group_lead(group), secretary())
    page = at("idea_comment_hide", idea.number, comment.pk)
    assert [client_for(user).get(page).status_code for user in people] == [403, 403, 200, 200]


def test_pilot_shows_measures_before_and_after(client_for):
    idea = published_idea()
    pilot = pilot_of(idea, departments=2)
    pilot.measures.create(label="1件の時間", unit="分", before=95, after=38)
    pilot.end(decision="spread", decision_text="広げる", problems="2人で編集すると崩れた", by=secretary())
    shown = body(client_for(UserFactory()).get(idea.get_absolute_url()))
    assert [word in shown for word in ("95分", "38分", "60%減", "2人で編集すると崩れた")] == [True] * 4


# --- triage --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [("secretariat", 200), ("taskforce_lead", 200), ("editor", 403), ("admin", 403)]
)
def test_triage_board_by_role(client_for, role, status):
    group = WorkingGroupFactory(slug="b")
    user = DutyFactory(role=Role(role), scope=group.scope if role == "taskforce_lead" else "").user
    assert client_for(user).get(at("triage")).status_code == status


def test_private_notes_are_for_those_who_triage(client_for):
    idea, clerk = published_idea(), secretary()
    idea.assign(private_notes="内々の話", by=clerk)
    shown = {
        user: "内々の話" in body(client_for(user).get(idea.get_absolute_url()))
        for user in (clerk, UserFactory())
    }
    assert list(shown.values()) == [True, False]
    assert "内々の話" not in body(client_for(UserFactory()).get(at("idea_history", idea.number)))


def test_answer_by_the_secretariat_is_seen_by_the_author(client_for):
    idea = published_idea()
    page = at("triage_idea", idea.number)
    answer = client_for(secretary()).post(page, {"act": "answer", "status": "declined", "text": "予算がない"})
    assert answer.status_code == 302
    assert "予算がない" in body(client_for(idea.author).get(idea.get_absolute_url()))


def test_second_answer_from_an_old_page_is_refused(client_for):
    idea, client = published_idea(), client_for(secretary())
    page, data = (
        at("triage_idea", idea.number),
        {"act": "answer", "status": "adopted", "text": "やる", "after": ""},
    )
    assert [client.post(page, data).status_code for _click in range(2)] == [302, 409]
    assert idea.answers.count() == 1


def test_second_triager_sees_both_answers_and_both_notes(client_for):
    idea, first, second = published_idea(), client_for(secretary()), client_for(secretary())
    page, answer = at("triage_idea", idea.number), {"act": "answer", "after": "", "status": "adopted"}
    assign = {"act": "assign", "version": "1"}
    first.post(page, {**answer, "text": "先の返事"})
    refused = second.post(page, {**answer, "text": "あとの返事"})
    assert (refused.status_code, "先の返事" in body(refused), "あとの返事" in body(refused)) == (
        409,
        True,
        True,
    )
    first.post(page, {**assign, "private_notes": "先のメモ"})
    refused = second.post(page, {**assign, "private_notes": "あとのメモ"})
    assert (refused.status_code, "先のメモ" in body(refused), "あとのメモ" in body(refused)) == (
        409,
        True,
        True,
    )
    idea.refresh_from_db()
    assert (idea.answers.get().text, idea.private_notes) == ("先の返事", "先のメモ")


def test_merge_is_taken_back_from_the_page(client_for):
    idea, target, client = published_idea(supports=1), published_idea(), client_for(secretary())
    page = at("triage_idea", idea.number)
    client.post(page, {"act": "merge", "number": target.number})
    assert page in body(client.get(target.get_absolute_url()))
    assert client.post(page, {"act": "unmerge", "reason": ""}).status_code == 400
    assert client.post(page, {"act": "unmerge", "reason": "別の話"})["Location"] == idea.get_absolute_url()
    idea.refresh_from_db()
    assert (idea.merged_into, idea.supports.count()) == (None, 1)


def test_board_goes_out_as_a_file_to_the_secretariat_only_and_without_notes(client_for):
    group = WorkingGroupFactory()
    published_idea().assign(group=group, private_notes="内々の話", by=secretary())
    asked = {
        user: client_for(user).get(at("triage"), {"export": "csv"})
        for user in (group_lead(group), secretary())
    }
    refused, file = asked.values()
    assert (refused.status_code, file.status_code, "内々の話" in body(file)) == (403, 200, False)


@pytest.mark.parametrize(
    "data",
    [
        {"act": "answer", "status": "declined", "text": ""},
        {"act": "answer", "status": "received", "text": "x"},
        {"act": "undo", "reason": "x"},
        {"act": "merge", "number": "999"},
        {"act": "unknown"},
    ],
)
def test_triage_refuses(client_for, data):
    idea = published_idea()
    assert client_for(secretary()).post(at("triage_idea", idea.number), data).status_code == 400
    idea.refresh_from_db()
    assert (idea.status, idea.merged_into, idea.answers.count()) == ("received", None, 0)


def test_merge_and_assign_from_the_page(client_for):
    idea, target, clerk = published_idea(supports=1), published_idea(), secretary()
    client = client_for(clerk)
    client.post(
        at("triage_idea", idea.number), {"act": "assign", "triage_owner": clerk.pk, "private_notes": "急ぐ"}
    )
    client.post(at("triage_idea", idea.number), {"act": "merge", "number": target.number})
    idea.refresh_from_db()
    assert (idea.triage_owner, idea.private_notes, idea.merged_into) == (clerk, "急ぐ", target)
    assert target.supports.count() == 1


def test_member_cannot_answer_ideas_of_others(client_for):
    idea = published_idea()
    member = group_member(WorkingGroupFactory())
    posted = client_for(member).post(
        at("triage_idea", idea.number), {"act": "answer", "status": "adopted", "text": "x"}
    )
    assert (posted.status_code, idea.answers.count()) == (403, 0)


def test_pilot_begins_and_ends_on_the_pages(client_for):
    idea, client = published_idea(), client_for(secretary())
    places = [published_idea().department_id, published_idea().department_id]
    fields = {"departments": places, "starts_on": "R8.11.1", "ends_on": "2026-12-15", "question": "減るか"}
    client.post(at("pilot_new", idea.number), fields)
    pilot = Pilot.objects.get()
    assert (pilot.idea.status, pilot.departments.count()) == ("piloting", 2)
    rows = {
        "measures-TOTAL_FORMS": 1,
        "measures-INITIAL_FORMS": 0,
        "measures-0-label": "時間",
        "measures-0-before": "95",
    }
    end = {"end": "1", "decision": "stop", "decision_text": "減らなかった", "problems": "手間が増えた"}
    client.post(at("pilot_result", pilot.pk), {**rows, **end, "result": "半日かかる"})
    pilot.refresh_from_db()
    assert (pilot.decision, pilot.measures.get().before, pilot.problems) == ("stop", 95, "手間が増えた")


# --- every page ----------------------------------------------------------------------------------


def furnish(rows):
    """So many ideas with everything; the last one and its practice."""
    pillar = PillarFactory(plan=PlanFactory(status=Plan.Status.ACTIVE))
    initiative = InitiativeFactory(objective__pillar=pillar, objective__plan=pillar.plan)
    clerk = secretary()
    for _count in range(rows):
        idea = published_idea(at=NOON, supports=rows, pillar=pillar)
        idea.assign(by=clerk, group=WorkingGroupFactory(), triage_owner=clerk, initiative=initiative)
        for _more in range(rows):
            idea.comment("うちも", by=UserFactory())
            idea.answer(IdeaStatus.ADOPTED, "やる", by=clerk)
        for _more in range(rows):
            pilot_of(idea, departments=rows).measures.create(label="時間", before=2, after=1)
        idea.answer(IdeaStatus.REALISED, "使える", by=clerk)
        spread_of(published_practice(idea=idea, pillar=pillar, by=clerk), rows)
        idea.refresh_from_db()
        published_idea().merge_into(idea, by=clerk)
    published_idea(pillar=pillar)
    return idea, GoodPractice.objects.latest("pk")


PAGES = {
    "ideas": 15,
    "idea": 15,
    "idea_new": 5,
    "idea_history": 6,
    "triage": 8,
    "triage_idea": 14,
    "practices": 10,
    "practice": 12,
    "practice_replicate": 8,
    "practice_history": 7,
}


def address(name, idea, practice):
    if name in ("ideas", "idea_new", "triage", "practices"):
        return at(name)
    return at(name, practice.pk if name.startswith("practice") else idea.number)


@pytest.mark.parametrize("rows", (1, 3))
@pytest.mark.parametrize("name", PAGES)
def test_pages_cost_the_same_for_any_number_of_rows(client_for, django_assert_num_queries, name, rows):
    page = address(name, *furnish(rows))
    client = client_for(secretary())
    client.get(page)
    with django_assert_num_queries(PAGES[name]):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("name", [*PAGES, "practice_new", "idea_withdraw"])
def test_pages_are_valid_and_have_one_heading(client_for, name, language):
    idea, practice = furnish(2)
    user = idea.author if name == "idea_withdraw" else secretary()
    type(user).objects.filter(pk=user.pk).update(language=language)
    page = at("practice_new") if name == "practice_new" else address(name, idea, practice)
    response = client_for(user).get(page)
    document = html5lib.HTMLParser(strict=True).parse(response.content.decode())
    ids = [node.get("id") for node in document.iter() if node.get("id")]
    assert (response.content.count(b"<h1"), len(ids)) == (1, len(set(ids)))


def test_only_the_page_after_sending_forgets_what_the_device_keeps(client_for):
    client = client_for(UserFactory())
    sent = client.post(at("idea_new"), {**TEXTS, "seen": "1"})
    assert "js/sent.js" in body(client.get(sent.url))
    assert "js/sent.js" not in body(client.get(sent.url))
