"""Statements that a session plans once."""

import pytest
from django.db import connection

from dxportal import prepared

pytestmark = pytest.mark.django_db
SUM = "select %s::int + %s::int where '%' = '%'"


def rows(sql, parameters=()):
    with connection.cursor() as cursor:
        prepared.execute(cursor, sql, parameters)
        return cursor.fetchall()


def kept():
    with connection.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall() if "where '%' = '%'" in statement]


@pytest.mark.django_db(transaction=True)
def test_planned_once_in_each_session():
    connection.close()
    assert [rows(SUM, [1, 2]), rows(SUM, [30, 4])] == [[(3,)], [(34,)]]
    assert len(kept()) == 1
    connection.close()
    assert rows(SUM, [5, 6]) == [(11,)]
    assert len(kept()) == 1


def test_the_number_of_changed_rows_is_told():
    with connection.cursor() as cursor:
        cursor.execute("create temporary table told (number int) on commit drop")
        cursor.execute("insert into told select generate_series(1, 7)")
        prepared.execute(cursor, "update told set number = number + %s where number > %s", [10, 2])
        assert cursor.rowcount == 5


def test_without_parameters_a_percent_sign_is_itself():
    assert rows("select 'a%'") == [("a%",)]


def test_a_statement_with_a_mistake_is_not_remembered():
    from django.db import DatabaseError, transaction

    for _again in range(2):
        with pytest.raises(DatabaseError, match="no_such_table"), transaction.atomic():
            rows("select * from no_such_table where a = %s", [1])
    assert rows("select %s::text", ["次"]) == [("次",)]
