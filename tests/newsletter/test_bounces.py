"""The bounce mailbox: every report counts once, only confirmed ones suspend, nothing is lost (N16, MA10)."""

import mailbox
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from newsletter import bounces, drain, postbox
from newsletter.models import Bounce, Delivery, Heartbeat, Issue, Preference
from tests.factories import UserFactory
from tests.newsletter.returned import letter, report, sent_mail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def box(tmp_path, settings):
    """The maildir of the settings."""
    settings.MAIL_BOUNCES = f"maildir:{tmp_path}/bounces"
    return mailbox.Maildir(tmp_path / "bounces")


def marked() -> set:
    return {preference.person for preference in Preference.objects.addresses_to_check()}


def bounced(box, person, key, **words):
    row, message = sent_mail(person, key)
    box.add(report(message, **words))
    return row


def test_one_report_is_written_down_and_the_second_mail_suspends(box):
    person = UserFactory()
    row = bounced(box, person, "first")
    assert bounces.collect() == Counter(gone=1)
    assert (Bounce.objects.get().delivery, marked()) == (row, set())
    bounced(box, person, "second")
    bounces.collect()
    assert marked() == {person}
    assert "5.1.1" in Preference.objects.of(person).refused_reply


def test_two_reports_about_one_mail_confirm_nothing(box):
    _row, message = sent_mail()
    box.add(report(message))
    box.add(report(message, status="5.1.10"))
    assert (bounces.collect(), marked()) == (Counter(gone=2), set())


def test_a_report_older_than_30_days_confirms_nothing(box):
    person = UserFactory()
    bounced(box, person, "first")
    bounces.collect()
    Bounce.objects.update(received_at=Now() - timedelta(days=31))
    bounced(box, person, "second")
    bounces.collect()
    assert marked() == set()


@pytest.mark.parametrize("words", [{"status": "5.2.2"}, {"status": "4.4.1", "action": "delayed"}])
def test_full_boxes_and_delays_are_only_noted(box, words):
    person = UserFactory()
    for key in ("first", "second", "third"):
        bounced(box, person, key, **words)
    assert bounces.collect().total() == 3
    assert marked() == set()


def test_reports_are_put_away_and_the_rest_stays_unread(box):
    bounced(box, UserFactory(), "first")
    box.add(letter())
    box.add(letter(Auto_Submitted="auto-replied"))
    assert [bounces.collect() for _n in range(2)] == [Counter(gone=1, unknown=1, reply=1), Counter()]
    assert (len(box), len(box.get_folder(postbox.PROCESSED))) == (2, 1)
    assert {box.get_message(key).get_subdir() for key in box.iterkeys()} == {"new"}
    assert Bounce.objects.filter(delivery=None).exclude(address="", words="").count() == 0


def test_killed_before_putting_away_counts_once(box):
    person = UserFactory()
    bounced(box, person, "first")
    with postbox.opened(f"maildir:{box._path}") as opened:
        (name,) = opened.names()
        bounces.keep(name, opened.read(name))  # and here the power went
    assert bounces.collect() == Counter()
    assert (Bounce.objects.count(), len(box)) == (1, 0)


def test_the_same_message_under_another_name_counts_once(box):
    person = UserFactory()
    _row, message = sent_mail(person)
    for _n in range(2):
        box.add(report(message))
        bounces.collect()
    assert (Bounce.objects.count(), len(box), marked()) == (1, 0, set())


def test_more_than_a_twentieth_of_an_issue_marks_nobody(box, make_issue, readers):
    people = readers(12)
    bounced(box, people[0], "before")
    issue = make_issue()
    Delivery.objects.for_issue(issue).update(state="sent")
    for row in Delivery.objects.for_issue(issue):
        box.add(report(composed(row)))
    bounces.collect()
    assert (marked(), Issue.objects.get().state) == (set(), Issue.State.PAUSED)
    assert Delivery.objects.filter(kind=Delivery.Kind.ALARM).count() == 0  # nobody to tell here
    issue.refresh_from_db()
    assert issue.pause_reason.startswith("11通が戻ってきました")  # the first that were too many


def composed(row) -> bytes:
    """The bytes of a copy as it left."""
    from newsletter.composing import IssueShelf, compose

    row.started_at = row.mail_date = row.due_at
    return compose(row, IssueShelf()).message


def test_who_resumes_after_looking_is_not_stopped_again(box, make_issue, readers):
    readers(12)
    issue = make_issue()
    Delivery.objects.for_issue(issue).update(state="sent")
    rows = list(Delivery.objects.for_issue(issue))
    for row in rows[:11]:
        box.add(report(composed(row)))
    bounces.collect()
    Issue.objects.update(state=Issue.State.SENDING)
    box.add(report(composed(rows[11])))
    bounces.collect()
    assert (Issue.objects.get().state, marked()) == (Issue.State.SENDING, set())


def test_trusting_an_address_takes_two_new_reports_to_mark_it_again(box):
    person, chief = UserFactory(), UserFactory(roles=["secretariat"])
    for key in ("first", "second"):
        bounced(box, person, key)
    bounces.collect()
    preference = Preference.objects.of(person)
    assert [preference.trust_address(by=chief) for _n in range(2)] == [True, False]
    bounced(box, person, "third")
    bounces.collect()
    assert marked() == set()


def test_a_new_address_clears_the_mark_by_itself(box):
    person = UserFactory()
    for key in ("first", "second"):
        bounced(box, person, key)
    bounces.collect()
    type(person).objects.update(email="new@example.jp")
    assert marked() == set()
    row, _message = sent_mail(type(person).objects.get(), "third")
    assert row.state != "skipped"


def test_a_suspended_address_gets_account_mail_only(box, relay):
    person = UserFactory()
    Preference.objects.mark_refused(person.pk, person.email, "550 5.1.1")
    for kind in (Delivery.Kind.ACCOUNT, Delivery.Kind.TEST):
        Delivery.objects.post(kind, key=kind, person=person, subject="s", text="t", language="ja")
    drain.drain(seconds=5)
    assert dict(Delivery.objects.values_list("kind", "state")) == {"account": "sent", "test": "skipped"}


def test_a_mailbox_that_cannot_be_read_is_told_after_a_day(settings, tmp_path):
    UserFactory(roles=["secretariat"])
    settings.MAIL_BOUNCES = f"maildir:{tmp_path}/nowhere"
    bounces.collect()
    assert Delivery.objects.count() == 0
    Heartbeat.objects.update(at=Now() - timedelta(hours=25))
    bounces.collect()
    bounces.collect()
    assert Delivery.objects.get().content["alarm"] == "bounces"


def test_without_a_mailbox_nothing_is_asked(settings):
    settings.MAIL_BOUNCES = ""
    assert bounces.collect() == Counter()


def test_a_report_with_a_letter_no_database_keeps_stops_nothing(box):
    person = UserFactory()
    _row, message = sent_mail(person)
    box.add(report(message).replace(b"Recipient address", b"Recipient\0address"))
    box.add(letter())
    assert bounces.collect().total() == 2
