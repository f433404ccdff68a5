"""One migrated database for the whole run: the first process that needs it makes it, the others copy it; and a quick
way to empty it after tests that commit.

It stays on the server, under a name that follows from the migrations, so that the next run copies it too.
"""

import hashlib
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

PREFIX = "migrated_"
LOCK = 20260401  # any number, the same for every process
IS_THERE = "select 1 from pg_database where datname = %s"


def migrated(connection) -> str:
    """The name of a database with every migration applied, made now if the server has none."""
    name = f"{PREFIX}{fingerprint()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("set lock_timeout = 0; set statement_timeout = 0")
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])  # held until this connection is closed
        cursor.execute(IS_THERE, [name])
        if cursor.fetchone() is None:
            forget_older(cursor)
            make(connection, f"{name}_new")
            cursor.execute(f"alter database {name}_new rename to {name}")
    return name


def fingerprint() -> str:
    """Another one as soon as any migration of any app is another."""
    told = hashlib.sha256()
    for app, migration in sorted(MigrationLoader(None).disk_migrations):
        told.update(f"{app}.{migration}".encode())
        module = Path(apps.get_app_config(app).path) / "migrations" / f"{migration}.py"
        told.update(module.read_bytes())
    return told.hexdigest()[:16]


def forget_older(cursor) -> None:
    cursor.execute("select datname from pg_database where starts_with(datname, %s)", [PREFIX])
    for (older,) in cursor.fetchall():
        cursor.execute(f'drop database if exists "{older}" with (force)')


def make(connection, name: str) -> None:
    """A new database of this name, migrated; the connection leads to where it led before."""
    settings = connection.settings_dict
    name_before, test_name_before = settings["NAME"], settings["TEST"]["NAME"]
    settings["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    settings["NAME"], settings["TEST"]["NAME"] = name_before, test_name_before


# What follows from the models, not from a test.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty(connection) -> None:
    """Delete what a test has committed. Django's flush truncates all 130 tables, which makes new files for each of
    them and of their indexes, and then looks for missing permissions: longer than most tests that commit."""
    tables = [name for name in table_names(connection) if name not in KEPT]
    questions = ", ".join(f'exists (select 1 from "{name}")' for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"select {questions}")  # noqa: S608 - names of our own tables
        filled = [name for name, has_rows in zip(tables, cursor.fetchone(), strict=True) if has_rows]
        deletes = "".join(f'delete from "{name}"; ' for name in filled)  # noqa: S608 - as above
        # No trigger and no foreign key looks on while the role is that of a replica.
        cursor.execute(
            f"set session_replication_role = replica; {deletes} set session_replication_role = default"
        )


def table_names(connection) -> list[str]:
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
