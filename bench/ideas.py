"""What searching and "is there one like this?" take at 50,000 ideas, and what the lists cost with ten times as much.

    python -m dxportal.local servers .venv/bin/python bench/ideas.py [--ideas 50000] [--runs 100]

Works on the database of the environment (migrated and given the demonstration when it is empty) inside a transaction
that is rolled back. Latencies are of the whole question: QuerySet, PostgreSQL, rows. `ms` is the time on the clock;
`CPU ms` is what this process and its PostgreSQL process computed, which is what the clock shows on an idle machine.

Ends with 1 when a latency is over 100 ms CPU at the 95th percentile, or a page asks more than 15 queries or more
queries with ten times the rows (issue 4, "Done when 4").
"""

import argparse
import logging
import os
import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

import django
from idea_corpus import ideas
from idea_words import THINGS, TROUBLES, WISHES
from pages import measure, people, prepare

PROJECT = Path(__file__).resolve().parent.parent
MOST_MS, MOST_QUERIES = 100, 15
TREE = 222  # departments that use one practice
LONG = "{}{}。{}{}。{}とよい。{}も同じように直したい。"


# --- latency --------------------------------------------------------------------------------------


def computed(backend: int) -> float:
    """CPU seconds of this process and of its PostgreSQL process so far."""
    return time.process_time() + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9


def latency(ask, words: list[str], runs: int, backend: int) -> dict:
    """p50 and p95 of so many questions, after one to warm up."""
    clock, cpu, hits = [], [], 0
    ask(words[0])
    for word in islice(cycle(words), runs):
        start, before = time.perf_counter(), computed(backend)
        hits += len(ask(word))
        clock.append((time.perf_counter() - start) * 1000)
        cpu.append((computed(backend) - before) * 1000)
    return {
        "p50": median(clock),
        "p95": quantiles(clock, n=20)[-1],
        "cpu50": median(cpu),
        "cpu95": quantiles(cpu, n=20)[-1],
        "hits": hits / runs,
    }


def long_texts() -> list[str]:
    rows = zip(THINGS, TROUBLES, reversed(THINGS), TROUBLES[5:], WISHES, THINGS[9:], strict=False)
    return [LONG.format(*(row[0] for row in found)) for found in rows]


def questions() -> list[tuple]:
    """(what is asked, words to ask in turn)."""
    return [
        ("search: two letters", ["領事", "査証", "公電", "予約", "電池", "席次", "名簿", "する"]),
        ("search: three and more", ["電話当番", "旅券の受取り", "会計班", "ウェブ会議", "領収書"]),
        ("search: an English word", ["visa", "receipts", "protocol", "ai", "leases"]),
        ("search: two words", ["査証 統計", "公邸 領収", "visa consulate"]),
        ("search: no hit", ["鯨肉", "zz", "量子計算機", "submarine"]),
        ("similar: Japanese title", [f"{row[0]}を自動で組む" for row in THINGS]),
        ("similar: English title", [f"A better way to handle {row[1]}" for row in THINGS]),
        ("similar: a long text", long_texts()),
        ("similar: common words", ["会議 資料 共有", "自動", "the form", "月 一覧 確認", "公館の様式"]),
    ]


def ask_all(runs: int) -> list[tuple]:
    from django.db import connection

    from dxportal.views import SEARCH_LIMIT
    from taskforce.models import Idea

    user = people()["staff"]
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backend = cursor.fetchone()[0]
    visible = Idea.objects.visible_to(user)
    asks = {
        "search": lambda q: list(visible.search(q)[:SEARCH_LIMIT]),
        "similar": lambda q: list(visible.listed().similar(q).with_supports(user)[:4]),
    }
    return [
        (name, latency(asks[name.partition(":")[0]], words, runs, backend)) for name, words in questions()
    ]


def print_latencies(rows: list[tuple]) -> None:
    print(f"{'question':28}{'p50 ms':>9}{'p95 ms':>9}{'CPU p50':>10}{'CPU p95':>10}{'rows':>7}")
    for name, told in rows:
        line = f"{name:28}{told['p50']:9.1f}{told['p95']:9.1f}{told['cpu50']:10.1f}{told['cpu95']:10.1f}"
        print(f"{line}{told['hits']:7.1f}")


# --- pages ----------------------------------------------------------------------------------------


