"""Digests, reminders, notices and account mails (N14, N15, N13): each at most once, none without reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Activity, Duty, Follow, Role
from dxportal import dates
from newsletter import concerned, digest, drain, moves, notices, reminders
from newsletter.models import Delivery, Heartbeat, Preference, Topic, Way
from taskforce.models import Idea, WorkshopRegistration
from tests.factories import DepartmentFactory, DutyFactory, UserFactory
from tests.factories.pillars import MilestoneFactory
from tests.factories.taskforce import ThemeFactory, WorkingGroupFactory, WorkshopFactory, group_lead

pytestmark = pytest.mark.django_db(transaction=True)
WEDNESDAY_10 = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # in Tokyo
KIND = Delivery.Kind


def sent_by(relay, due_now, kind):
    """Send what waits, and the subjects of what arrived."""
    due_now(Delivery.objects.filter(kind=kind))
    drain.drain(seconds=10)
    return [str(mail.message["Subject"]) for mail in relay.kept]


# --- digest ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "country", "weekdays"),
    [
        (
            date(2026, 11, 25),
            "JP",
            {"2026-W48": 0b00111},
        ),  # Monday was a holiday: Monday's and Tuesday's are due too
        (date(2026, 11, 24), "JP", {"2026-W48": 0b00011}),
        (date(2026, 11, 27), "JP", {"2026-W48": 0b11111}),
        (date(2026, 11, 29), "EG", {"2026-W48": 0b11111}),  # Friday's comes on Sunday
        (date(2026, 9, 24), "JP", {"2026-W39": 0b01111}),  # after three holidays
    ],
)
def test_whose_weekday_has_come(day, country, weekdays):
    assert digest.weekdays_due(day, country) == weekdays


def test_one_row_per_person_and_week():
    paris = DepartmentFactory(timezone="Europe/Paris", country_code="FR")
    tokyo, friday, off, abroad = UserFactory(), UserFactory(), UserFactory(), UserFactory(department=paris)
    Preference(person=friday).choose({}, digest_weekday=4)
    Preference(person=off).choose({Topic.DIGEST: Way.OFF})
    assert digest.create(WEDNESDAY_10) == 1
    assert [digest.create(WEDNESDAY_10 + timedelta(hours=h)) for h in (1, 8)] == [0, 1]
    assert dict(Delivery.objects.values_list("person", "key")) == {
        tokyo.pk: f"digest:2026-W48:{tokyo.pk}",
        abroad.pk: f"digest:2026-W48:{abroad.pk}",
    }
    assert Delivery.objects.get(person=abroad).due_at == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_after_days_switched_off_only_the_newest_week():
    """Off from Tuesday of one week to Thursday of the next: one digest, the second week's."""
    UserFactory()
    assert digest.create(datetime(2026, 11, 26, 1, 0, tzinfo=UTC)) == 1
    assert Delivery.objects.get().key.startswith("digest:2026-W48:")


def test_no_digest_at_night_or_on_a_holiday():
    UserFactory()
    assert digest.create(datetime(2026, 11, 24, 18, 0, tzinfo=UTC)) == 0  # 3:00 in Tokyo
    assert digest.create(datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) == 0  # 勤労感謝の日


def test_nothing_to_say_is_no_mail(relay, due_now):
    UserFactory()
    digest.create(WEDNESDAY_10)
    assert sent_by(relay, due_now, KIND.DIGEST) == []
    assert (Delivery.objects.get().state, Delivery.objects.get().code) == ("skipped", "nothing")


def test_digest_tells_what_moved_and_what_is_owed(relay, due_now):
    group = WorkingGroupFactory(name="引継ぎ班")
    person, colleague = UserFactory(), UserFactory()
    Follow.objects.create(
        user=person, target_type="group", target_id=group.slug, target_label="x", target_url="/"
    )
    now = datetime.now(UTC)
    for number in range(2):
        Activity.record(
            "group.met", group, by=colleague, at=now - timedelta(hours=number + 1), summary=f"会合{number}"
        )
    Activity.record("group.met", group, by=person, at=now - timedelta(hours=3), summary="自分でした")
    Activity.record("group.met", WorkingGroupFactory(), by=colleague, at=now, summary="ほかの班")
    Delivery.objects.post(KIND.DIGEST, key="digest:x:1", person=person)
    assert len(sent_by(relay, due_now, KIND.DIGEST)) == 1
    text = relay.kept[0].part("plain")
    assert [word in text for word in ("引継ぎ班", "会合0", "会合1", "自分でした", "ほかの班")] == [
        True
    ] * 3 + [False] * 2
    assert text.index("会合0") < text.index("会合1")


