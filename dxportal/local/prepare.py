"""From "the database answers" to "the portal can serve"; dxportal.local.web calls it before it opens the port.

Compiles the message catalogues, migrates, loads the demonstration into an empty portal.
"""

import sys

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import transaction

from dxportal.health import migrations_applied


def prepare() -> dict:
    """Bring database and catalogues up to this code. Returns `accounts` and `password` of the demonstration."""
    if "messages" in get_commands():
        call_command("messages", "--compile", verbosity=0, stdout=sys.stderr)
    if not migrations_applied():
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    if not settings.DEMO:
        return {"accounts": [], "password": ""}
    from accounts.models import User

    if not User.objects.exists() and "load_demo" in get_commands():
        # All or nothing: a half-loaded demonstration would look like a whole one at the next start.
        with transaction.atomic():
            call_command("load_demo", verbosity=0, stdout=sys.stderr)
    return {"accounts": accounts(), "password": settings.DEMO_PASSWORD}


def accounts() -> list[list[str]]:
    """One account for every role that somebody holds today, and one of a person without any."""
    from accounts.models import Duty, Role, User
    from dxportal.dates import today

    rows = []
    for role in Role:
        duty = (
            Duty.objects.on(today())
            .of_role(role)
            .filter(user__is_active=True)
            .select_related("user__department")
            .order_by("user__staff_number")
            .first()
        )
        if duty:
            rows.append([role.value, *description(duty.user)])
    plain = (
        User.objects.filter(is_active=True, duties=None)
        .select_related("department")
        .order_by("staff_number")
        .first()
    )
    return rows + ([["staff", *description(plain)]] if plain else [])


def description(user) -> list[str]:
    return [user.name, user.department.name if user.department else "", user.email]