def spread(practices: int) -> None:
    """So many practices, each with TREE departments that learnt it from one another within two years."""
    from accounts.models import Department
    from taskforce.models import GoodPractice, Replication

    lot, places = random.Random(practices), list(Department.objects.active().order_by("pk"))  # noqa: S311
    by, pillars = people()["secretariat"], list({i.pillar for i in GoodPractice.objects.all() if i.pillar})
    for number in range(practices):
        origin, *learners = lot.sample(places, TREE + 1)
        practice = GoodPractice(
            title=f"{lot.choice(THINGS)[0]}を{lot.choice(WISHES)[0]} {number}",
            title_en=f"{lot.choice(WISHES)[1]} for {lot.choice(THINGS)[1]}"[:100],
            summary=f"{lot.choice(TROUBLES)[0]}のを改めた。",
            steps="写す。\n埋める。",
            department=origin,
            contact=by,
            proposed_by=by,
            pillar=lot.choice(pillars),
            state="published",
            started_on=date(2024, 11, 1),
            confirmed_on=date(2026, 11, 1),
            hours_saved=Decimal(40),
        )
        practice.published_at = practice.moved_at
        practice.save()
        users, rows = [origin], []
        for learner in learners:
            since = date(2024, 11, 1) + timedelta(days=3 * len(users))
            rows.append(
                Replication(
                    practice=practice,
                    department=learner,
                    status="in_use",
                    learnt_from=lot.choice(users[-40:]),
                    started_on=since,
                    hours_saved=Decimal(lot.randrange(5, 90)),
                    by=by,
                )
            )
            users.append(learner)
        Replication.objects.bulk_create(rows)


def pages() -> dict[str, str]:
    from django.urls import reverse

    from taskforce.models import GoodPractice, Idea, Replication

    tree = GoodPractice.objects.published().order_by("-pk").first()
    place = Replication.objects.order_by("-pk").first().department
    idea = Idea.objects.listed().order_by("-number").first()
    found = {
        "ideas": reverse("taskforce:ideas"),
        "ideas?q=公電": reverse("taskforce:ideas") + "?q=公電&sort=supports",
        "ideas, page 9": reverse("taskforce:ideas") + "?page=9",
        "idea": idea.get_absolute_url(),
        "idea, similar": reverse("taskforce:idea_similar") + "?q=公館の電話当番表を自動で組む",
        "triage": reverse("taskforce:triage"),
        "practices": reverse("taskforce:practices"),
        "practice (tree)": tree.get_absolute_url(),
        "map of practices": reverse("taskforce:practice_map"),
        "department": reverse("taskforce:practice_department", args=[place.code]),
        "pilots": reverse("taskforce:pilots"),
        "search?q=公電": reverse("portal:search") + "?q=公電",
        "home": "/",
    }
    return found


def walk(runs: int) -> dict:
    from django.test import Client

    client = Client()
    client.force_login(people()["secretariat"])
    return {name: measure(client, address, runs) for name, address in pages().items()}


def print_pages(small: dict, large: dict) -> None:
    print(f"{'page':22}{'queries':>8}{'CPU ms':>8}{'kB':>7}   {'queries':>8}{'CPU ms':>8}{'kB':>7}")
    for name, (queries, spent, size, _gzip) in small.items():
        asked, longer, bytes_, _packed = large[name]
        line = f"{name:22}{queries:8}{spent:8.1f}{size / 1000:7.1f}"
        print(f"{line}   {asked:8}{longer:8.1f}{bytes_ / 1000:7.1f}")


# --- the whole ------------------------------------------------------------------------------------


def add_ideas(batches, number: int) -> None:
    """Batches until there are so many ideas."""
    from django.db import connection

    from taskforce.models import Idea

    while Idea.objects.count() < number and (batch := next(batches, None)):
        Idea.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def faults(latencies: list[tuple], small: dict, large: dict) -> list[str]:
    found = [f"{name}: {told['cpu95']:.0f} ms" for name, told in latencies if told["cpu95"] > MOST_MS]
    for name, figures in large.items():
        most = 20 if name == "home" else MOST_QUERIES
        if figures[0] > most or figures[0] > small[name][0]:
            found.append(f"{name}: {small[name][0]} queries, {figures[0]} with ten times the rows")
    return found


def main() -> int:
    from django.conf import settings
    from django.db import connection, transaction

    from accounts.models import User
    from pillars.models import Plan
    from taskforce.models import Idea, Replication

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ideas", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=100, help="questions of each kind")
    chosen = parser.parse_args()
    settings.MFA_REQUIRED_ROLES, settings.DEBUG = [], False
    logging.disable(logging.CRITICAL)
    prepare()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")
        authors = list(User.objects.active().filter(department__isnull=False))
        batches = ideas(chosen.ideas, authors, list(Plan.objects.running().first().pillars.all()))
        rows = []
        for number, practices in ((500, 9), (5_000, 81)):
            add_ideas(batches, number)
            spread(practices)
            rows.append(f"{Idea.objects.count()} ideas and {Replication.objects.count()} replications")
            rows.append(walk(5))
        print(f"{rows[0]}, beside them {rows[2]}")
        print_pages(rows[1], rows[3])
        add_ideas(batches, chosen.ideas)
        latencies = ask_all(chosen.runs)
        print(f"\n{Idea.objects.count()} ideas")
        print_latencies(latencies)
        transaction.set_rollback(True)
    over = faults(latencies, rows[1], rows[3])
    print("\n".join(["", "over the budget:", *over] if over else ["", "everything within its budget"]))
    return int(bool(over))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
    sys.path.insert(0, str(PROJECT))
    django.setup()
    sys.exit(main())
