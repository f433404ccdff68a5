"""Nobody can tell who said what about burden and effect (P9, docs/adr/ "Answers … belong to nobody")."""

from datetime import timedelta

import pghistory.models
import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction

from accounts.models import Activity, Role, User
from dxportal import attention, dates
from newsletter import reminders
from pillars import pulses
from pillars.models import PulseAnswer, PulseAudience, PulseInvitation, PulseRound, PulseTurnout
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    InitiativeFactory,
    PillarFactory,
    UserFactory,
    answered,
    pulse_round,
    said,
)

pytestmark = pytest.mark.django_db
TODAY = dates.today()
SIX = [(2, 4), (3, 4), (2, 5), (4, 3), (1, 4), (2, 4)]


@pytest.fixture
def department():
    return DepartmentFactory(name="領事課")


@pytest.fixture
def initiative():
    return InitiativeFactory(name="電子決裁")


@pytest.fixture
def round_(initiative, department):
    return pulse_round(initiative, department)


@pytest.fixture
def secretariat():
    return UserFactory(roles=[Role.SECRETARIAT])


# --- who is asked ----------------------------------------------------------------------------------


def asked(user):
    return list(PulseInvitation.objects.asking(user, TODAY).values_list("initiative__name", flat=True))


def test_the_staff_of_related_departments_and_below_are_asked(round_, department):
    section = DepartmentFactory(parent=department)
    people = [UserFactory(department=place) for place in (department, section, DepartmentFactory())]
    assert [asked(user) for user in people] == [["電子決裁"], ["電子決裁"], []]


def test_who_has_left_is_not_asked(round_, department):
    assert asked(UserFactory(department=department, is_active=False)) == []


def test_the_reporter_chooses_whom_to_ask(initiative, department):
    post = DepartmentFactory(kind="embassy", country_code="FR")
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=initiative.lead_department).user
    PulseAudience(initiative=initiative).choose([department], True, by=reporter)
    pulse_round(initiative, DepartmentFactory())  # a related department that was not chosen
    assert set(PulseInvitation.objects.values_list("department", flat=True)) == {department.pk, post.pk}
    assert Activity.objects.get(verb="initiative.audience").changes == {
        "聞く部署": ["", "領事課、すべての在外公館"]
    }


def test_a_restricted_initiative_is_asked_of_nobody_who_may_not_see_it(department):
    initiative = InitiativeFactory(objective__pillar=PillarFactory(is_restricted=True))
    pulse_round(initiative, department)
    assert asked(UserFactory(department=department)) == []


def test_a_quarter_is_asked_about_once(round_, initiative):
    with pytest.raises(ValidationError, match="この四半期はもう聞いています"):
        pulse_round(initiative, DepartmentFactory())


# --- answering -------------------------------------------------------------------------------------


def take(round_, initiative, user, **words):
    round_.take({initiative: said(**words)}, by=user, today=TODAY)


def test_an_answer_can_be_changed_and_counts_once(round_, initiative, department):
    user = UserFactory(department=department)
    take(round_, initiative, user, burden=5)
    take(round_, initiative, user, burden=2)
    assert list(PulseAnswer.objects.values_list("burden", "effect")) == [(2, 4)]
    assert PulseTurnout.objects.get().people == 1
    assert round_.own_answers(user, [initiative])[initiative.pk].burden == 2


def test_other_departments_cannot_answer(round_, initiative):
    with pytest.raises(PermissionDenied):
        take(round_, initiative, UserFactory())


def test_nobody_answers_after_the_last_day(round_, initiative, department):
    with pytest.raises(ValidationError, match="聞き取りは終わりました"):
        round_.take(
            {initiative: said()}, by=UserFactory(department=department), today=round_.closes_on + dates.DAY
        )


@pytest.mark.parametrize("burden", [0, 6])
def test_the_database_refuses_other_scores(round_, initiative, burden):
    with pytest.raises(IntegrityError), transaction.atomic():
        PulseAnswer.objects.create(round=round_, initiative=initiative, burden=burden, effect=3)


def test_a_round_is_one_task_until_it_is_answered(round_, initiative, department):
    user = UserFactory(department=department)
    second = InitiativeFactory(objective=initiative.objective)
    PulseInvitation.objects.create(round=round_, initiative=second, department=department)
    tasks = [(item.kind, item.about) for item in attention.needing(user, TODAY)]
    assert tasks == [("pulse", "令和8年度 第2四半期、2施策")]
    round_.take({initiative: blank(), second: blank()}, by=user, today=TODAY)
    assert attention.needing(user, TODAY) == []


def blank():
    return said(burden=None, effect=None)


def test_only_one_day_brings_a_reminder(round_, department):
    user = UserFactory(department=department)
    days = [round_.closes_on - timedelta(days=n) for n in range(14)]
    assert sum(bool(reminders.due_items(user, day)) for day in days if day.weekday() < 5) == 1
    assert user.pk in PulseRound.objects.closing_soon(days[2]).people_asked().values_list("pk", flat=True)


# --- nobody can tell -------------------------------------------------------------------------------


