"""The real things behind the fixtures: mail server, Celery worker, browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import redis
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(check, *, seconds: float = 20, every: float = 0.1):
    """The first true answer of `check()`. Fails the test when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := check():
            return answer
        time.sleep(every)
    raise AssertionError(f"{check} stayed false for {seconds} s")


# --- mail ------------------------------------------------------------------------------------------


@dataclass
class Received:
    """One mail as it came: the envelope and the parsed message."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes

    def body(self, kind: str = "plain") -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return part.get_content() if part is not None else ""


@dataclass
class MailServer:
    """Real SMTP on the loopback. `answer` may be set to a reply such as "451 4.7.1 later" for every mail."""

    port: int
    messages: list[Received] = field(default_factory=list)
    answer: str = "250 2.0.0 Kept"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, the name is aiosmtpd's
        if self.answer.startswith("250"):
            raw = envelope.original_content
            message = message_from_bytes(raw, policy=policy.default)
            self.messages.append(Received(envelope.mail_from, list(envelope.rcpt_tos), message, raw))
        return self.answer

    @property
    def recipients(self) -> list[str]:
        """Everyone who got a mail, in order of arrival."""
        return [address for mail in self.messages for address in mail.recipients]

    def start(self) -> "MailServer":
        options = {"enable_SMTPUTF8": True, "server_hostname": "localhost"}
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()
        return self

    def stop(self) -> None:
        self.controller.stop()


# --- background work -------------------------------------------------------------------------------


@dataclass
class Worker:
    """A Celery worker process of its own, on the test database and a Redis database of its own."""

    log: Path
    mail_port: int
    number: int = 0
    concurrency: int = 2
    process: subprocess.Popen | None = None

    @property
    def redis_url(self) -> str:
        return redis_url(settings.REDIS_URL, self.number)

    def start(self) -> "Worker":
        """Start it and return when it listens."""
        redis.from_url(self.redis_url).flushdb()
        command = [sys.executable, "-m", "celery", "--app", "dxportal", "worker", "--queues", "celery,mail"]
        command += [
            "--concurrency",
            str(self.concurrency),
            "--loglevel",
            "INFO",
            "--without-gossip",
            "--without-mingle",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=self.environ(),
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(lambda: " ready." in self.words() or self.process.poll() is not None, seconds=60)
        assert self.process.poll() is None, self.words()
        return self

    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.redis_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
        }

    def send(self, task: str, *arguments, queue: str = "celery") -> None:
        """Put a task on the queue this worker hears."""
        from dxportal.celery import app, broker_url

        with app.connection_for_write(broker_url(self.redis_url)) as broker:
            app.send_task(task, arguments, queue=queue, connection=broker)

    def kill(self) -> None:
        """As the kernel does when memory is short: the whole group, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def words(self) -> str:
        return self.log.read_text(errors="replace")


def redis_url(base: str, number: int) -> str:
    """The address `number` places on from the base, leaving the odd databases to the caches."""
    database = redis.connection.parse_url(base).get("db", 0) + 2 * number
    if base.startswith("unix://"):
        return f"{base.partition('?')[0]}?db={database}"
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}/{database}"


def database_url() -> str:
    """The address of the database this test runs on, for other processes."""
    with connection.cursor():
        known = connection.settings_dict
    user = quote(known["USER"], safe="") + (
        f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else ""
    )
    port = f":{known['PORT']}" if known["PORT"] else ""
    host = known["OPTIONS"].get("host") or (known["HOST"] if known["HOST"].startswith("/") else "")
    query = f"?{urlencode({'host': host})}" if host else ""
    return f"postgres://{user}@{'' if host else known['HOST']}{port}/{known['NAME']}{query}"


# --- browser ---------------------------------------------------------------------------------------


def axe_violations(page) -> list[str]:
    """One line for each element that breaks a rule of axe-core."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {' '.join(map(str, node['target']))}" for rule in found for node in rule["nodes"]]
