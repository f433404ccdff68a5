"""Every URL of the portal, asked by every role, against the tables in tests/<app>/sweep.py (permissions.md, AZ1)."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Duty, User
from tests.sweep import ROLES, Row
from tests.world import World

TABLES = ("accounts", "dxportal", "pillars", "taskforce", "newsletter")
# Written by signing in, counting the stay, or messages; nobody's content.
ALLOWED_WRITES = ("django_session", "usersessions_usersession")
REFUSED = {401, 403, 404, 405}


def url_names(resolver=None, spaces=()) -> set[str]:
    """The names of all URLs, with their namespaces; a URL without a name is given by its route."""
    names = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            names.add(":".join((*spaces, entry.name or str(entry.pattern))))
        else:
            names |= url_names(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
    return names


def table() -> dict[str, Row]:
    rows = {}
    for app in TABLES:
        if find_spec(f"tests.{app}.sweep"):
            rows |= import_module(f"tests.{app}.sweep").SWEEP
    return rows


NAMES = sorted(name for name in url_names() if not name.startswith("admin:"))


def test_every_url_is_in_the_table():
    assert [name for name in NAMES if name not in table()] == []
    assert [name for name in table() if name not in NAMES] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if name in table()])
def test_url_opens_for_whom_the_table_says(name):
    row, world = table()[name], World()
    address = address_of(name, row, world)
    found = [deviation for role in ROLES for deviation in deviations(row, address, role, world)]
    assert found == []


def address_of(name: str, row: Row, world: World) -> str:
    kwargs = row.kwargs(world)
    args, kwargs = (kwargs, {}) if isinstance(kwargs, list | tuple) else ([], kwargs)
    return reverse(name, args=args, kwargs=kwargs) + row.query


def deviations(row: Row, address: str, role: str, world: World) -> list[str]:
    """What is not as the row says for one role, as lines to read."""
    found = []
    client = world.client(role)
    for method in ("get", "post"):
        status, location, writes = asked(client, method, address, row.data(world))
        allowed = getattr(row, method)
        if method == "get" and writes:
            found.append(f"{role} GET writes: {writes}")
        if fault := wrong(row, role, method, allowed, status, location):
            found.append(f"{role} {method.upper()} {address}: {status} {location} ({fault})")
        elif method == "post" and (allowed is None or role not in allowed) and writes:
            found.append(f"{role} POST writes although refused: {writes}")
    return found


def asked(client, method: str, address: str, data: dict) -> tuple[int, str, list[str]]:
    """Status, where it leads, and the statements that wrote; everything it did is undone."""
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = client.post(address, data) if method == "post" else client.get(address)
        transaction.set_rollback(True)
    return response.status_code, response.headers.get("Location", ""), writes_in(queries)


def writes_in(queries) -> list[str]:
    statements = [
        query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    return [sql[:80] for sql in statements if not any(f'"{name}"' in sql[:60] for name in ALLOWED_WRITES)]


def wrong(row: Row, role: str, method: str, allowed: str | None, status: int, location: str) -> str:
    """Why this answer is not what the row says, or ""."""
    to_login = status == 302 and location.startswith("/login/?next=")
    if method == "get" and row.expected and role in row.expected:
        return "" if status == row.expected[role] else f"should be {row.expected[role]}"
    if status >= 500:
        return "breaks"
    if allowed is None:
        return ""  # the method means nothing here: only that nothing is written is asked
    if role in allowed.split():
        return "should be let in" if status in REFUSED or to_login else ""
    if role == "A":
        return "" if to_login or status in (404, 405) else "should be sent to sign in"
    should = 404 if role in row.hidden.split() else 403
    return "" if status == should else f"should be {should}"


PROTECTED = """
    id pk user user_id by role roles duties is_superuser is_staff is_active is_admin groups user_permissions password
    email staff_number department department_id employment_kind author author_id owner created_by approved_by
    approved_at submitted_by submitted_at published_at last_login search_text from_list path
"""


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if name in table() and table()[name].post])
def test_extra_fields_give_nobody_rights(name):
    """Thirty fields that no form offers, beside what the form wants (AZ9)."""
    row, world = table()[name], World()
    role = row.post.split()[-1] if row.post.split()[-1] != "A" else "S"
    address = address_of(name, row, world)
    before = rights()
    answer = world.client(role).post(address, dict.fromkeys(PROTECTED.split(), "1") | row.data(world))
    assert answer.status_code < 500
    assert rights() == before


def rights() -> list:
    """Who everybody is and what everybody may do."""
    people = User.objects.order_by("pk").values_list(
        "pk",
        "email",
        "staff_number",
        "department",
        "employment_kind",
        "is_active",
        "is_superuser",
        "password",
    )
    return [*people, *Duty.objects.order_by("pk").values_list()]


@pytest.mark.django_db
def test_django_admin_is_for_administrators():
    """Whoever is not an administrator is refused; an administrator never reaches content (AZ20)."""
    world, found = World(), []
    clients = {role: world.client(role) for role in ROLES}
    for name in sorted(name for name in url_names() if name.startswith("admin:")):
        for role, client in clients.items():
            status, location, _writes = asked(client, "get", admin_address(name), {})
            if not admin_answer_is_right(name, role, status, location):
                found.append(f"{role} {name}: {status} {location}")
    assert found == []


def admin_answer_is_right(name: str, role: str, status: int, location: str) -> bool:
    app = name.split(":")[1].split("_")[0]
    to_login = location.startswith(("/login/", "/admin/login/"))
    if role == "A":
        return to_login
    if role == "M":
        content = app in ("pillars", "taskforce", "newsletter") and "_route_" not in name
        return status in (302, 403, 404) if content else status < 500
    return status in (403, 405) or to_login or (name == "admin:logout" and location == "/admin/")


def admin_address(name: str) -> str:
    """The address of an admin URL, with 1 for every number and name it wants."""
    for args in ((), ("1",), ("1", "1")):
        try:
            return reverse(name, args=args)
        except Exception as error:  # noqa: BLE001 - the next number of arguments may fit
            last = error
    if name.endswith(":app_list"):
        return reverse(name, kwargs={"app_label": "accounts"})
    if "<path:object_id>/" in name:
        return "/admin/" + name.split(":")[1].replace("<path:object_id>", "1")
    if name == "admin:(?P<url>.*)$":
        return "/admin/nothing-here/"
    raise last