@pytest.mark.parametrize(("kind", "shown"), [("regular", True), ("external_expert", False)])
def test_digest_begins_with_the_pillars_for_those_who_read_the_plan(relay, due_now, kind, shown):
    MilestoneFactory()
    theme = ThemeFactory(review_on=dates.today())
    person = group_lead(theme.group, employment_kind=kind)
    Delivery.objects.post(KIND.DIGEST, key="digest:x:1", person=person)
    sent_by(relay, due_now, KIND.DIGEST)
    assert ("柱1 実績" in relay.kept[0].part("plain")) == shown


def test_the_next_digest_goes_on_where_the_last_ended():
    person = UserFactory()
    due = WEDNESDAY_10
    assert digest.last_digest(person, due) == due - timedelta(days=7)
    Delivery.objects.post(KIND.DIGEST, key="d", person=person, due_at=due - timedelta(days=14))
    Delivery.objects.update(state="sent", started_at=due - timedelta(days=13))
    assert digest.last_digest(person, due) == due - timedelta(days=13)


# --- reminders ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "day", "days"),
    [
        (date(2026, 11, 27), date(2026, 11, 20), -4),  # a holiday lies between
        (date(2026, 11, 27), date(2026, 11, 26), -1),
        (date(2026, 11, 27), date(2026, 11, 27), 0),
        (date(2026, 11, 27), date(2026, 11, 30), 1),
        (date(2026, 11, 27), date(2026, 12, 2), 3),
    ],
)
def test_distance_in_office_days(due_on, day, days):
    assert reminders.distance(due_on, day, "JP") == days


def test_one_reminder_a_day_with_everything_in_it(relay, due_now):
    group = WorkingGroupFactory()
    lead = group_lead(group)
    today = datetime.now(UTC).astimezone(lead.tz).date()
    ThemeFactory(group=group, title="夜間の電話", starts_on=today - timedelta(days=60), review_on=today)
    before = [reminders.officedays.add_office_days(today, -days) for days in (1, 2)]
    due_on = next(day for day in before if reminders.distance(day, today, "JP") == 1)  # also on a day of rest
    for number in range(2):
        group.action_items.create(text=f"宿題{number}", owner=lead, due_on=due_on)
    at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    assert [reminders.create(at + timedelta(hours=h)) for h in (0, 1, 24)] == [1, 0, 1]
    Delivery.objects.filter(key__startswith="reminder:2026-11-26").delete()
    Delivery.objects.update(due_at=Now())
    assert len(sent_by(relay, due_now, KIND.REMINDER)) == 1


def test_no_reminder_of_what_is_done(relay, due_now):
    workshop = WorkshopFactory(
        starts_at=datetime.now(UTC) + timedelta(hours=1), ends_at=datetime.now(UTC) + timedelta(hours=2)
    )
    person = UserFactory()
    registration = WorkshopRegistration.objects.create(workshop=workshop, person=person, number=1)
    Delivery.objects.post(KIND.REMINDER, key="r", person=person)
    registration.delete()
    assert sent_by(relay, due_now, KIND.REMINDER) == []
    assert Delivery.objects.get().code == "nothing"


def test_reminders_switched_off_make_no_row():
    lead = group_lead(WorkingGroupFactory())
    Preference(person=lead).choose({Topic.REMINDER: Way.OFF})
    assert reminders.create(WEDNESDAY_10) == 0


# --- notices --------------------------------------------------------------------------------------


@pytest.fixture
def idea():
    author = UserFactory()
    idea = Idea.draft(by=author, title="宛名シールを出張申請から作る", problem="手で写す", wish="写さない")
    idea.publish(by=author)
    return idea


