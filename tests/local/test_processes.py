"""Children are watched and stopped."""

import signal
import sys

import pytest

from dxportal.local.processes import Child, read_pid, works_in
from tests.live import wait_for

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


@pytest.fixture
def start(tmp_path):
    started = []

    def starter(command, **options):
        child = Child("test", command, log=tmp_path / "child.log", **options).start()
        started.append(child)
        wait_for(lambda: "up" in child.last_words())
        return child

    yield starter
    for child in started:
        child.kill()


def test_stop_asks_first(start):
    child = start(SLEEPER)

    child.stop()

    assert child.process.returncode == -signal.SIGTERM


def test_who_does_not_listen_is_made_to_stop(start):
    child = start(STUBBORN, stop_seconds=0.2)

    child.stop()

    assert child.process.returncode == -signal.SIGKILL


def test_five_deaths_in_a_minute_are_too_many(tmp_path):
    child = Child("test", SLEEPER, log=tmp_path / "child.log")

    assert [child.dies_too_often(now) for now in (0, 100, 110, 120, 130, 140)] == [False] * 5 + [True]


@pytest.mark.parametrize(("text", "pid"), [("123\n/data\n", 123), ("", None), ("nonsense", None)])
def test_read_pid(tmp_path, text, pid):
    path = tmp_path / "some.pid"
    path.write_text(text)

    assert read_pid(path) == pid


def test_a_process_in_another_folder_is_not_ours(start, tmp_path):
    child = start(SLEEPER, cwd=tmp_path)

    assert works_in(child.process.pid, tmp_path) is True
    assert works_in(child.process.pid, tmp_path / "elsewhere") is False
    assert works_in(None, tmp_path) is False
