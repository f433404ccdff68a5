"""The demonstration as `make run` starts it, its people in browsers, and the mails its catcher received."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

import psycopg2

PROJECT = Path(__file__).resolve().parent.parent
PROCESS = re.compile(r"(\d+) +(\d+) (.*)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(check, *, seconds: float, every: float = 0.05):
    """The first true answer of `check()`. Raises TimeoutError when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := check():
            return answer
        time.sleep(every)
    raise TimeoutError(f"nothing within {seconds} s at line {check.__code__.co_firstlineno}")


class Portal:
    """`make run` with a folder, a port and servers of its own."""

    def __init__(self, var: Path):
        self.var = var
        self.log = var / "journey.log"
        self.environ = {"PORT": str(free_port()), "MAIL_PORT": str(free_port()), "MAIL_CONNECTIONS": "4"}
        self.environ |= os.environ | {"DX_VAR": str(var)}
        self.connections = int(self.environ["MAIL_CONNECTIONS"])
        self.url = f"http://localhost:{self.environ['PORT']}"

    def __enter__(self):
        self.var.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            command = ["make", "run"]
            self.process = subprocess.Popen(command, cwd=PROJECT, env=self.environ, stdout=log, stderr=log)  # noqa: S603
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
        try:
            wait_for(self.is_running, seconds=300)
        except BaseException:
            self.process.terminate()
            raise
        prepared = json.loads((self.var / "prepared.json").read_text())
        self.password = prepared["password"]
        self.accounts = {role: email for role, _name, _place, email in prepared["accounts"]}
        self.names = {role: name for role, name, _place, _email in prepared["accounts"]}
        return self

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait(60)
        wait_for(lambda: not (self.var / "addresses.json").exists(), seconds=60)

    def is_running(self) -> bool:
        if self.process.poll() is not None:
            sys.exit(f"make run ended:\n{self.log.read_text()}")
        return "is running" in self.log.read_text()

    def ask(self, sql: str, *values):
        """The first value of a query."""
        address = json.loads((self.var / "addresses.json").read_text())["DATABASE_URL"]
        connection = psycopg2.connect(address)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchone()[0]
        finally:
            connection.close()

    # --- mails ----------------------------------------------------------------------------------

    def kept(self) -> set[str]:
        """The names of the mails so far, for `mails(since=…)`."""
        return {path.name for path in (self.var / "mail").glob("*.eml")}

    def mails(self, since: set[str]) -> list:
        """The mails received since, in order of arrival; X-Original-To says to whom they really went."""
        paths = [self.var / "mail" / name for name in sorted(self.kept() - since)]
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def mail_to(self, role: str, since: set[str]):
        """The first mail to this account since, waiting up to a minute."""

        def arrived():
            return next(
                (mail for mail in self.mails(since) if mail["X-Original-To"] == self.accounts[role]), None
            )

        return wait_for(arrived, seconds=60)

    def mail_worker(self) -> list[int]:
        """Process ids of the mail worker that our launcher started: itself, then its children."""
        command = ["ps", "-eo", "pid,ppid,args"]
        rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
        table = [(int(pid), int(parent), args) for pid, parent, args in PROCESS.findall(rows)]
        launcher = next(pid for pid, parent, _args in table if parent == self.process.pid)
        heads = [pid for pid, parent, args in table if parent == launcher and "mail-worker@" in args]
        return heads + [pid for pid, parent, _args in table if parent in heads]


class People:
    """Browsers by role, each signed in with the password of the demonstration when first asked for."""

    def __init__(self, portal: Portal, chromium):
        self.portal = portal
        self.chromium = chromium
        self.pages = {}

    def __getitem__(self, role: str):
        if role not in self.pages:
            page = self.pages[role] = self.stranger()
            page.goto("/login/")
            page.fill("[name=login]", self.portal.accounts[role])
            page.fill("[name=password]", self.portal.password)
            page.click("main button[type=submit]")
            page.wait_for_url(self.portal.url + "/")
        return self.pages[role]

    def stranger(self):
        """A page of somebody who has not signed in."""
        context = self.chromium.new_context(base_url=self.portal.url, locale="ja-JP")
        context.set_default_timeout(20_000)
        return context.new_page()
