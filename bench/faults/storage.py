"""F6 to F9, F20 to F23, F29: what can happen to Redis, PostgreSQL, disks and clocks."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg2
import redis
from demonstration import wait_for
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from outbox import PROJECT
from stage import Fault, forget_connections, promised

from newsletter.models import Delivery, Issue

SLOW = 0.06
DOWN_SECONDS = 45
REFUSED_SECONDS = 60
HOUR = timedelta(hours=1)


# --- Redis ----------------------------------------------------------------------------------------


def broker(stage):
    return redis.Redis(unix_socket_path=str(stage.servers.valkey.socket))


def flushed(stage):
    """Redis is flushed."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.4)
    broker(stage).flushall()
    stage.finish()
    return "nothing noticed"


def redis_down(stage):
    """Redis is killed and stays down for 45 s; the issue is approved meanwhile."""
    stage.servers.valkey.child.kill()
    began = time.monotonic()
    stage.send(delay=0.02)
    approved = time.monotonic() - began
    time.sleep(DOWN_SECONDS)
    stage.servers.valkey.start()
    began = time.monotonic()
    stage.wait_for_mails(0.01)
    going = time.monotonic() - began
    stage.finish()
    promised(going <= 30, going)
    return f"written, tested and approved in {approved:.1f} s while down, going again {going:.0f} s after"


def redis_full(stage):
    """Redis is full (maxmemory 1 MB) for 30 s."""
    server = broker(stage)
    server.config_set("maxmemory", "1mb")
    stage.send(delay=0.02)
    time.sleep(30)
    server.config_set("maxmemory", "0")
    stage.finish()
    return "goes on when there is room"


def yesterday(stage):
    """The queue of yesterday comes back: 200 old rings for the mail workers."""
    stage.rig.stop("mail-worker")
    stage.send(delay=SLOW)
    server = broker(stage)
    old = wait_for(lambda: server.lrange("mail", 0, -1), seconds=60)
    time.sleep(11)  # they are expired now
    stage.rig.children["mail-worker"].start()
    stage.wait_for_mails(0.2)
    server.lpush("mail", *(old * 200)[:200])
    stage.finish()
    return "harmless"


# --- PostgreSQL -----------------------------------------------------------------------------------


def postgres_crash(stage):
    """PostgreSQL is restarted at once, without a clean stop."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.4)
    connections.close_all()
    stage.servers.postgres.child.process.send_signal(signal.SIGQUIT)
    stage.servers.postgres.child.wait()
    stage.servers.postgres.start()
    forget_connections()
    stage.finish()
    return "results in hand were written afterwards"


def postgres_refused(stage):
    """PostgreSQL refuses for 60 s."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.4)
    connections.close_all()
    stage.servers.postgres.child.stop()
    time.sleep(REFUSED_SECONDS - 5)
    stage.servers.postgres.start()
    forget_connections()
    stage.finish()
    return "results in hand were written afterwards"


def restored(stage):
    """PostgreSQL is restored from a dump taken in the middle."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.3)
    dump = Path(os.environ["DX_VAR"]) / "middle.dump"
    known = (
        Delivery.objects.for_issue(stage.issue).filter(state="sent").count()
    )  # the dump holds these at least
    tool(stage, "pg_dump", "--format=custom", f"--file={dump}")
    stage.wait_for_mails(0.6)
    stage.rig.stop_all()
    after = stage.got - known
    connections.close_all()
    replace_database(stage, dump)
    stage.rig.start_all()
    wait_for(lambda: Issue.objects.get(pk=stage.issue.pk).state == Issue.State.PAUSED, seconds=60)
    sent = stage.got
    time.sleep(15)
    promised(stage.got == sent and "held" in stage.alarms(), stage.alarms())
    call_command("release_mail", stdout=StringIO())
    Issue.objects.get(pk=stage.issue.pk).resume(by=stage.checker)
    stage.finish()
    stage.bound = after + stage.rig.connections
    return f"came back paused and said why; {after} had been sent since the dump, these come again after resuming"


def tool(stage, name: str, *arguments) -> None:
    from dxportal.local.postgres import environment

    binaries = stage.servers.postgres.binaries
    command = [
        str(binaries / name),
        "-h",
        str(stage.servers.postgres.place.run),
        "-U",
        "dxportal",
        *arguments,
        "dxportal",
    ]
    if name == "pg_restore":
        command[-1:] = []
    subprocess.run(command, env={**os.environ, **environment(binaries)}, check=True)  # noqa: S603


def replace_database(stage, dump: Path) -> None:
    """As an administrator does it: away with the old one, a new one, the dump into it."""
    session = psycopg2.connect(host=str(stage.servers.postgres.place.run), user="dxportal", dbname="postgres")
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute("drop database dxportal with (force)")
        cursor.execute("create database dxportal")
    session.close()
    tool(stage, "pg_restore", "--dbname=dxportal", str(dump))


def migration(stage):
    """The expand step of a migration while an issue goes out; old and new code side by side."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.3)
    table = Delivery._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} add column bench_note varchar(20) null")
        cursor.execute(f"create index concurrently bench_note on {table} (bench_note)")
    stage.wait_for_mails(0.5)
    stage.rig.start_worker("new-mail-worker", queue="mail", processes=2)  # as after a rolling restart
    stage.rig.stop("mail-worker")
    stage.finish()
    stage.rig.stop("new-mail-worker")
    stage.rig.children["mail-worker"].start()
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} drop column bench_note")
    return "a column and an index added under way; workers started before and after it"