def test_the_author_hears_of_the_answer_once(relay, due_now, idea):
    Heartbeat.objects.beat("notices")
    secretary = UserFactory(roles=["secretariat"])
    idea.answer("under_review", "来月の会合で決めます", by=secretary)
    assert [notices.create() for _n in range(3)] == [1, 0, 0]
    row = Delivery.objects.get(kind=KIND.NOTICE)
    assert (row.person, row.content["topic"]) == (idea.author, "answer")
    assert len(sent_by(relay, due_now, KIND.NOTICE)) == 1
    assert "来月の会合で決めます" in relay.kept[0].part("plain")


@pytest.mark.parametrize(
    ("english", "said"), (("We decide next month", "We decide next month"), ("", "来月"))
)
def test_an_english_reader_gets_the_english_answer_where_there_is_one(relay, due_now, idea, english, said):
    Heartbeat.objects.beat("notices")
    type(idea.author).objects.update(language="en")
    idea.answer(
        "under_review", "来月の会合で決めます", text_en=english, by=UserFactory(roles=["secretariat"])
    )
    notices.create()
    sent_by(relay, due_now, KIND.NOTICE)
    mail = relay.kept[0]
    assert said in mail.part("plain")
    assert mail.part("plain").splitlines()[2].startswith("The idea “")


def test_class_2_items_carry_title_and_link_only(relay, due_now, idea):
    Heartbeat.objects.beat("notices")
    type(idea).objects.update(confidentiality=2)
    idea.answer("under_review", "来月の会合で決めます", by=UserFactory(roles=["secretariat"]))
    notices.create()
    sent_by(relay, due_now, KIND.NOTICE)
    text = relay.kept[0].part("plain")
    assert (idea.title in text, idea.get_absolute_url() in text, "来月の会合" in text) == (True, True, False)


def test_who_left_answers_to_the_digest_gets_no_mail_at_once(idea):
    Heartbeat.objects.beat("notices")
    Preference(person=idea.author).choose({Topic.ANSWER: Way.DIGEST})
    idea.answer("under_review", "決めます", by=UserFactory(roles=["secretariat"]))
    assert notices.create() == 0
    assert [move["title"] for move in moved(idea.author)] == [idea.title]


def told(*topics):
    """Who is told under these topics, each person once for an act."""
    rows = Delivery.objects.filter(kind=KIND.NOTICE, content__topic__in=topics)
    return sorted(rows.values_list("person", flat=True))


def test_every_change_of_state_is_told_once_to_author_supporters_and_followers(idea):
    Heartbeat.objects.beat("notices")
    clerk, supporter, both = UserFactory(roles=["secretariat"]), UserFactory(), UserFactory()
    target = Idea.draft(by=UserFactory(), title="差込印刷", problem="手で", wish="自動で")
    target.publish(by=target.author)
    for person in (supporter, both):
        idea.support(by=person)
        Preference(person=person).choose({Topic.SUPPORTED: Way.AT_ONCE, Topic.FOLLOWED: Way.AT_ONCE})
    for person in (both, idea.author):
        words = {"target_type": "idea", "target_id": str(idea.number), "target_label": "x", "target_url": "/"}
        Follow.objects.create(user=person, **words)
    idea.answer("adopted", "やる", by=clerk)
    idea.undo_answer(by=clerk, reason="違う")
    Idea.objects.get(pk=idea.pk).merge_into(target, by=clerk)
    Idea.objects.get(pk=idea.pk).unmerge(by=clerk, reason="別の話")
    notices.create()
    assert told("answer") == [idea.author_id] * 4
    assert told("supported", "followed") == sorted([supporter.pk, both.pk] * 4)


def test_anonymous_author_is_told_of_the_answer_though_no_act_names_him():
    Heartbeat.objects.beat("notices")
    author = UserFactory()
    hidden = Idea.draft(by=author, title="宛名", problem="手で", wish="自動で", is_anonymous=True)
    hidden.publish(by=author)
    hidden.answer("adopted", "やる", by=UserFactory(roles=["secretariat"]))
    notices.create()
    assert told("answer") == [author.pk]


def test_who_is_named_in_a_comment_is_told_once_unless_it_was_withdrawn(relay, due_now, idea):
    Heartbeat.objects.beat("notices")
    named, writer = UserFactory(), UserFactory()
    kept = idea.comment("見てください", by=writer, mentioned=[named])
    kept.rewrite("これも見てください", by=writer, mentioned=[named])
    idea.comment("取り消す文", by=writer, mentioned=[named]).withdraw(by=writer)
    notices.create()
    assert told("mention") == [named.pk] * 2
    assert len(sent_by(relay, due_now, KIND.NOTICE)) == 1
    assert "あなたの名前が挙がりました" in relay.kept[0].part("plain")


