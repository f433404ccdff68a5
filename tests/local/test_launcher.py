"""`make run` from start to end, without the demonstration data."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dxportal.local.announce import announcement, table
from dxportal.local.launcher import free_port, local_environment, port_is_taken
from dxportal.local.places import PROJECT
from dxportal.local.servers import is_given
from tests import live

NOT_OURS = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "DEMO", "PRODUCTION", "DX_VAR")

EVERYTHING = (
    "postgres -D",
    "valkey-server",
    "catcher",
    "gunicorn",
    "--queues celery",
    "--queues mail",
    " beat ",
)


class Run:
    """A `make run` in a folder of its own."""

    def __init__(self, var: Path):
        self.var = var
        self.port = live.free_port()
        self.environ = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.environ |= {
            "DX_VAR": str(var),
            "PORT": str(self.port),
            "MAIL_PORT": str(live.free_port()),
            "DEMO": "0",
        }

    def start(self, command=(sys.executable, "-m", "dxportal.local", "run")):
        self.process = subprocess.Popen(command, cwd=PROJECT, env=self.environ, stdout=subprocess.PIPE)
        for line in self.process.stdout:
            if b"Ctrl-C" in line:
                return self
        raise AssertionError("the launcher ended")

    def get(self, path: str) -> bytes:
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).read()

    def processes(self) -> dict[int, str]:
        """Everything that runs with our folder in its environment or its title: process number and command line."""
        mark = f"DX_VAR={self.var}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if str(self.var) in command or mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = command
            except OSError:
                continue  # it has just ended
        return found

    def stop(self, number=signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.stdout.read()
        return self.process.wait(60)


@pytest.fixture
def run(var):
    var.parent.mkdir(exist_ok=True)
    running = Run(var)
    yield running
    if running.process.poll() is None:
        running.stop()
    live.wait_for(lambda: not running.processes(), seconds=60)


@pytest.mark.worker
def test_it_serves_and_stops_everything(run):
    run.start()
    commands = "\n".join(run.processes().values())

    assert run.get("/healthz") == b"ok"
    assert [name for name in EVERYTHING if name not in commands] == []
    assert run.stop(signal.SIGTERM) == 0
    assert run.processes() == {}


@pytest.mark.worker
def test_kill_9_ends_what_it_started_and_the_next_start_is_clean(run):
    run.start()
    run.process.kill()
    run.process.wait()
    live.wait_for(lambda: run.processes() == {}, seconds=60)

    run.start()

    assert run.get("/healthz") == b"ok"
    [beat] = [pid for pid, command in run.processes().items() if " beat " in command]
    os.kill(beat, signal.SIGKILL)
    live.wait_for(lambda: [pid for pid, c in run.processes().items() if " beat " in c and pid != beat])


@pytest.mark.worker
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_everything_ends_with_make(run, number):
    run.start(["make", "run"])

    run.process.send_signal(number)

    run.process.wait()
    live.wait_for(lambda: run.processes() == {}, seconds=60)


def test_a_taken_port_is_said_in_one_sentence(var):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = Run(var)
        run.environ["PORT"] = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "dxportal.local", "run"],
            cwd=PROJECT,
            env=run.environ,
            capture_output=True,
            text=True,
        )

    assert done.returncode == 1
    assert done.stderr.strip().startswith(
        f"Port {run.environ['PORT']} is in use. Choose another one: make run PORT="
    )


def test_a_free_port_is_taken_as_wanted_and_another_when_it_is_not():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert (port_is_taken(port), free_port(port) == port) == (True, False)
    assert free_port(port) == port


@pytest.mark.parametrize(
    ("environ", "given"),
    [
        ({}, False),
        ({"REDIS_URL": ""}, False),
        ({"REDIS_URL": "redis://x"}, True),
        ({"REDIS_URL_FILE": "/run/x"}, True),
    ],
)
def test_is_given(environ, given):
    assert is_given("REDIS_URL", environ) is given


def test_the_environment_overrides_the_local_defaults(monkeypatch):
    for name in ("DEMO", "SITE_URL", "PRODUCTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SITE_URL", "https://dx.example.jp")

    assert local_environment(9000) == {"SITE_URL": "https://dx.example.jp", "DEMO": "1"}


def test_production_gets_no_demonstration(monkeypatch):
    monkeypatch.delenv("DEMO", raising=False)
    monkeypatch.setenv("PRODUCTION", "1")

    assert local_environment(9000)["DEMO"] == ""


def test_columns_of_japanese_are_aligned():
    assert table([["role", "name", "e-mail"], ["editor", "山田 花子", "a@example.jp"]]) == [
        "role    name       e-mail",
        "editor  山田 花子  a@example.jp",
    ]


def test_the_screen_says_where_and_as_whom(place):
    text = announcement(8123, [["editor", "山田 花子", "総務課", "a@example.jp"]], "secret-word", place)

    for part in ("http://localhost:8123/", "a@example.jp", "secret-word", "/demo/mail/"):
        assert part in text
