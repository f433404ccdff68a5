"""The newsletter's pages as people use them: reading, writing, approving, watching, choosing (N4–N9, N13)."""

from datetime import UTC, date, datetime, timedelta

import html5lib
import pytest
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import Activity, Role
from newsletter.models import Delivery, Heartbeat, Issue, Preference, Topic, Way
from tests.factories import PASSWORD, DepartmentFactory, UserFactory
from tests.factories.newsletter import ArticleFactory, IssueFactory, sent_issue
from tests.factories.pillars import MilestoneFactory
from tests.factories.taskforce import WorkshopFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)
STANDSTILLS = ["予定を動かす仕組みが止まっている", "メールを送る仕組みが止まっている"]


@pytest.fixture
def editor():
    return UserFactory(roles=[Role.EDITOR], name="編集 花")


@pytest.fixture
def chief():
    return UserFactory(roles=[Role.SECRETARIAT], name="室長", password=PASSWORD)


@pytest.fixture
def as_editor(client_for, editor):
    return client_for(editor)


def page(number, name="issue", **kwargs):
    return reverse(f"newsletter:{name}", kwargs={"number": number, **kwargs})


def valid(response):
    """The page parses strictly, has one h1 and no id twice."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(list(tree.iter("h1"))) == 1
    assert sorted(ids) == sorted(set(ids))
    return tree


def words(response) -> str:
    return " ".join("".join(valid(response).find("body").itertext()).split())


# --- reading --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_archive_queries(client_for, django_assert_num_queries, number):
    for n in range(number):
        sent_issue(number=n + 1)
    client = client_for(UserFactory())
    client.get("/newsletter/")
    with django_assert_num_queries(10):
        client.get("/newsletter/")


@pytest.mark.parametrize("number", [1, 3])
def test_issue_page_costs_five_queries(client_for, django_assert_num_queries, number):
    """promises.md P38: at most five."""
    for n in range(number):
        sent_issue(number=n + 1)
    client = client_for(UserFactory())
    client.get(page(1))
    with django_assert_num_queries(5):
        client.get(page(1))


def test_archive_by_fiscal_year_and_words(client_for):
    sent_issue(number=1, issued_on=date(2026, 3, 25), articles=[("小技", "添付を軽くする")])
    sent_issue(number=2, issued_on=date(2026, 4, 1), articles=[("小技", "予定表")])
    client = client_for(UserFactory())
    assert [issue.number for issue in client.get("/newsletter/?year=2025").context["page"]] == [1]
    assert [issue.number for issue in client.get("/newsletter/?q=予定表").context["page"]] == [2]
    assert "あてはまる号はありません" in words(client.get("/newsletter/?q=ない言葉"))
    assert client.get("/newsletter/").context["years"] == [(2026, 1), (2025, 1)]


def test_issue_page_leads_to_its_neighbours(client_for):
    for number in (1, 2, 4):
        sent_issue(number=number)
    IssueFactory(number=5)
    response = client_for(UserFactory()).get(page(2))
    links = [a.get("href") for a in valid(response).iter("a")]
    assert page(1) in links
    assert page(4) in links
    assert page(5) not in links


def test_english_reader_finds_the_summary_and_japanese_marked(client_for):
    sent_issue(number=1)
    response = client_for(UserFactory(language="en")).get(page(1))
    tree = valid(response)
    assert [e.get("lang") for e in tree.iter("div") if e.get("class") == "read mt6"] == ["en", "ja"]
    assert tree.find(".//h1").text == "Handing over a desk in two weeks"


def test_nothing_yet(client_for):
    assert "まだ号はありません" in words(client_for(UserFactory()).get("/newsletter/"))


def test_correction_is_shown_with_its_note(client_for, editor):
    issue = sent_issue(number=1)
    article = issue.articles.get()
    answer = client_for(editor).post(
        page(1, "correct", pk=article.pk), {"body": "2枚。", "note": "枚数の誤り", "version": 1}, follow=True
    )
    assert "訂正" in words(answer)
    assert "枚数の誤り" in words(client_for(UserFactory()).get(page(1)))


# --- writing --------------------------------------------------------------------------------------------------


def test_new_issue_opens_in_the_editor(as_editor):
    answer = as_editor.post("/newsletter/new/", follow=True)
    assert answer.redirect_chain == [("/newsletter/1/edit/", 302)]
    assert "題名はまだない" in words(answer)


def test_section_is_saved_and_named(as_editor, editor):
    part = IssueFactory(number=3).articles.get()
    data = {"label": "小技", "title": "見出し", "body": "一行目\r\n二行目", "version": 1, "act": "save"}
    assert as_editor.post(page(3, "article", pk=part.pk), data).status_code == 302
    part.refresh_from_db()
    assert (part.body, part.version, part.last_edited_by) == ("一行目\n二行目", 2, editor)


def test_second_editor_sees_both_texts_and_nothing_is_lost(as_editor, chief):
    part = IssueFactory(number=3).articles.get()
    part.edit(by=chief, version=1, body="先に保存した文")
    data = {"label": part.label, "title": "", "body": "後から書いた文", "version": 1, "act": "save"}
    answer = as_editor.post(page(3, "article", pk=part.pk), data)
    assert "先に保存した文" in words(answer)
    assert "後から書いた文" in words(answer)
    part.refresh_from_db()
    assert part.body == "先に保存した文"


def test_the_preview_tells_a_workshop_by_the_editors_clock(as_editor):
    start = datetime(2026, 12, 2, 9, tzinfo=UTC)
    workshop = WorkshopFactory(starts_at=start, ends_at=start + timedelta(hours=1))
    issue = IssueFactory(number=3, articles=[("お知らせ", f"[[ワークショップ {workshop.pk}]]")])
    page = words(as_editor.get(issue.sections[0].get_edit_url()))
    assert "18:00" in page
    assert "2026-12-02T09:00" not in page


def test_preview_follows_the_form_without_saving(as_editor):
    part = IssueFactory(number=3).articles.get()
    data = {"label": "小技", "title": "新しい見出し", "body": "**太字**の文", "version": 1, "act": "preview"}
    answer = as_editor.post(page(3, "article", pk=part.pk), data, headers={"hx-request": "true"})
    html = answer.content.decode()
    assert "<strong>太字</strong>の文" in html
    assert "<pre>太字の文</pre>" in html
    assert "<h1" not in html
    part.refresh_from_db()
    assert part.version == 1


def test_piece_from_the_portal_is_put_at_the_end_without_javascript(as_editor):
    part = IssueFactory(number=3).articles.get()
    data = {"label": "小技", "title": "", "body": "書きかけ", "version": 1, "insert": "- [施策](/plan/)"}
    answer = as_editor.post(page(3, "article", pk=part.pk), data)
    assert answer.context["form"]["body"].value() == "書きかけ\n\n- [施策](/plan/)"
    assert answer.context["form"]["version"].value() == 1
    part.refresh_from_db()
    assert part.version == 1


def test_sections_are_added_moved_removed_and_restored(as_editor):
    issue = IssueFactory(number=3, articles=[("一", "a"), ("二", "b")])
    first, second = issue.sections
    as_editor.post(page(3, "sections"), {"act": "add", "new_label": "三"})
    as_editor.post(page(3, "sections"), {"act": f"up:{second.pk}"})
    as_editor.post(page(3, "sections"), {"act": f"remove:{first.pk}"})
    assert [part.label for part in Issue.objects.get().sections] == ["二", "三"]
    assert "外した節" in words(as_editor.get(page(3, "edit")))
    as_editor.post(page(3, "sections"), {"act": f"restore:{first.pk}"})
    assert [part.label for part in Issue.objects.get().sections] == ["二", "一", "三"]


@pytest.mark.parametrize("act", ["up:0", "burn:1", "up:x", "", f"up:{'9' * 5000}", f"place-{'9' * 5000}:1"])
def test_unknown_act_on_sections_is_not_found(as_editor, act):
    IssueFactory(number=3)
    assert as_editor.post(page(3, "sections"), {"act": act}).status_code == 404


def test_section_of_another_issue_is_not_found(as_editor):
    IssueFactory(number=3)
    other = ArticleFactory(issue=IssueFactory(number=4))
    assert as_editor.post(page(3, "sections"), {"act": f"remove:{other.pk}"}).status_code == 404
    assert as_editor.get(page(3, "article", pk=other.pk)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_editor_queries_do_not_grow_with_sections(as_editor, django_assert_num_queries, number):
    MilestoneFactory()
    issue = IssueFactory(number=3, articles=[(f"節{n}", "[[柱の図]]") for n in range(number)])
    address = page(3, "article", pk=issue.sections[0].pk)
    as_editor.get(address)
    with django_assert_num_queries(11):
        valid(as_editor.get(address))


# --- approving ------------------------------------------------------------------------------------------------


@pytest.fixture
def in_check(editor):
    return IssueFactory(number=3, created_by=editor, state=Issue.State.CHECKING)


def receive_test(issue, person):
    row = issue.send_test(by=person)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.SENT)


def sign_in(client, user):
    assert client.post("/login/", {"login": user.email, "password": PASSWORD}).status_code == 302


def test_test_mail_goes_to_the_outbox_of_oneself(as_editor, editor):
    IssueFactory(number=3)
    as_editor.post(page(3, "test"))
    row = Delivery.objects.tests().get()
    assert (row.person, row.content["subject"][:5]) == (editor, "【テスト】")


def test_save_and_ask_for_a_check_in_one_press(as_editor):
    part = IssueFactory(number=3).articles.get()
    data = {"label": "小技", "title": "", "body": "できた", "version": 1, "act": "check"}
    answer = as_editor.post(page(3, "article", pk=part.pk), data)
    assert answer.headers["Location"] == page(3, "approve")
    assert Issue.objects.get().state == Issue.State.CHECKING


def test_approval_page_says_how_many_and_when(client_for, chief, in_check):
    UserFactory(department=DepartmentFactory(kind="embassy", timezone="Europe/Paris", country_code="FR"))
    response = client_for(chief).get(page(3, "approve"))
    text = words(response)
    assert (
        response.context["waves"].people
        == Issue.objects.get().created_by._meta.model.objects.active().count()
    )
    assert "業務合理化便り 第3号 着任から2週間で、引継ぎを終える" in text
    assert "試し送りはまだ届いていません" in text


def test_approval_asks_for_the_password_and_then_goes_on(client, chief, in_check):
    sign_in(client, chief)
    receive_test(in_check, chief)
    data = {"when": "day", "on": "2099-11-25"}
    asked = client.post(page(3, "approve"), data)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Issue.objects.get().state == Issue.State.CHECKING
    done = client.post(asked.headers["Location"], {"password": PASSWORD})
    assert done.headers["Location"] == page(3, "delivery")
    assert Issue.objects.get().scheduled_for == date(2099, 11, 25)


def test_approval_without_a_test_says_what_to_do(client_for, in_check):
    other = UserFactory(roles=[Role.SECRETARIAT])
    answer = client_for(other).post(page(3, "approve"), {"when": "day", "on": "2099-11-25"})
    assert "自分に試し送りをして、届いたメールを見てから承認してください" in words(answer)


@pytest.mark.parametrize("on", ["", "2020-01-01", "きのう"])
def test_day_must_be_to_come(client_for, in_check, on):
    other = UserFactory(roles=[Role.SECRETARIAT])
    answer = client_for(other).post(page(3, "approve"), {"when": "day", "on": on})
    assert "on" in answer.context["form"].errors


def test_at_once_only_in_the_demonstration(client_for, in_check, settings):
    other = UserFactory(roles=[Role.SECRETARIAT])
    receive_test(in_check, other)
    settings.DEMO = False
    assert "when" in client_for(other).post(page(3, "approve"), {"when": "now"}).context["form"].errors
    settings.DEMO = True
    assert client_for(other).post(page(3, "approve"), {"when": "now"}).status_code == 302
    issue = Issue.objects.get()
    assert issue.send_now
    assert set(Delivery.objects.for_issue(issue).values_list("due_at", flat=True)) == {issue.approved_at}


@pytest.mark.parametrize("number", [1, 3])
def test_approval_page_queries(client_for, chief, in_check, django_assert_num_queries, number):
    MilestoneFactory()
    for _n in range(number):
        ArticleFactory(issue=in_check)
    client = client_for(chief)
    client.get(page(3, "approve"))
    with django_assert_num_queries(11):
        valid(client.get(page(3, "approve")))


# --- watching -------------------------------------------------------------------------------------------------


def rows_of(issue, number, **fields):
    for person in [UserFactory() for _n in range(number)]:
        Delivery.objects.create(
            **{
                "key": f"issue:{issue.pk}:1:{person.pk}",
                "kind": "issue",
                "priority": 5,
                "issue": issue,
                "person": person,
                "address": person.email,
                "domain": "example.jp",
                "zone": "Asia/Tokyo",
                "due_at": NOON,
                "next_at": NOON,
                "expires_at": NOON,
                **fields,
            }
        )


def test_monitor_adds_up(as_editor):
    issue = sent_issue(number=4, state=Issue.State.SENDING)
    rows_of(issue, 3, state="sent", zone="Europe/Paris")
    rows_of(issue, 2, state="queued")
    rows_of(issue, 1, state="failed", code="refused")
    monitor = as_editor.get(page(4, "delivery")).context["monitor"]
    assert {name: n for name, n in monitor.counts.items() if n} == {"sent": 3, "queued": 2, "failed": 1}
    assert monitor.figures["total"] == 6
    assert [(wave.total, wave.left, wave.places) for wave in monitor.waves] == [(6, 2, "パリ、東京")]
    assert [(str(cause["words"]), cause["n"]) for cause in monitor.causes] == [("宛先がない(異動・退職)", 1)]


@pytest.mark.parametrize(
    ("well", "still"),
    [
        (["tick", "calm"], None),
        (["tick", "drain"], None),
        (["calm", "drain"], "予定を動かす仕組みが止まっている"),
        (["tick"], "メールを送る仕組みが止まっている"),
    ],
)
def test_monitor_says_that_the_engine_stands_still_and_nothing_is_lost(as_editor, well, still):
    rows_of(sent_issue(number=4, state=Issue.State.SENDING), 2, state="queued")
    for name in ("tick", "calm", "drain"):
        Heartbeat.objects.create(name=name, at=Now() - timedelta(minutes=0 if name in well else 4))
    page_words = words(as_editor.get(page(4, "delivery")))
    assert [title for title in STANDSTILLS if title in page_words] == ([still] if still else [])
    assert ("2人分のメールは待っていて、失われていない" in page_words) == bool(still)


@pytest.mark.parametrize("state", [Issue.State.PAUSED, Issue.State.SENT])
def test_no_standstill_is_told_where_nothing_is_to_leave(as_editor, state):
    rows_of(sent_issue(number=4, state=state), 2, state="queued")
    Heartbeat.objects.create(name="tick", at=Now() - timedelta(minutes=4))
    assert "予定を動かす仕組みが止まっている" not in words(as_editor.get(page(4, "delivery")))


@pytest.mark.parametrize("number", [1, 3])
def test_monitor_queries_do_not_grow_with_rows(client_for, chief, django_assert_num_queries, number):
    issue = sent_issue(number=4, state=Issue.State.SENDING)
    rows_of(issue, number, state="failed", code="refused")
    client = client_for(chief)
    client.get(page(4, "delivery"))
    with django_assert_num_queries(10):
        valid(client.get(page(4, "delivery")))


def test_names_of_those_not_reached_are_for_the_secretariat(as_editor, client_for, chief):
    issue = sent_issue(number=4)
    rows_of(issue, 1, state="failed", code="refused", reply="550 no such user")
    name = Delivery.objects.get().person.name
    assert name in words(client_for(chief).get(page(4, "delivery")))
    assert name not in words(as_editor.get(page(4, "delivery")))


def test_refresh_is_only_the_part_that_changes(as_editor):
    sent_issue(number=4, state=Issue.State.SENDING)
    answer = as_editor.get(page(4, "delivery"), headers={"hx-request": "true"})
    assert "<html" not in answer.content.decode()


def test_stopping_asks_first_and_then_stops(as_editor, editor):
    sent_issue(number=4, state=Issue.State.SENDING)
    address = page(4, "change_delivery", act="pause")
    assert "すでに届いた" in words(as_editor.get(address))
    assert Issue.objects.get().state == Issue.State.SENDING
    answer = as_editor.post(address, follow=True)
    assert "止めました" in words(answer)
    assert Activity.objects.with_verbs("issue.paused").get().actor_name == editor.name


def test_editor_cannot_resume(as_editor):
    sent_issue(number=4, state=Issue.State.PAUSED)
    assert as_editor.post(page(4, "change_delivery", act="resume")).status_code == 403


def test_an_administrator_stops_without_seeing_figures_or_opening_the_texts(client_for):
    sent_issue(number=4, state=Issue.State.SCHEDULED, published_at=None)
    client = client_for(UserFactory(roles=[Role.ADMIN]))
    assert client.get(page(4, "change_delivery", act="pause")).context["monitor"] is None
    assert client.post(page(4, "change_delivery", act="unschedule")).status_code == 403
    assert Issue.objects.get().state == Issue.State.SCHEDULED


def test_pressing_stop_twice_says_that_it_has_stopped(as_editor):
    sent_issue(number=4, state=Issue.State.SENDING)
    address = page(4, "change_delivery", act="pause")
    as_editor.post(address)
    assert "状態が変わっています" in words(as_editor.post(address, follow=True))


# --- choosing -------------------------------------------------------------------------------------------------


def choices(**changed):
    ways = {topic.value: Preference().way(topic) for topic in Topic}
    return {**ways, "digest_weekday": 2, "language": "ja", "paused_until": "", "version": 1, **changed}


def test_ways_are_saved(client_for):
    user = UserFactory()
    data = choices(
        newsletter="off", answer="digest", language="en", digest_weekday=0, paused_until="2099-01-01"
    )
    assert client_for(user).post("/me/delivery/", data).status_code == 302
    preference = Preference.objects.get(person=user)
    user.refresh_from_db()
    assert preference.way(Topic.NEWSLETTER) == Way.OFF
    assert preference.way(Topic.ANSWER) == Way.DIGEST
    assert (preference.digest_weekday, preference.paused_until, user.language) == (0, date(2099, 1, 1), "en")


def test_the_digest_cannot_be_put_into_the_digest(client_for):
    answer = client_for(UserFactory()).post("/me/delivery/", choices(digest="digest"))
    assert "digest" in answer.context["form"].errors
    assert not Preference.objects.exists()


def test_preferences_page_is_valid_and_shows_what_is_chosen(client_for):
    user = UserFactory()
    Preference.objects.of(user).choose({Topic.ANSWER: Way.OFF})
    tree = valid(client_for(user).get("/me/delivery/"))
    checked = {
        e.get("name"): e.get("value")
        for e in tree.iter("input")
        if e.get("checked") is not None and e.get("type") == "radio"
    }
    assert checked["answer"] == "off"
    assert checked["newsletter"] == "at_once"


# --- the stop link --------------------------------------------------------------------------------------------


def stop_address(user, topic=Topic.NEWSLETTER):
    return reverse("newsletter:unsubscribe", args=[Preference.unsubscribe_token(user, topic)])


def test_opening_the_link_changes_nothing(client):
    user = UserFactory()
    assert "やめますか" in words(client.get(stop_address(user)))
    assert not Preference.objects.exists()


def test_pressing_stops_it_without_signing_in(client):
    user = UserFactory()
    assert "これからメールで届きません" in words(client.post(stop_address(user)))
    assert Preference.objects.of(user).way(Topic.NEWSLETTER) == Way.OFF


def test_one_click_of_the_mail_program(client):
    user = UserFactory()
    answer = client.post(stop_address(user, Topic.DIGEST), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert Preference.objects.of(user).way(Topic.DIGEST) == Way.OFF


def test_forged_link_does_nothing(client):
    user = UserFactory()
    answer = client.post(stop_address(user)[:-4] + "xyz/")
    assert answer.status_code == 404
    assert not Preference.objects.exists()