def moved(person):
    """What the digest of this hour tells the person."""
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    return moves.moves(person, Preference.objects.of(person), now - hour, now + hour, dates.today())


def test_digest_tells_whom_a_comment_names_and_nobody_else(idea):
    named, reader = UserFactory(), UserFactory()
    idea.support(by=reader)
    idea.comment("見て", by=UserFactory(), mentioned=[named])
    lines = [[line for move in moved(person) for line in move["lines"]] for person in (named, reader)]
    assert lines[0] == ["意見の中であなたの名前が挙がった"]
    assert lines[0][0] not in lines[1] and len(lines[1]) > 0


def test_nothing_is_told_of_the_time_before_the_first_look(idea):
    idea.answer("under_review", "決めます", by=UserFactory(roles=["secretariat"]))
    assert [notices.create(), Delivery.objects.count()] == [0, 0]


def test_an_act_that_cannot_be_told_keeps_nobody_from_the_others(idea):
    Heartbeat.objects.beat("notices")
    Activity.record("thanks.given", idea, by=UserFactory(), source="thanks:0")
    idea.answer("under_review", "決めます", by=UserFactory(roles=["secretariat"]))
    assert notices.create() == 1


def test_three_days_switched_off_lose_no_notice(idea):
    Heartbeat.objects.beat("notices")
    Heartbeat.objects.update(at=Now() - timedelta(hours=72))
    at = datetime.now(UTC) - timedelta(hours=50)
    idea.answer("under_review", "決めます", by=UserFactory(roles=["secretariat"]), at=at)
    assert notices.create() == 1


@pytest.mark.parametrize(
    ("scope", "place"), [("group:d", "グループd "), ("taskforce", ""), ("pillar:P4", "P4 ")]
)
def test_scope_of_a_duty_is_told_in_words(scope, place):
    WorkingGroupFactory(slug="d")
    person = UserFactory(last_login=timezone.now())
    duty = DutyFactory(user=person, role=Role.TASKFORCE_MEMBER, scope=scope)
    words = concerned.duties_words(None, person)
    assert words == f"{duty.get_role_display()} {place}{dates.format_day(duty.starts_on)}〜"


@pytest.mark.parametrize(("language", "words"), [("ja", "番号が届きます"), ("en", "code")])
def test_who_is_given_a_duty_is_told_of_it_and_how_to_get_in(relay, due_now, language, words):
    """The invitation of an outside expert, too: whatever he chose, and with the last day of the duty."""
    Heartbeat.objects.beat("notices")
    expert = UserFactory(employment_kind="external_expert", language=language)
    duty = {
        "role": "support_expert",
        "starts_on": dates.today(),
        "ends_on": dates.today() + timedelta(days=90),
    }
    Duty(user=expert, **duty).give(by=UserFactory(roles=["admin"]))
    Duty(user=expert, role="taskforce_member", scope="group:b", starts_on=dates.today()).give(
        by=UserFactory(roles=["secretariat"])
    )
    Preference.objects.of(expert).choose({}, paused_until=date(2099, 1, 1))
    assert [notices.create() for _n in range(2)] == [2, 0]
    assert len(sent_by(relay, due_now, KIND.ACCOUNT)) == 2
    text = relay.kept[0].part("plain")
    assert (words in text, dates.format_day(duty["ends_on"], language=language) in text) == (True, True)
    assert relay.kept[0].message["List-Unsubscribe"] is None


# --- account mails --------------------------------------------------------------------------------


def test_a_sign_in_code_is_a_row_of_the_highest_priority(client, relay, settings):
    person = UserFactory()
    client.post("/login/code/", {"email": person.email})
    row = Delivery.objects.get()
    assert (row.kind, row.priority, row.person, row.address) == (KIND.ACCOUNT, 0, person, person.email)
    assert row.expires_at - row.due_at == timedelta(minutes=30)
    assert relay.kept == []
    drain.drain(seconds=5)
    assert relay.recipients == [person.email]
    row.refresh_from_db()
    assert (row.state, row.content) == ("sent", {})
