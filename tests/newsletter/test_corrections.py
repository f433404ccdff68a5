"""Putting right what was sent: the old text stays, nobody gets the issue again, or an issue of its own (N11, MA13)."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Activity, Role
from newsletter import audience, sending
from newsletter.models import Delivery, Issue
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue
from tests.newsletter.test_pages import page, rows_of, valid, words

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 3, tzinfo=UTC)


@pytest.fixture
def editor():
    return UserFactory(roles=[Role.EDITOR])


@pytest.fixture
def issue():
    return sent_issue(number=4, articles=[("取組紹介", "引継書は**3枚**。")])


def correct(issue, by, body="引継書は2枚。", note="枚数の誤り"):
    article = issue.articles.get()
    article.correct(by=by, version=article.version, body=body, note=note)


def test_the_old_text_can_be_read_on_the_page(client_for, issue, editor):
    correct(issue, editor)
    correct(issue, editor, body="引継書は4枚。", note="もう一度")
    response = client_for(UserFactory()).get(page(4))
    told = ["".join(found.itertext()).strip() for found in valid(response).iter("details")]
    assert [text for text in told if text.startswith("訂正前の文")] == [
        "訂正前の文引継書は3枚。",
        "訂正前の文引継書は2枚。",
    ]
    assert "に訂正した" in words(response)


def test_the_second_of_two_correctors_sees_both_texts(client_for, issue, editor):
    address = page(4, "correct", pk=issue.articles.get().pk)
    correct(issue, editor, body="引継書は2枚。")
    late = {"body": "引継書は4枚。", "note": "枚数", "version": 1}
    shown = words(client_for(editor).post(address, late))
    assert "引継書は2枚。" in shown
    assert "引継書は4枚。" in shown
    assert issue.articles.get().body == "引継書は2枚。"


def test_the_archive_marks_it(client_for, issue, editor):
    sent_issue(number=5)
    correct(issue, editor)
    client = client_for(UserFactory())
    marked = {row.number: row.corrected_at is not None for row in client.get("/newsletter/").context["page"]}
    assert marked == {5: False, 4: True}
    assert words(client.get("/newsletter/")).count("訂正") == 1


def test_no_mail_goes_out_again(issue, editor):
    rows_of(issue, 2, state="sent")
    correct(issue, editor)
    assert set(Delivery.objects.values_list("state", "claims")) == {("sent", 0)}


def test_the_search_finds_the_new_words(client_for, issue, editor):
    correct(issue, editor, body="引継書は二葉。")
    found = client_for(UserFactory()).get("/newsletter/?q=二葉").context["page"]
    assert [row.number for row in found] == [4]


# --- an issue that puts another one right ---------------------------------------------------------


def start(issue, by):
    return Issue.objects.start_correction(issue, by=by, today=MONDAY)


def test_a_draft_for_the_next_office_day(issue, editor):
    draft = start(issue, editor)
    assert (draft.number, draft.corrects, draft.issued_on) == (5, issue, date(2026, 12, 1))
    assert (draft.title, [part.label for part in draft.sections]) == ("第4号の訂正", ["訂正"])
    assert Activity.objects.of(draft).get().verb == "issue.created"


def test_it_is_started_once(issue, editor):
    assert start(issue, editor) == start(issue, editor)


def test_the_button_opens_the_editor(client_for, issue, editor):
    answer = client_for(editor).post(page(4, "correct_by_issue"), follow=True)
    assert answer.redirect_chain == [("/newsletter/5/edit/", 302)]
    assert "第4号の訂正" in words(answer)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PROGRESS_REPORTER])
def test_only_for_those_who_make_issues(issue, role):
    with pytest.raises(PermissionDenied):
        start(issue, UserFactory(roles=[role]))


def test_a_draft_is_not_put_right(editor):
    with pytest.raises(PermissionDenied):
        start(IssueFactory(number=7), editor)


def test_it_goes_to_the_same_list_and_to_nobody_else(issue, editor):
    """MA13. Who joined since is not told of a mistake he never saw; who has left gets nothing."""
    rows_of(issue, 3, state="sent")
    rows_of(issue, 1, state="cancelled")
    UserFactory()
    draft = start(issue, editor)
    draft.scheduled_for, draft.approvals = MONDAY, 1
    told = sending.enqueue_issue(draft, at=NOON)
    before, after = (
        set(Delivery.objects.for_issue(one).exclude(state="cancelled").values_list("person", flat=True))
        for one in (issue, draft)
    )
    assert (told, before) == (3, after)
    assert audience.waves(MONDAY, at=NOON, issue=draft).people == 3


def test_the_next_issue_starts_from_the_last_regular_one(issue, editor):
    start(issue, editor)
    following = Issue.objects.start_next(by=editor, today=MONDAY)
    assert [part.label for part in following.sections] == ["取組紹介"]


def test_both_pages_lead_to_each_other(client_for, issue, editor):
    sent_issue(number=5, corrects=issue)
    client = client_for(UserFactory())
    there, back = ([a.get("href") for a in valid(client.get(page(number))).iter("a")] for number in (4, 5))
    assert page(5) in there
    assert page(4) in back


def test_a_draft_that_puts_right_is_not_told_of(client_for, issue, editor):
    start(issue, editor)
    assert "訂正の号" not in words(client_for(UserFactory()).get(page(4)))


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_a_corrected_issue_costs_five_queries(
    client_for, issue, editor, django_assert_num_queries, number
):
    for n in range(number):
        correct(issue, editor, body=f"引継書は{n}枚。")
    sent_issue(number=5, corrects=issue)
    client = client_for(UserFactory())
    client.get(page(4))
    with django_assert_num_queries(5):
        client.get(page(4))


def test_nothing_else_is_offered(client_for, issue, editor):
    """No way to send the issue to everybody again."""
    tree = valid(client_for(editor).get(page(4)))
    posts = {
        form.get("action") for form in tree.iter("form") if form.get("action", "").startswith("/newsletter/")
    }
    assert posts == {page(4, "vote"), page(4, "correct_by_issue")}
    assert reverse("newsletter:correct", args=[4, issue.articles.get().pk])
