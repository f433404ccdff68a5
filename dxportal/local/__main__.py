"""What the Makefile calls: run, manage, servers, browser."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import environ

from dxportal.local.places import PROJECT, find_place
from dxportal.local.processes import StartError, die_with_parent


def run(*options: str) -> int:
    """The portal, until a signal comes. --end-with-parent: also when make is killed, which could not tell us."""
    from dxportal.local.launcher import Launcher

    if "--end-with-parent" in options and (arm := die_with_parent(signal.SIGTERM, os.getppid())):
        arm()
    Launcher(place(), int(os.environ.get("PORT", "8000"))).run()
    return 0


def manage(*arguments: str) -> int:
    """A management command against the database of `make run`, with the servers started if they are down."""
    from dxportal.local.launcher import local_environment
    from dxportal.local.servers import borrowed

    given = {
        name: os.environ[name]
        for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL")
        if name in os.environ
    }
    with borrowed(place()) as addresses:
        variables = {**local_environment(int(os.environ.get("PORT", "8000"))), **addresses, **given}
        return call([sys.executable, PROJECT / "manage.py", *arguments], variables)


def servers(*command: str) -> int:
    """Any command with throw-away servers in its environment."""
    from dxportal.local.servers import throw_away

    with tempfile.TemporaryDirectory(prefix="dxportal-", dir="/var/tmp") as folder:  # noqa: S108, a fresh private folder
        Path(folder).chmod(0o755)
        with throw_away(Path(folder)) as addresses:
            return call(list(command), addresses)


def browser() -> int:
    from dxportal.local.browser import install

    return install()


def place():
    return find_place(Path(os.environ.get("DX_VAR") or PROJECT / "var")).make()


def call(command: list, environ: dict[str, str]) -> int:
    """Run a command on our terminal; Ctrl-C is its business, what we started is stopped after it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    try:
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    name, *arguments = sys.argv[1:] or ["run"]
    environ.Env.read_env(PROJECT / ".env")
    try:
        sys.exit({"run": run, "manage": manage, "servers": servers, "browser": browser}[name](*arguments))
    except StartError as error:
        sys.exit(f"\n{error}")
