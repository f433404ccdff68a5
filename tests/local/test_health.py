"""/healthz and /readyz."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from dxportal import health
from newsletter.models import Heartbeat


@pytest.fixture
def tick(db):
    return Heartbeat.objects.update_or_create(name="tick", defaults={"at": timezone.now()})[0]


def test_healthz_asks_nothing_of_the_database(client):
    response = client.get("/healthz")  # without the db fixture a query would raise

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_asking_is_all_one_can_do(client, path):
    assert client.post(path).status_code == 405


def test_ready_when_all_is_well(client, tick):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {"database": "ok", "migrations": "ok", "tick": "ok"},
    )


@pytest.mark.django_db
def test_not_ready_before_the_first_tick(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()["tick"]) == (503, "late")


def test_not_ready_three_minutes_after_the_last_tick(client, tick):
    Heartbeat.objects.filter(pk=tick.pk).update(at=timezone.now() - timedelta(minutes=3, seconds=1))

    response = client.get("/readyz")

    assert (response.status_code, response.json()["tick"]) == (503, "late")


@pytest.mark.django_db
def test_not_ready_with_a_migration_missing(client, monkeypatch):
    monkeypatch.setattr(health, "known_to_be_applied", set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'newsletter'")

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {"database": "ok", "migrations": "missing", "tick": "unknown"},
    )


def test_not_ready_without_a_database(client, db, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("could not connect to server at 10.0.0.7")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        response = client.get("/readyz")

    assert (response.status_code, b"10.0.0.7" in response.content) == (503, False)
    assert response.json() == {"database": "away", "migrations": "unknown", "tick": "unknown"}
