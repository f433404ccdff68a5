"""What is approved holds places; the morning fills them once, for every mail and the page (ADR 0016, P5, I6)."""

import hashlib
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Activity, Role
from dxportal import dates
from newsletter import alarms, references, rendering, sending
from newsletter.models import Delivery, Issue
from taskforce.models import Idea
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory, add_image
from tests.factories.pillars import InitiativeFactory, MilestoneFactory

pytestmark = pytest.mark.django_db
TODAY = dates.today()
TEXT = "[[施策 I1 引継ぎ]]\n\n[[柱の図]]"


@pytest.fixture
def step():
    """The one milestone of the plan: not done, due long ago."""
    initiative = InitiativeFactory(code="I1", name="業務引継ぎ")
    return MilestoneFactory(initiative=initiative, planned_on=date(2026, 4, 1))


@pytest.fixture
def chief():
    return UserFactory(roles=[Role.SECRETARIAT], name="室長")


def received_test(issue, person):
    """The person has received the test mail of what is there now."""
    row = issue.send_test(by=person)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.SENT)
    return row


def in_check(*articles, **fields):
    return IssueFactory(number=3, articles=articles or [("計画のいま", TEXT)], state="checking", **fields)


def approved(issue, chief):
    received_test(issue, chief)
    return issue.approve(by=chief, now=True)


def begun(issue):
    """Its first mail is due, and the tick has come."""
    Issue.objects.filter(pk=issue.pk).update(
        starts_at=dates.local_instant(date(2026, 1, 1), time(), dates.TOKYO)
    )
    assert sending.start_due_issues() == 1
    return Issue.objects.get(pk=issue.pk)


def finish(step):
    type(step).objects.filter(pk=step.pk).update(completed_on=date(2026, 5, 1))


# --- between test, approval and morning -----------------------------------------------------------


def test_mail_and_page_have_the_figures_of_the_morning(step, chief):
    issue = approved(in_check(), chief)
    finish(step)
    issue = begun(issue)
    mail = rendering.issue_message(issue, UserFactory())
    for shown in (mail.html, mail.text, issue.page_html):
        assert "実績100% 計画100%" in shown
        assert "実績0%" not in shown
    assert issue.figures[0]["actual"] == 100


def test_figures_that_move_between_test_and_approval_void_nothing(step, chief):
    issue = in_check()
    received_test(issue, chief)
    finish(step)
    assert issue.approve(by=chief, now=True).state == Issue.State.SCHEDULED


def test_a_changed_word_after_the_test_voids_it(step, chief):
    issue = in_check()
    received_test(issue, chief)
    part = issue.articles.get()
    part.edit(by=issue.created_by, version=1, body=f"{TEXT}。")
    Issue.objects.update(state=Issue.State.CHECKING)
    with pytest.raises(ValidationError) as refusal:
        issue.approve(by=chief, now=True)
    assert refusal.value.code == "not_tested"


def test_figures_stay_once_the_first_mail_could_leave(step, chief):
    issue = begun(approved(in_check(), chief))
    finish(step)
    assert Issue.objects.get().copies == issue.copies
    assert "実績0% 計画100%" in issue.copies["ja"].text


def test_test_mail_shows_the_figures_of_now(step, chief):
    words = received_test(in_check(), chief).content
    assert "実績0% 計画100%" in words["text"]
    assert "\ue003" not in words["text"] + words["html"]


def test_both_fingerprints_are_kept_and_can_be_checked(step, chief):
    issue = begun(approved(in_check(), chief))
    held = [issue.frozen_subject, issue.frozen_text, issue.frozen_html]
    held += [issue.frozen_subject_en, issue.frozen_text_en, issue.frozen_html_en]
    assert hashlib.sha256("\0".join(held).encode()).hexdigest() == issue.frozen_sha256
    sent = [part for mail in issue.copies.values() for part in (mail.subject, mail.text, mail.html)]
    assert hashlib.sha256("\0".join(sent).encode()).hexdigest() == issue.sent_sha256
    assert issue.sent_sha256 != issue.frozen_sha256


def test_both_languages_and_no_place_left(step, chief):
    issue = begun(approved(in_check(english_summary="See [[施策 I1]]."), chief))
    english = rendering.issue_message(issue, UserFactory(language="en"))
    assert "actual 0% planned 100%" in english.text
    assert "\ue003" not in english.text + english.html


