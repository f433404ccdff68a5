"""What the past of a plan costs: pages as of a day, comparisons and histories, of 53 and of 530 initiatives.

    python -m dxportal.local servers .venv/bin/python bench/history.py [--times 10] [--runs 5]

Works like bench/pages.py on the demonstration, inside a transaction that is rolled back. The copies of the larger plan
get five years of record: every row a state at the plan's beginning and, a quarter apart, states until today.
"""

import argparse
import logging
import os
import sys
from copy import copy
from datetime import timedelta
from pathlib import Path

import django
from larger_plan import multiply
from pages import measure, people, prepare

PROJECT = Path(__file__).resolve().parent.parent
QUARTER = timedelta(days=91)
MOST_QUERIES = 15


def remember_years(plan) -> int:
    """Give every row a past of a state each quarter; returns the number of states written."""
    from dxportal.demo.history import office_hour
    from pillars import models
    from pillars.record import remember

    written, quarters = 0, [office_hour(plan.starts_on) + QUARTER * n for n in range(18)]
    changed = {
        models.Initiative: lambda row, n: {"percent": min(100, 5 * n), "name": f"{row.name} {n // 6}"},
        models.Milestone: lambda row, n: {
            "due_on": row.planned_on + timedelta(days=30 * (n // 6)),
            "completed_on": None,
        },
        models.Indicator: lambda row, n: {"note": f"第{n // 6}版"},
        models.IndicatorValue: lambda row, n: {"target_value": n // 6},
    }
    for model, values in changed.items():
        scope = {"indicator__plan": plan} if model is models.IndicatorValue else {"plan": plan}
        states = []
        for row in model.objects.filter(**scope):
            for n, at in enumerate(quarters):
                old = copy(row)
                for name, value in values(row, n).items():
                    setattr(old, name, value)
                states.append((at, "update" if n else "insert", old))
        remember(model, states)
        written += len(states)
    return written


def addresses(plan) -> dict[str, str]:
    page = plan.get_absolute_url()
    pillar, objective, initiative = plan.pillars.first(), plan.objectives.first(), plan.initiatives.first()
    return {
        "plan today": page,
        "plan as of": f"{page}?as_of=2025-10-01",
        "pillar as of": f"{pillar.get_absolute_url()}?as_of=2025-10-01",
        "objective as of": f"{objective.get_absolute_url()}?as_of=2025-10-01",
        "initiative as of": f"{initiative.get_absolute_url()}?as_of=2025-10-01",
        "changes, quarter": f"{page}changes/",
        "changes, one year": f"{page}changes/?from=2025-10-01",
        "changes, all years": f"{page}changes/?from=2022-05-01",
        "history of the plan": f"{page}history/",
        "history of a pillar": f"{pillar.get_absolute_url()}history/",
        "history of an initiative": f"{initiative.get_absolute_url()}history/",
    }


def walk(plan, runs: int) -> dict:
    from django.test import Client

    client = Client()
    client.force_login(people()["secretariat"])
    return {name: measure(client, address, runs) for name, address in addresses(plan).items()}


def print_table(small: dict, large: dict) -> None:
    print(f"{'page':28}{'queries':>9}{'ms':>8}{'kB':>8}   {'queries':>9}{'ms':>8}{'kB':>8}")
    for name, (queries, spent, size, _packed) in small.items():
        asked, longer, bytes_, _gzip = large[name]
        line = f"{name:28}{queries:9}{spent:8.1f}{size / 1000:8.1f}"
        print(f"{line}   {asked:9}{longer:8.1f}{bytes_ / 1000:8.1f}")


def main() -> int:
    from django.conf import settings
    from django.db import connection, transaction

    from pillars.models import Plan

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    settings.MFA_REQUIRED_ROLES = []
    logging.disable(logging.CRITICAL)
    prepare()
    plan = Plan.objects.running().first()
    with transaction.atomic():
        small = walk(plan, chosen.runs)
        multiply(plan, chosen.times)
        states = remember_years(plan)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        large = walk(plan, chosen.runs)
        print(f"beside the demonstration: {plan.initiatives.count()} initiatives, {states} more states")
        print_table(small, large)
        transaction.set_rollback(True)
    return int(any(figures[0] > MOST_QUERIES for figures in (*small.values(), *large.values())))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
    sys.path.insert(0, str(PROJECT))
    django.setup()
    sys.exit(main())
