"""Child processes that stop with us: started in order, watched, stopped in reverse order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
QUICK_DEATHS = 5  # so many within QUICK_SECONDS and the launcher gives up
QUICK_SECONDS = 60


class StartError(Exception):
    """Something could not be started; the text says what to do."""


def die_with_parent(number: int, parent: int):
    """Code for the child between fork and exec: get signal `number` when the process that started it dies (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def prepare():
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)

    return prepare


@dataclass
class Child:
    """One process of ours and how to stop it."""

    name: str
    command: Sequence[str | os.PathLike]
    log: Path
    env: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    user: str | None = None
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 30
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> "Child":
        """Start it in a session of its own, so that Ctrl-C reaches the launcher alone."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [os.fspath(part) for part in self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.env},
                cwd=self.cwd,
                start_new_session=True,
                user=self.user,
                group=group_of(self.user),
                extra_groups=[] if self.user else None,
                preexec_fn=die_with_parent(self.stop_signal, os.getpid()),
            )
        return self

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_running:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask it to stop; after `stop_seconds` make it stop."""
        self.ask_to_stop()
        self.wait()

    def wait(self) -> None:
        if self.is_running:
            try:
                self.process.wait(self.stop_seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def kill(self) -> None:
        if self.is_running:
            self.process.kill()
            self.process.wait()

    def dies_too_often(self, now: float) -> bool:
        """Note a death at `now` (seconds) and say whether it is one too many."""
        self.deaths = [when for when in self.deaths if now - when < QUICK_SECONDS] + [now]
        return len(self.deaths) >= QUICK_DEATHS

    def last_words(self, lines: int = 15) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(line[:300] for line in self.log.read_text(errors="replace").splitlines()[-lines:])


def group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid


def wait_until(is_ready, *, seconds: float, child: Child | None = None, every: float = 0.05) -> bool:
    """Ask `is_ready()` until it says yes. False when time is over or the child has died."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_ready():
            return True
        if child is not None and not child.is_running:
            return False
        time.sleep(every)
    return False


def read_pid(path: Path) -> int | None:
    """The number on the first line of a pid file, if there is one."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def works_in(pid: int | None, folder: Path) -> bool:
    """Whether process `pid` lives and has `folder` as its working directory (so that it is really our server)."""
    try:
        return pid is not None and Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


def end_orphan(pid_file: Path, folder: Path, *, stop_signal: int, seconds: float = 15) -> None:
    """Stop a server left over from a launcher that was killed, and remove its pid file, also a stale one."""
    pid = read_pid(pid_file)
    if works_in(pid, folder):
        os.kill(pid, stop_signal)
        if not wait_until(lambda: not works_in(pid, folder), seconds=seconds):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not works_in(pid, folder), seconds=5)
    pid_file.unlink(missing_ok=True)
