"""A database that cannot search Japanese is refused."""

import os

import pytest
from django.core.management import CommandError, call_command
from django.db import ConnectionHandler, connection, connections

from dxportal import checks


@pytest.mark.django_db
def test_this_database_is_fine():
    assert checks.japanese_has_trigrams(databases=["default"]) == []


def test_no_database_is_asked_when_none_is_named():
    assert checks.japanese_has_trigrams(databases=None) == []


@pytest.fixture
def blind(transactional_db, monkeypatch):
    """A database with LC_CTYPE C, under the alias "blind"."""
    name = f"blind_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    handler = ConnectionHandler({"default": {**connections.settings["default"], "NAME": name}})
    with handler["default"].cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm")
    monkeypatch.setattr(checks, "connections", handler)
    yield
    handler["default"].close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def test_a_database_without_japanese_letters_is_named(blind):
    assert [error.id for error in checks.japanese_has_trigrams(databases=["default"])] == ["dxportal.E001"]


def test_the_check_command_says_how_to_mend_it(blind):
    with pytest.raises(CommandError, match="--lc-ctype=C.UTF-8"):
        call_command("check", databases=["default"])