def test_an_english_mail_tells_of_a_reference_in_the_language_around_it(chief):
    InitiativeFactory(code="I1", name="業務引継ぎ", name_en="Handover")
    reference = "[[施策 I1]]"
    issue = in_check(("計画のいま", f"次は{reference}へ。"), english_summary=f"Next is {reference} then.")
    mail = begun(approved(issue, chief)).copies["en"]
    for written in (mail.text, mail.html):
        assert "Handover" in written.rpartition("Next is ")[2].partition(" then.")[0]
        assert "業務引継ぎ" in written.rpartition("次は")[2].partition("へ。")[0]


def test_correction_keeps_the_figures_and_draws_a_new_reference(step, chief):
    issue = begun(approved(in_check(), chief))
    MilestoneFactory(
        initiative=InitiativeFactory(code="I2", name="電子決裁", objective=step.initiative.objective)
    )
    finish(step)
    body = "[[施策 I1]]\n\n[[施策 I2]]"
    issue.articles.get().correct(by=issue.created_by, version=1, body=body, note="一つ加えた")
    page = Issue.objects.get().page_html
    assert "実績0% 計画100%" in page
    assert "電子決裁" in page


# --- what cannot be drawn any more ------------------------------------------------------------------


def idea():
    found = Idea.draft(by=UserFactory(), title="印刷をやめる", problem="紙が多い", wish="画面で済ませたい")
    found.publish(by=found.author, at=datetime(2026, 11, 1, tzinfo=dates.TOKYO))
    return found


def test_hidden_since_approval_it_is_its_title_and_the_editor_hears_of_it(chief):
    found = idea()
    issue = approved(in_check(("タスクフォースから", f"[[アイデア {found.number} 別の言葉]]")), chief)
    Idea.objects.update(withdrawn_at=found.published_at)
    issue = begun(issue)
    mail = rendering.issue_message(issue, UserFactory())
    assert "印刷をやめる" in mail.text
    assert f"/ideas/{found.number}/" not in mail.html
    alarm = Delivery.objects.get(kind="alarm", person=issue.created_by)
    assert "印刷をやめる" in alarms.words(alarm.content)["text"]
    assert Activity.objects.with_verbs("issue.references_lost").get().reason == "印刷をやめる"


def test_app_that_cannot_be_asked_stops_nothing(chief, step, monkeypatch):
    issue = approved(in_check(), chief)
    finish(step)
    monkeypatch.setitem(references.FINDERS, "施策", lambda portal, keys: 1 / 0)
    text = rendering.issue_message(begun(issue), UserFactory()).text
    assert "実績0% 計画100%" in text  # as it was at approval


def test_pictures_gone_from_the_disk_pause_the_issue_before_its_first_mail(chief):
    issue = in_check(("小技", "![図](image:1)"))
    Issue.objects.update(state=Issue.State.DRAFT)
    image = add_image(Issue.objects.get())
    Issue.objects.update(state=Issue.State.CHECKING)
    issue = approved(Issue.objects.get(), chief)
    image.file.storage.delete(image.file.name)
    Issue.objects.update(starts_at=issue.approved_at - timedelta(days=1))
    assert sending.start_due_issues() == 0
    issue = Issue.objects.get()
    assert (issue.state, issue.is_published) == (Issue.State.PAUSED, False)
    assert "画像のファイルを読めません" in issue.pause_reason


def test_taken_back_and_approved_again_begins_anew(step, chief):
    issue = begun(approved(in_check(), chief))
    assert issue.strings
    Issue.objects.update(state=Issue.State.CHECKING, published_at=None)
    assert Issue.objects.get().approve(by=chief, now=True).strings == {}


# --- pages ------------------------------------------------------------------------------------------


def test_reader_sees_the_kept_figures_and_the_maker_of_a_draft_those_of_today(client_for, step, chief):
    client = client_for(chief)
    issue = in_check()
    assert "実績0% 計画100%" in client.get("/newsletter/3/").content.decode()
    begun(approved(issue, chief))
    finish(step)
    assert "実績0% 計画100%" in client_for(UserFactory()).get("/newsletter/3/").content.decode()
