"""Pilots as objects of their own: who keeps them, when they wait, what becomes of them (T9)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Activity, Role
from dxportal import dates
from taskforce.models import GoodPractice, Pilot, PilotMeasure
from tests.factories.accounts import DepartmentFactory, DutyFactory, UserFactory
from tests.factories.taskforce_ideas import NOON, pilot_of, published_idea, secretary

pytestmark = pytest.mark.django_db
LATER = date(2027, 1, 8)


def at(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def measured(pilot, **fields):
    row = PilotMeasure(**{"label": "時間", "unit": "分", "before": 95, "after": 38, "people": 42, **fields})
    pilot.measure([row], by=secretary())
    return row


def ended(pilot, decision="spread", **fields):
    words = {"decision_text": "6割減った。", "result": "半分以下になった。"}
    return pilot.end(decision=decision, by=secretary(), at=NOON, **words, **fields)


def test_pilot_past_its_end_waits_for_who_runs_it():
    place = DepartmentFactory()
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=place).user
    pilot = pilot_of(published_idea(), place=place)
    waiting = [list(Pilot.objects.needing(user, LATER)) for user in (secretary(), reporter, UserFactory())]
    assert waiting == [[pilot], [pilot], []]
    assert not Pilot.objects.needing(reporter, pilot.ends_on).exists()
    ended(pilot)
    assert not Pilot.objects.needing(reporter, LATER).exists()


def test_departments_measure_and_the_secretariat_decides():
    place = DepartmentFactory()
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=place).user
    pilot = pilot_of(published_idea(), place=place)
    rights = [
        (pilot.can_edit(user), pilot.can_decide(user)) for user in (reporter, secretary(), UserFactory())
    ]
    assert rights == [(True, False), (True, True), (False, False)]


def test_measures_keep_before_and_after_in_history():
    pilot = pilot_of(published_idea())
    row = measured(pilot)
    row.after = 40
    pilot.measure([row], by=secretary())
    acts = Activity.objects.of(pilot).with_verbs("pilot.measured").order_by("pk")
    assert [act.changes for act in acts] == [
        {"時間": [None, "95分→38分(42人)"]},
        {"時間": ["95分→38分(42人)", "95分→40分(42人)"]},
    ]


def test_trying_again_begins_the_next_pilot_with_the_same_measures():
    pilot = pilot_of(published_idea(), departments=2)
    measured(pilot)
    following = ended(Pilot.objects.get(), "extend", until=LATER)
    assert (following.starts_on, following.ends_on) == (pilot.ends_on + timedelta(days=1), LATER)
    assert (following.continues, following.departments.count()) == (pilot, 2)
    assert (following.measures.get().before, following.measures.get().after) == (95, None)


def test_double_click_begins_one_pilot():
    idea = published_idea()
    pilot = pilot_of(idea)
    assert (pilot_of(idea), Pilot.objects.count()) == (pilot, 1)


def test_stale_measures_are_shown_with_what_was_saved_first(client_for):
    pilot = pilot_of(published_idea())
    measured(pilot)
    rows = {"measures-TOTAL_FORMS": 1, "measures-INITIAL_FORMS": 0, "measures-0-label": "直し", "version": 1}
    answer = client_for(secretary()).post(at("pilot_result", pilot.pk), rows)
    assert (answer.status_code, pilot.measures.count()) == (409, 1)
    assert "95分" in answer.content.decode() and "直し" in answer.content.decode()


def test_trying_again_needs_a_later_day(client_for):
    pilot = pilot_of(published_idea())
    rows = {"measures-TOTAL_FORMS": 0, "measures-INITIAL_FORMS": 0, "end": "1", "decision": "extend"}
    words = {"decision_text": "もう一度", "result": "少し減った", "until": "R8.11.1"}
    answer = client_for(secretary()).post(at("pilot_result", pilot.pk), {**rows, **words})
    assert "きょうといまの終える日より後" in answer.content.decode()
    assert not Pilot.objects.decided().exists()


def test_practice_is_prefilled_from_the_pilot_and_keeps_it(client_for):
    pilot = pilot_of(published_idea(title="当番を組む"))
    measured(pilot)
    ended(Pilot.objects.get())
    client = client_for(secretary())
    page = f"{at('practice_new')}?pilot={pilot.pk}"
    form = client.get(page).context["form"]
    assert (form.initial["title"], form.initial["started_on"]) == ("当番を組む", pilot.starts_on)
    assert "時間 95分→38分" in form.initial["summary"]
    fields = {name: form[name].value() or "" for name in form.fields} | {
        "steps": "組む",
        "started_on": "R8.11.1",
    }
    fields["department"] = pilot.departments.get().pk
    client.post(page, fields)
    practice = GoodPractice.objects.get()
    assert (practice.pilot, practice.idea, practice.is_published) == (pilot, pilot.idea, True)


@pytest.mark.parametrize("rows", (1, 3))
def test_list_costs_the_same_for_any_number_of_pilots(client_for, django_assert_num_queries, rows):
    for _count in range(rows):
        measured(pilot_of(published_idea(), departments=2))
    client = client_for(secretary())
    client.get(at("pilots"))
    with django_assert_num_queries(9):
        assert client.get(at("pilots")).status_code == 200


def test_list_is_narrowed_by_state_and_words(client_for):
    pilot_of(published_idea(title="一つの番号"))
    ended(pilot_of(published_idea(title="当番を組む")), "stop")
    client = client_for(UserFactory())
    shown = [client.get(at("pilots"), query).content.decode() for query in ({"state": "stop"}, {"q": "番号"})]
    assert ["当番を組む" in page for page in shown] == [True, False]
    export = client.get(at("pilots"), {"export": "csv", "state": "stop"}).content.decode("utf-8-sig")
    assert export.count("当番を組む") == 1 and "一つの番号" not in export


def test_pilot_of_a_withdrawn_idea_is_not_found(client_for):
    idea = published_idea()
    pilot = pilot_of(idea)
    idea.withdraw(by=idea.author)
    assert client_for(UserFactory()).get(at("pilot", pilot.pk)).status_code == 404


def test_days_left_are_those_of_today(client_for):
    today = dates.today()
    pilot = pilot_of(published_idea(), starts_on=today, ends_on=today + timedelta(days=3))
    assert "あと3日" in client_for(UserFactory()).get(at("pilot", pilot.pk)).content.decode()