def test_an_answer_knows_no_person_no_department_and_no_time():
    fields = PulseAnswer._meta.get_fields()
    related = {field.related_model for field in fields if field.is_relation}
    timed = [field.name for field in fields if isinstance(field, models.DateField | models.TimeField)]
    assert ({model.__name__ for model in related}, timed) == ({"PulseRound", "Initiative"}, [])
    assert (PulseAnswer._meta.pk.get_internal_type(), hasattr(PulseAnswer, "pgh_event_models")) == (
        "UUIDField",
        False,
    )


def test_administrators_find_no_answers():
    models_of_admin = {model.__name__ for model in admin.site._registry}
    assert not models_of_admin & {"PulseAnswer", "PulseTurnout", "PulseInvitation"}


def test_answering_through_the_page_leaves_no_trace_of_the_person(round_, initiative, department, client_for):
    user = UserFactory(department=department)
    data = {f"i{initiative.pk}-burden": "2", f"i{initiative.pk}-effect": "5"}
    answer = client_for(user).post(f"/plans/{initiative.plan.code}/pulse/", data)
    assert answer.status_code == 302
    assert PulseAnswer.objects.get().effect == 5
    assert Activity.objects.filter(actor_id=user.pk).count() == 0
    assert pghistory.models.Context.objects.filter(metadata__user=user.pk).count() == 0


@pytest.fixture
def sealed(round_, initiative, department):
    """A round of six answers after its end, with the people who gave them."""
    round_.people = answered(round_, initiative, department, SIX)
    round_.before = set(PulseAnswer.objects.values_list("pk", flat=True))
    round_.seal(by=None)
    return round_


def test_sealing_forgets_the_key_and_renumbers_every_answer(sealed, initiative):
    answers = list(PulseAnswer.objects.all())
    assert {answer.key for answer in answers} == {None}
    assert not {answer.pk for answer in answers} & sealed.before
    assert sorted((a.burden, a.effect) for a in answers) == sorted(SIX)
    sealed.refresh_from_db()
    assert (sealed.salt, sealed.own_answers(sealed.people[0], [initiative])) == ("", {})


def test_the_keys_of_all_staff_find_nothing_after_sealing(sealed, initiative):
    keys = [sealed.key(user, initiative) for user in User.objects.all()]
    assert PulseAnswer.objects.filter(key__in=keys).count() == 0


def test_rows_written_in_one_transaction_have_no_order_of_arrival(sealed):
    rows = PulseAnswer.objects.extra(select={"born": "xmin::text"}).values_list("born", flat=True)  # noqa: S610
    assert len(set(rows)) == 1


def test_a_small_group_keeps_its_number_and_nothing_it_said(round_, initiative, department):
    answered(round_, initiative, department, SIX[:4], hours_taken=3, hours_given=1, words="画面が遅い")
    round_.seal(by=None)
    kept = PulseAnswer.objects.values_list("burden", "effect", "hours_taken", "hours_given", "words", "place")
    assert list(kept) == [(None, None, None, None, "", "")] * 4


def test_blank_answers_go_with_the_sealing(round_, initiative, department):
    round_.take({initiative: blank()}, by=UserFactory(department=department), today=TODAY)
    round_.seal(by=None)
    assert PulseAnswer.objects.count() == 0


@pytest.mark.parametrize(("posts", "places"), [(5, {"hq", "post"}), (1, {""})])
def test_places_stay_apart_only_when_both_are_large_enough(round_, initiative, department, posts, places):
    post = DepartmentFactory(kind="embassy")
    PulseInvitation.objects.create(round=round_, initiative=initiative, department=post)
    answered(round_, initiative, department, SIX)
    answered(round_, initiative, post, SIX[:posts])
    round_.seal(by=None)
    assert set(PulseAnswer.objects.values_list("place", flat=True)) == places


def test_sealing_twice_changes_nothing(sealed):
    numbers = set(PulseAnswer.objects.values_list("pk", flat=True))
    pulses.seal_over(TODAY + timedelta(days=60))
    assert set(PulseAnswer.objects.values_list("pk", flat=True)) == numbers


def test_only_the_secretariat_opens_and_seals(round_, department):
    with pytest.raises(PermissionDenied):
        round_.seal(by=UserFactory(department=department))


# --- by the timetable ------------------------------------------------------------------------------


def test_the_timetable_asks_about_a_quarter_that_ended_and_closes_it(initiative, department):
    initiative.related_departments.add(department)
    october, later = dates.date(2026, 10, 5), dates.date(2026, 10, 20)
    assert [pulses.open_due(day) for day in (october, october, later)] == [1, 0, 0]
    round_ = PulseRound.objects.get()
    assert (round_.code, round_.closes_on) == ("2026Q2", dates.date(2026, 10, 19))
    assert [pulses.seal_over(day) for day in (dates.date(2026, 10, 19), later, later)] == [0, 1, 0]


def test_a_portal_that_starts_in_the_middle_of_a_quarter_waits(initiative, department):
    initiative.related_departments.add(department)
    assert pulses.open_due(dates.date(2026, 11, 25)) == 0
