"""What every page of the plan costs in queries, CPU and bytes: the plan as it is, and ten times as much.

    python -m dxportal.local servers .venv/bin/python bench/pages.py [--part roadmap] [--times 10] [--runs 7]

Works on the database of the environment (migrated and given the demonstration when it is empty) inside a transaction
that is rolled back. Pages are found in the address book of `pillars`, so that a new page is measured as soon as it has
an address. CPU is the time of this process alone, without PostgreSQL's, as the median of the runs.

Ends with 1 when a page of the plan as it is asks more than 15 queries or is longer than 70 kB (issue 3, "Done when 5").
"""

import argparse
import logging
import os
import sys
import time
from gzip import compress
from itertools import groupby
from pathlib import Path
from statistics import median

import django
from larger_plan import multiply

PROJECT = Path(__file__).resolve().parent.parent
QUERIES, KILOBYTES = 15, 70
ROLES = ("staff", "progress_reporter", "secretariat")
PREFIXES = ("pillars", "portal:plan")  # the plan's own address book, and the portal's pages about a plan


def people() -> dict:
    """One person for each of ROLES; the first without any duty stands for everybody else."""
    from accounts.models import Role, User

    plain = User.objects.active().filter(duties=None, deputy_duties=None, department__isnull=False)
    found = {"staff": plain.order_by("pk").first()}
    for role in (Role.PROGRESS_REPORTER, Role.SECRETARIAT):
        found[str(role)] = User.objects.with_role(role).order_by("pk").first()
    return found


# --- addresses ------------------------------------------------------------------------------------


def patterns(resolver=None, space=""):
    """(name, regular expression's parts) of every address of the project: the name with its space, and the pattern."""
    from django.urls import get_resolver

    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            inner = f"{entry.namespace}:" if entry.namespace else space
            for name, route in patterns(entry, inner):
                yield name, f"{entry.pattern}{route}"
        elif entry.name:
            yield f"{space}{entry.name}", str(entry.pattern)


def addresses(plan) -> dict[str, str]:
    """Name to address of every page about the plan; one address stands for all of its kind: the one with most on it."""
    from django.urls import NoReverseMatch, reverse

    found = {}
    for name, route in patterns():
        if not name.startswith(PREFIXES):
            continue
        wanted = {"plan": plan.code} if "<str:plan>" in route else {}
        wanted |= sample(route, plan)
        try:
            found[name] = reverse(name, kwargs=wanted)
        except NoReverseMatch:
            found[name] = ""
    return found


def sample(route: str, plan) -> dict:
    """The values for the `<…:code>` and `<int:pk>` of a route, by the word that stands before each of them."""
    values, parts = {}, route.split("/")
    for before, part in zip(parts, parts[1:], strict=False):
        if part in ("<str:code>", "<int:pk>"):
            kind = part[1:-1].partition(":")[2]
            one = fullest(before, plan)
            values[kind] = getattr(one, kind) if one else None
    return {name: value for name, value in values.items() if value is not None}


def fullest(word: str, plan):
    """The object of the plan with most below it, for the plural it stands under in addresses; None when unknown."""
    from django.db.models import Count

    from pillars import models

    initiatives = plan.initiatives.annotate(rows=Count("milestones"))
    chosen = initiatives.order_by("-rows", "pk").first()
    found = {
        "pillars": lambda: (
            plan.pillars.annotate(rows=Count("objectives__initiatives")).order_by("-rows").first()
        ),
        "objectives": lambda: plan.objectives.annotate(rows=Count("initiatives")).order_by("-rows").first(),
        "initiatives": lambda: chosen,
        "indicators": lambda: plan.indicators.order_by("pk").first(),
        "reports": lambda: chosen.reports.order_by("pk").first(),
        "import": lambda: models.PlanImport.objects.order_by("-pk").first(),
        "proposals": lambda: newest("Proposal"),
        "calls": lambda: newest("ReportingCall"),
    }
    return found[word]() if word in found else None


def newest(model: str):
    from django.apps import apps

    try:
        return apps.get_model("pillars", model).objects.order_by("-pk").first()
    except LookupError:
        return None


