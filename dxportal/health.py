"""Is the process alive, is the portal well? For load balancers and monitors; tells neither versions nor hosts."""

from datetime import timedelta

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

known_to_be_applied: set[bool] = set()
LATE = timedelta(minutes=3)  # promises.md P9: a stopped beat or worker is seen within three minutes


@require_safe
@never_cache
@login_not_required
def healthz(request):
    """The process serves; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def readyz(request):
    """200 when the database answers, all migrations are applied and the tick is fresh; otherwise 503 and why."""
    words = state()
    return JsonResponse(words, status=200 if set(words.values()) == {"ok"} else 503)


def state() -> dict[str, str]:
    """One word for each of database, migrations and tick: ok, away, missing, late, unknown."""
    try:
        migrations = "ok" if migrations_applied() else "missing"
        tick = tick_state() if migrations == "ok" else "unknown"
    except DatabaseError:
        return {"database": "away", "migrations": "unknown", "tick": "unknown"}
    return {"database": "ok", "migrations": migrations, "tick": tick}


def migrations_applied() -> bool:
    """Whether all migrations of this code are in the database. A yes is remembered as long as the process lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not known_to_be_applied:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        known_to_be_applied.add(True)
    return True


def tick_state() -> str:
    """ok, or late when the last tick is more than three minutes old by the database's clock (or there was none)."""
    heartbeats = apps.get_model("newsletter", "Heartbeat").objects
    return "ok" if heartbeats.filter(name="tick", at__gt=Now() - LATE).exists() else "late"