# --- disks ----------------------------------------------------------------------------------------


def disk_full(stage):
    """The disk of PostgreSQL is full for 40 s."""
    if not stage.options.place:
        return on_a_small_disk(stage)
    stage.send(delay=0.3)
    stage.wait_for_mails(0.1)
    filler = Path(stage.options.place) / "filler"
    fill(filler)
    time.sleep(40)
    sent_meanwhile = stage.got
    filler.unlink()
    promised(sent_meanwhile < stage.people, "the disk was not full soon enough")
    stage.finish(supervised=True)
    return f"stood still after {sent_meanwhile} mails, went on by itself when there was room"


def fill(path: Path) -> None:
    """Write until nothing fits any more."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def on_a_small_disk(stage) -> str:
    """The same in a process of its own whose servers lie on a small file system that only it can see."""
    if os.geteuid() or not shutil.which("unshare"):
        raise RuntimeError("not shown: needs root and unshare, or --place on a small file system")
    folder = Path(os.environ["DX_VAR"]) / "small"
    folder.mkdir(exist_ok=True)
    again = f"{sys.executable} bench/faults --only F20 --mails {stage.people} --place {folder}"
    mount = f"mount -t tmpfs -o size=330m,mode=755 tmpfs {folder} && exec {again}"
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    done = subprocess.run(  # noqa: S603
        [shutil.which("unshare"), "--mount", "sh", "-c", mount],
        cwd=PROJECT,
        env=environ,
        capture_output=True,
        text=True,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("F20")), "")
    promised(bool(line), done.stderr[-300:])
    _name, _people, lost, twice, _bound, _seconds, remark = line.split(maxsplit=6)
    stage.counted = int(lost), int(twice)
    promised(done.returncode == 0, remark)
    return remark.partition(": ")[2]


def logs_full(stage):
    """The log file of the mail worker takes not a byte more."""
    for pid in stage.rig.processes("mail-worker"):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
    stage.send()
    stage.finish()
    stage.restart_mail_worker()
    return "sending does not need the log (a worker cannot be started while it cannot write its first lines)"


# --- clocks ---------------------------------------------------------------------------------------


def clock_forward(stage):
    """The database's clock jumps one hour ahead."""
    stage.send(delay=SLOW)
    tomorrow = Delivery.objects.post("notice", key="bench:later", person=stage.checker, topic="answer")
    Delivery.objects.filter(pk=tomorrow.pk).update(next_at=tomorrow.due_at + 24 * HOUR)
    stage.wait_for_mails(0.4)
    stage.shift(-HOUR)
    stage.finish()
    tomorrow.refresh_from_db()
    promised((tomorrow.state, tomorrow.claims) == ("queued", 0), "mail of tomorrow left today")
    return "shown by moving every stored instant; what is due tomorrow stayed"


def clock_back(stage):
    """The database's clock falls back one hour, and is put right."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.4)
    stage.shift(HOUR)
    time.sleep(25)
    still = stage.got
    time.sleep(5)
    promised(stage.got == still, "sending went on although nothing was due")
    stage.shift(-HOUR)
    stage.finish()
    return "shown by moving every stored instant; sending waits and goes on"


def host_clock(stage):
    """The clock of the workers' host is a day ahead, then a day behind."""
    preload = Path(settings.BASE_DIR) / "bench/faults/clock"
    for name in ("worker", "mail-worker"):
        stage.rig.stop(name)
    shifted = {"PYTHONPATH": str(preload), "BENCH_CLOCK_SHIFT": "86400"}
    stage.rig.start_worker("worker", queue="celery", processes=1, **shifted)
    stage.rig.start_worker("mail-worker", queue="mail", processes=4, **shifted)
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.5)
    for name, queue, number in (("worker", "celery", 1), ("mail-worker", "mail", 4)):
        stage.rig.stop(name)
        stage.rig.start_worker(
            name, queue=queue, processes=number, **{**shifted, "BENCH_CLOCK_SHIFT": "-86400"}
        )
    stage.finish()
    for name, queue, number in (("worker", "celery", 1), ("mail-worker", "mail", 4)):
        stage.rig.stop(name)
        stage.rig.start_worker(name, queue=queue, processes=number)
    dates = {mail.message["Date"].datetime.date() for mail in stage.copies()}
    promised(len(dates) <= 2, dates)
    return "Python's time.time moved; Date of every mail is the database's"


FAULTS = [
    Fault("F6a", flushed),
    Fault("F6b", redis_down),
    Fault("F6c", redis_full),
    Fault("F7", yesterday),
    Fault("F8a", postgres_crash),
    Fault("F8b", postgres_refused),
    Fault("F9", restored, new_dates=True),
    Fault("F20", disk_full, bound=4, people=120),
    Fault("F21", logs_full),
    Fault("F22a", clock_forward, bound=4),
    Fault("F22b", clock_back, bound=4),
    Fault("F23", host_clock),
    Fault("F29", migration),
]
