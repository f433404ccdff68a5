"""The processes of the portal that send mail, as `make run` starts them, and what they cost."""

import os
import signal
import sys
from pathlib import Path

from demonstration import wait_for
from outbox import PROJECT

TICKS = os.sysconf("SC_CLK_TCK")


class Rig:
    """Beat, a worker and one or more mail workers with `connections` processes each. Ends only what it started."""

    def __init__(self, *, connections: int = 4, **environ: str):
        from dxportal.local.processes import Child

        self.make_child = Child
        self.connections = connections
        self.environ = {"MAIL_CONNECTIONS": str(connections), **environ}
        self.folder = Path(os.environ["DX_VAR"])
        self.children = {}

    def __enter__(self):
        self.start_all()
        return self

    def __exit__(self, *_error):
        self.stop_all()

    def start_all(self) -> None:
        self.start_beat()
        self.start_worker("worker", queue="celery", processes=1)
        self.start_worker("mail-worker", queue="mail", processes=self.connections)
        wait_for(lambda: len(self.processes("mail-worker")) > self.connections, seconds=60)

    def stop_all(self) -> None:
        for child in self.children.values():
            if child.is_running:
                self.signal(child.name, signal.SIGCONT)
                child.ask_to_stop()
        for child in self.children.values():
            child.wait()

    def start_beat(self, name: str = "beat") -> None:
        schedule = str(self.folder / f"{name}-schedule")
        self.start(name, "beat", "--loglevel", "WARNING", "--schedule", schedule, "--pidfile", "")

    def start_worker(self, name: str, *, queue: str, processes: int, log: str = "", **environ: str) -> None:
        options = ["--queues", queue, "--concurrency", str(processes), "--hostname", f"{name}@%h"]
        level = "INFO" if log else os.environ.get("BENCH_LOG_LEVEL", "WARNING")
        quiet = ["--loglevel", level, "--without-gossip", "--without-mingle"]
        self.start(name, "worker", *options, *quiet, log=log, **environ)

    def start(self, name: str, *arguments: str, log: str = "", **environ: str):
        """One process of Celery under this name; `log` is a file of its own."""
        path = Path(log) if log else self.folder / "log" / f"{name}.log"
        command = [sys.executable, "-m", "celery", "--app", "dxportal", *arguments]
        child = self.make_child(name, command, log=path, env=self.environ | environ, cwd=PROJECT)
        self.children[name] = child.start()
        return child

    def stop(self, name: str) -> None:
        self.children[name].stop()

    def processes(self, name: str) -> list[int]:
        """Process ids: the process itself, then its children."""
        head = self.children[name].process.pid
        found = Path(f"/proc/{head}/task/{head}/children")
        return [head, *map(int, found.read_text().split())] if found.exists() else []

    def signal(self, name: str, number: int) -> list[int]:
        """Send the signal to the process and its children; the ids of those reached."""
        pids = self.processes(name)
        for pid in pids:
            os.kill(pid, number)
        return pids

    def kill(self, name: str) -> None:
        """`kill -9` of all its processes."""
        self.signal(name, signal.SIGKILL)
        self.children[name].process.wait()


def cpu_seconds(pid: int) -> float:
    """CPU that the process has used so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def megabytes(pid: int) -> float:
    """Resident memory of the process."""
    words = Path(f"/proc/{pid}/status").read_text()
    return int(words.split("VmRSS:")[1].split()[0]) / 1024
