"""The embedded servers survive what happens to a laptop."""

import os
import signal
import subprocess
import sys
import threading

import psycopg2
import pytest
import redis

from dxportal.local.places import PROJECT
from dxportal.local.postgres import DATABASE, ROLE, Postgres
from dxportal.local.processes import read_pid, works_in
from dxportal.local.servers import Ownership, Servers, borrowed
from dxportal.local.valkey import Valkey
from tests.live import wait_for


@pytest.fixture
def postgres(place):
    server = Postgres(place, durable=False)
    server.start()
    yield server
    server.child.stop()


@pytest.fixture
def valkey(place):
    server = Valkey(place)
    server.start()
    yield server
    server.child.stop()


def ask(place, sql):
    connection = psycopg2.connect(host=str(place.run), user=ROLE, dbname=DATABASE)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        answer = cursor.fetchone() if cursor.description else None
    connection.close()
    return answer


def test_japanese_has_trigrams(postgres, place):
    ask(place, "CREATE EXTENSION pg_trgm")

    assert ask(place, "SELECT cardinality(show_trgm('業務改善')) > 0, current_setting('TimeZone')") == (
        True,
        "UTC",
    )


def test_local_data_is_flushed_to_disk(place):
    server = Postgres(place)
    server.start()

    assert ask(place, "SHOW fsync") == ("on",)
    server.child.stop()


def test_postgres_listens_on_no_port(postgres, place):
    assert ask(place, "SHOW listen_addresses") == ("",)


def test_postgres_starts_after_it_was_killed(postgres, place):
    ask(place, "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(postgres.child.process.pid, signal.SIGKILL)
    postgres.child.process.wait()

    postgres.start()

    assert ask(place, "SELECT number FROM kept") == (7,)


def test_a_stale_pid_file_that_names_a_living_process_does_not_stop_the_start(postgres):
    postgres.child.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")

    postgres.start()

    assert postgres.answers()


def test_an_orphan_is_ended_before_the_next_start(postgres, place):
    orphan = postgres.child.process
    reaper = threading.Thread(target=orphan.wait)  # init would do it in real life
    reaper.start()

    again = Postgres(place, durable=False)
    again.start()

    reaper.join()
    assert (orphan.returncode, again.answers()) == (0, True)
    again.child.stop()


def test_an_interrupted_initdb_is_begun_anew(place):
    half = place.folder("postgres-new")
    (half / "PG_VERSION").write_text("18\n")
    server = Postgres(place, durable=False)

    server.start()

    assert server.answers()
    server.child.stop()


def test_valkey_keeps_its_data_over_a_kill(valkey):
    client = redis.Redis(unix_socket_path=str(valkey.socket))
    client.set("bell", "rings")
    client.execute_command("WAITAOF", 1, 0, 2000)
    valkey.child.kill()

    valkey.start()

    assert client.get("bell") == b"rings"


def test_valkey_refuses_writes_rather_than_forget(valkey):
    client = redis.Redis(unix_socket_path=str(valkey.socket))

    assert client.config_get("maxmemory-policy", "appendonly") == {
        "maxmemory-policy": "noeviction",
        "appendonly": "yes",
    }


def test_the_servers_end_with_whoever_started_them(place):
    code = (
        "import sys; from pathlib import Path; from dxportal.local.places import find_place;"
        "from dxportal.local.servers import Servers;"
        "Servers(find_place(Path(sys.argv[1])), {}).start(); print('up', flush=True); sys.stdin.read()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, place.var], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert starter.stdout.readline() == b"up\n"
    data = next(place.home.glob("postgres-data-*"))
    pids = {
        read_pid(data / "postmaster.pid"): data,
        read_pid(place.run / "valkey.pid"): place.home / "valkey",
    }
    assert [works_in(pid, folder) for pid, folder in pids.items()] == [True, True]

    starter.kill()

    wait_for(lambda: not any(works_in(pid, folder) for pid, folder in pids.items()))
    starter.communicate()


def test_given_addresses_start_nothing(place):
    servers = Servers(place, {"DATABASE_URL": "postgres://db/x", "REDIS_URL": "redis://cache/0"})

    assert (servers.start(), servers.children) == ({}, [])


def test_a_command_borrows_the_servers_of_the_owner(place):
    owner = Ownership(place)
    assert owner.take()
    owner.publish({"DATABASE_URL": "postgres://somewhere/x"})

    with borrowed(place, {}) as addresses:
        assert addresses == {"DATABASE_URL": "postgres://somewhere/x"}

    owner.release()


def test_a_command_alone_starts_and_stops_the_servers(place):
    with borrowed(place, {}) as addresses:
        assert ask(place, "SELECT 1") == (1,)
        assert sorted(addresses) == ["CACHE_URL", "DATABASE_URL", "REDIS_URL"]

    with pytest.raises(psycopg2.OperationalError):
        ask(place, "SELECT 1")