# --- measuring ------------------------------------------------------------------------------------


def measure(client, address: str, runs: int):
    """(queries, milliseconds, bytes, bytes compressed) of a page; None when the address is no page for the person."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    answer = client.get(address, SERVER_NAME="localhost")
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return None
    with CaptureQueriesContext(connection) as asked:
        content = client.get(address, SERVER_NAME="localhost").content
    queries, spent = len(asked.captured_queries), []
    for _run in range(runs):
        start = time.process_time()
        client.get(address, SERVER_NAME="localhost")
        spent.append(time.process_time() - start)
    return queries, median(spent) * 1000, len(content), len(compress(content, 6))


def walk(pages: dict[str, str], part: str, runs: int) -> dict:
    """{(page, role): figures} of every page that the role may open."""
    from django.test import Client

    found = {}
    clients = {role: Client(raise_request_exception=True) for role in ROLES}
    for role, person in people().items():
        clients[role].force_login(person)
    for name, address in pages.items():
        if part not in name or not address:
            continue
        for role in ROLES:
            if figures := measure(clients[role], address, runs):
                found[name, role] = figures
    return found


def print_table(small: dict, large: dict) -> None:
    head = (
        f"{'page':34}{'who':20}{'queries':>9}{'ms':>7}{'kB':>7}{'gzip':>7}   {'queries':>8}{'ms':>7}{'kB':>7}"
    )
    print(f"{head}{'gzip':>7}{'ms ×':>7}{'kB ×':>6}")
    for _name, rows in groupby(small.items(), key=lambda row: row[0][0]):
        for key, (queries, spent, size, packed) in rows:
            line = f"{key[0]:34}{key[1]:20}{queries:9}{spent:7.1f}{size / 1000:7.1f}{packed / 1000:7.1f}   "
            if key in large:
                asked, longer, bytes_, gzip = large[key]
                line += f"{asked:8}{longer:7.1f}{bytes_ / 1000:7.1f}{gzip / 1000:7.1f}"
                line += f"{longer / spent:7.1f}{bytes_ / size:6.1f}"
            print(line)


def faults(figures: dict) -> list[str]:
    """The pages over a budget, in words."""
    found = []
    for (name, role), (queries, _spent, size, _packed) in figures.items():
        if queries > QUERIES:
            found.append(f"{name} ({role}): {queries} queries")
        if size > KILOBYTES * 1000:
            found.append(f"{name} ({role}): {size / 1000:.1f} kB")
    return found


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", default="", help="only pages with this in their name")
    parser.add_argument(
        "--times", type=int, default=10, help="how many times the plan, 1 measures it as it is"
    )
    parser.add_argument("--runs", type=int, default=7)
    return parser.parse_args()


def prepare() -> None:
    """Tables and the demonstration, where the database has none."""
    from django.core.management import call_command
    from django.db import connection

    if "pillars_plan" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    from pillars.models import Plan

    if not Plan.objects.running().exists():
        call_command("load_demo", verbosity=0)


def main() -> int:
    from django.conf import settings
    from django.db import connection, transaction

    from pillars.models import Plan

    chosen = options()
    settings.DEBUG = False
    logging.disable(logging.CRITICAL)  # refusals of a role are expected here
    settings.MFA_REQUIRED_ROLES = []
    prepare()
    plan = Plan.objects.running().first()
    with transaction.atomic():
        number = plan.initiatives.count()
        pages = addresses(plan)
        unknown = [name for name, address in pages.items() if not address]
        small = walk(pages, chosen.part, chosen.runs)
        large = {}
        if chosen.times > 1:
            multiply(plan, chosen.times)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            large = walk(pages, chosen.part, chosen.runs)
        print(f"no sample to open with: {', '.join(unknown) or 'none'}")
        print(f"{number} initiatives, beside them {plan.initiatives.count()}")
        print_table(small, large)
        transaction.set_rollback(True)
    over = faults(small)
    print("\n".join(["", "over the budget:", *over] if over else ["", "every page within its budget"]))
    return 1 if over else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
    sys.path.insert(0, str(PROJECT))
    django.setup()
    sys.exit(main())
