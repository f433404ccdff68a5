"""`make run`: servers, then the portal's processes, then one screen that says where and as whom. Ctrl-C ends it all."""

import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request

from dxportal.local.announce import announcement
from dxportal.local.places import PROJECT, Place
from dxportal.local.processes import Child, StartError, wait_until
from dxportal.local.servers import Ownership, Servers, is_given

MAIL_PORT = 8025
CELERY = ["-m", "celery", "--app", "dxportal"]


class Stop(Exception):
    """Somebody asked us to stop."""


class Launcher:
    """Starts everything in order, watches it, and stops it in reverse order."""

    def __init__(self, place: Place, port: int):
        self.place = place
        self.port = port
        self.ownership = Ownership(place)
        self.servers = Servers(place, dict(os.environ))
        self.children: list[Child] = []
        self.environ: dict[str, str] = {}

    def run(self) -> None:
        """Run until a signal comes. Raises StartError with what to do when something cannot start."""
        if port_is_taken(self.port):
            raise StartError(f"Port {self.port} is in use. Choose another one: make run PORT={self.port + 1}")
        if not self.ownership.wait_and_take(10):
            raise StartError(f"The portal of {self.place.var} is running already. Stop it first.")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            self.start()
            self.watch()
        except Stop:
            print("\nStopping ...", flush=True)
        finally:
            self.stop()

    def on_signal(self, number, frame):
        """The first signal stops in order; a second one does not wait."""
        for impatient in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(impatient, self.on_second_signal)
        raise Stop

    def on_second_signal(self, number, frame):
        for child in reversed([*self.servers.children, *self.children]):
            child.kill()

    def start(self) -> None:
        self.ownership.withdraw()
        if self.servers.are_new:
            print("Preparing the database; the first start takes half a minute ...", flush=True)
        self.environ = local_environment(self.port) | self.servers.start()
        if not is_given("EMAIL_URL", os.environ):
            port = free_port(int(os.environ.get("MAIL_PORT", MAIL_PORT)))
            self.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
            self.start_child("mail-catcher", "-m", "dxportal.local.catcher", self.place.mail, str(port))
        self.ownership.publish(self.environ)
        prepared = self.start_web()
        self.start_celery()
        print(announcement(self.port, prepared["accounts"], prepared["password"], self.place), flush=True)

    def start_web(self) -> dict:
        """Start gunicorn, which prepares the database first. Returns `accounts` and `password` of the demonstration."""
        prepared = self.place.var / "prepared.json"
        prepared.unlink(missing_ok=True)
        self.environ["DX_PREPARED"] = str(prepared)
        bind = ["--bind", f"127.0.0.1:{self.port}"]
        web = self.start_child("web", "-m", "gunicorn", "--config", "python:dxportal.local.web", *bind)
        if not wait_until(lambda: prepared.exists(), seconds=900, child=web):
            raise StartError(f"The database could not be prepared ({web.log}):\n{web.last_words()}")
        if not wait_until(self.is_serving, seconds=30, child=web):
            raise StartError(f"The web server did not start ({web.log}):\n{web.last_words()}")
        return json.loads(prepared.read_text())

    def start_celery(self) -> None:
        self.start_worker("worker", queue="celery", processes=1)
        connections = int(os.environ.get("MAIL_CONNECTIONS", "4"))  # each process holds one to the relay
        self.start_worker("mail-worker", queue="mail", processes=connections)
        schedule = self.place.var / "beat-schedule"
        self.start_child("beat", *CELERY, "beat", "--loglevel", "WARNING", "--schedule", schedule)
        self.start_child("watch", "manage.py", "watch_mail")

    def start_worker(self, name: str, *, queue: str, processes: int) -> None:
        options = ["--queues", queue, "--concurrency", str(processes), "--hostname", f"{name}@%h"]
        quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        self.start_child(name, *CELERY, "worker", *options, *quiet)

    def start_child(self, name: str, *command) -> Child:
        log = self.place.logs / f"{name}.log"
        child = Child(name, [sys.executable, *command], log=log, env=self.environ, cwd=PROJECT).start()
        self.children.append(child)
        return child

    def is_serving(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:  # noqa: S310
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def watch(self) -> None:
        """Start again what dies; give up on what dies too often."""
        while True:
            for child in [*self.servers.children, *self.children]:
                if not child.is_running:
                    self.revive(child)
            time.sleep(0.5)

    def revive(self, child: Child) -> None:
        if child.dies_too_often(time.monotonic()):
            raise StartError(f"{child.name} stops again and again ({child.log}):\n{child.last_words()}")
        print(f"{child.name} ended (code {child.process.returncode}) and is started again.", flush=True)
        time.sleep(1)
        child.start()

    def stop(self) -> None:
        """First the portal's own processes, all at once because they need nothing of each other; then the servers."""
        for child in reversed(self.children):
            child.ask_to_stop()
        for child in reversed(self.children):
            child.wait()
        self.servers.stop()
        self.ownership.release()


def local_environment(port: int) -> dict[str, str]:
    """Defaults of a local start that the environment may override."""
    defaults = {
        "SITE_URL": f"http://localhost:{port}",
        "DEMO": "" if os.environ.get("PRODUCTION") else "1",
    }
    return {name: os.environ.get(name, value) for name, value in defaults.items()}


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def free_port(wanted: int) -> int:
    """The wanted loopback port, or any free one."""
    if not port_is_taken(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
