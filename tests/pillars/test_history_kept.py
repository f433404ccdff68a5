"""History cannot be bent (promises P21): what the database refuses, whoever asks."""

from datetime import timedelta

import pghistory
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone
from pghistory.models import Context

from pillars.models import Milestone
from tests.factories import IndicatorFactory, IndicatorValueFactory, InitiativeFactory, MilestoneFactory

pytestmark = pytest.mark.django_db

EVENTS = [
    model._meta.db_table
    for model in apps.get_app_config("pillars").get_models()
    if hasattr(model, "pgh_tracked_model")
]


def refused(sql) -> bool:
    """Whether the database refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


def test_every_plan_object_has_a_record():
    assert {"pillars_planevent", "pillars_milestoneevent", "pillars_progressreportevent"} <= set(EVENTS)


@pytest.mark.parametrize("table", EVENTS)
def test_a_record_refuses_to_be_changed(table):
    found = "SELECT string_agg(tgname, ' ') FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'"
    with connection.cursor() as cursor:
        cursor.execute(found, [table])
        assert "append_only" in cursor.fetchone()[0]


def test_update_and_delete_of_a_record_fail():
    milestone = MilestoneFactory(name="もとの名前")
    statements = (
        "UPDATE pillars_milestoneevent SET name = '別の名前'",
        "UPDATE pillars_milestoneevent SET pgh_created_at = now() - interval '1 year'",
        "DELETE FROM pillars_milestoneevent",
    )
    assert [refused(sql) for sql in statements] == [True, True, True]
    assert [event.name for event in milestone.events.all()] == ["もとの名前"]


def test_a_deleted_row_leaves_its_last_state():
    value = IndicatorValueFactory(indicator=IndicatorFactory(), actual_value=30)
    events = value.pgh_event_model.objects.filter(pgh_obj_id=value.pk)
    value.delete()
    assert list(events.order_by("pgh_id").values_list("pgh_label", "actual_value")) == [
        ("insert", 30),
        ("delete", 30),
    ]


def test_writing_past_the_models_is_recorded_too():
    milestone = MilestoneFactory(name="はじめ")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pillars_milestone SET name = 'SQLで' WHERE id = %s", [milestone.pk])
    Milestone.objects.filter(pk=milestone.pk).update(name="まとめて")
    names = milestone.events.order_by("pgh_id").values_list("name", flat=True)
    assert list(names) == ["はじめ", "SQLで", "まとめて"]


def test_who_changed_something_stays_who_did():
    with pghistory.context(user=7):
        initiative = InitiativeFactory()
    context = initiative.events.get().pgh_context_id
    statements = (
        f"UPDATE pghistory_context SET metadata = '{{\"user\": 8}}' WHERE id = '{context}'",
        f"DELETE FROM pghistory_context WHERE id = '{context}'",
    )
    assert [refused(sql) for sql in statements] == [True, True]
    assert Context.objects.get(pk=context).metadata == {"user": 7}


def test_a_request_may_add_to_its_own_context():
    with pghistory.context(user=7):
        initiative = InitiativeFactory()
        with pghistory.context(source="import:1"):
            MilestoneFactory(initiative=initiative)
    assert Context.objects.get().metadata == {"user": 7, "source": "import:1"}


def test_a_context_of_the_day_before_is_closed():
    Context.objects.create(id="00000000-0000-0000-0000-000000000001", metadata={})
    before = timezone.now() - timedelta(days=2)
    statement = f"UPDATE pghistory_context SET created_at = '{before.isoformat()}'"
    assert (refused(statement), refused("UPDATE pghistory_context SET metadata = '{}'")) == (False, True)
