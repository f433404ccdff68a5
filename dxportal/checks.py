"""Asked once at `migrate` and `check --database default`: is this database one the portal can search in?"""

from django.core.checks import Error, Tags, register
from django.db import connections


@register(Tags.database)
def japanese_has_trigrams(app_configs=None, databases=None, **kwargs):
    """Under LC_CTYPE C, pg_trgm takes no Japanese letter for one: similar ideas stay empty and nothing says why."""
    errors = []
    for name in databases or []:
        with connections[name].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if cursor.fetchone() is None:
                continue  # before the first migration
            cursor.execute("SELECT cardinality(show_trgm('業務改善'))")
            if cursor.fetchone() == (0,):
                errors.append(Error(MESSAGE, hint=HINT, id="dxportal.E001"))
    return errors


MESSAGE = (
    "This database finds no trigrams in Japanese text, so the search for similar ideas would stay empty."
)
HINT = "Create it anew: createdb --encoding=UTF8 --locale=C --lc-ctype=C.UTF-8 --template=template0 NAME"
