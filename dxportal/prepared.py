"""Statements that a database session parses and plans once (PREPARE), for loops that run the same one for every mail.

Planning a claim took longer than running it, and psycopg2 sends every statement as new.
"""

import re
from itertools import count
from weakref import WeakKeyDictionary

from django.db import connection

PARAMETER = re.compile("%s")

_names: WeakKeyDictionary = WeakKeyDictionary()  # driver's session → {SQL: name of the prepared statement}


def execute(cursor, sql: str, parameters=()) -> None:
    """Run `sql` with its `%s` filled, as `cursor.execute` does; rows and rowcount are the cursor's.

    Name the columns that come back (no `*`): a column that a deploy adds would make the session's plan fail.
    """
    known = _names.setdefault(connection.connection, {})
    if sql not in known:
        name, places = f"statement_{len(known) + 1}", count(1)
        cursor.execute(f"prepare {name} as {PARAMETER.sub(lambda _place: f'${next(places)}', sql)}")
        known[sql] = name
    places = f"({', '.join(['%s'] * len(parameters))})" if parameters else ""
    cursor.execute(f"execute {known[sql]} {places}", parameters or None)
