"""The two embedded servers together: who started them, who uses them, and what the portal must know to reach them."""

import fcntl
import json
import os
import time
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path

from dxportal.local.places import Place
from dxportal.local.postgres import Postgres
from dxportal.local.processes import Child, StartError
from dxportal.local.valkey import Valkey

ADDRESSES = "addresses.json"
WAIT_SECONDS = 60


def is_given(name: str, environ: Mapping[str, str]) -> bool:
    """Whether a variable is set, by itself or as a file."""
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


class Servers:
    """PostgreSQL and Valkey, each unless its address is given in the environment."""

    def __init__(self, place: Place, environ: Mapping[str, str], *, durable: bool = True):
        self.place = place
        self.postgres = None if is_given("DATABASE_URL", environ) else Postgres(place, durable=durable)
        self.valkey = None if is_given("REDIS_URL", environ) else Valkey(place, durable=durable)

    @property
    def children(self) -> list[Child]:
        """The running servers in the order they were started."""
        return [server.child for server in (self.postgres, self.valkey) if server and server.child]

    @property
    def are_new(self) -> bool:
        """Whether this is the first start here, which takes longer."""
        return self.postgres is not None and not any(self.place.home.glob("postgres-data-*"))

    def start(self) -> dict[str, str]:
        """Start what is not given and return the variables that lead to it."""
        addresses = {}
        if self.valkey:
            self.valkey.start()
            addresses |= {"REDIS_URL": self.valkey.url, "CACHE_URL": self.valkey.cache_url}
        if self.postgres:
            self.postgres.start()
            addresses |= {"DATABASE_URL": self.postgres.url}
        return addresses

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()


class Ownership:
    """Who may start and stop the servers of a place: one process at a time, held by a lock that dies with it."""

    def __init__(self, place: Place):
        self.place = place
        self.owner = (place.var / "owner.lock").open("a+")
        self.users = (place.var / "users.lock").open("a+")

    def take(self) -> bool:
        """Become the owner; False when another process is."""
        try:
            fcntl.flock(self.owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def wait_and_take(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not (mine := self.take()) and time.monotonic() < end:
            time.sleep(0.2)
        return mine

    def use(self) -> None:
        """Count as a user, so that an owner that only ran one command does not stop the servers under us."""
        fcntl.flock(self.users, fcntl.LOCK_SH)

    def wait_for_users(self) -> None:
        """Return when no other process uses the servers; from then on nobody can begin to until we let go."""
        fcntl.flock(self.users, fcntl.LOCK_EX)

    def publish(self, addresses: dict[str, str]) -> None:
        """Let other processes find what was started."""
        path = self.place.var / ADDRESSES
        part = path.with_suffix(".part")
        part.write_text(json.dumps(addresses))
        part.rename(path)

    def withdraw(self) -> None:
        (self.place.var / ADDRESSES).unlink(missing_ok=True)

    def published(self, seconds: float) -> dict[str, str]:
        """What the owner started, once it has. Raises StartError when it does not say in time."""
        end = time.monotonic() + seconds
        path = self.place.var / ADDRESSES
        while time.monotonic() < end:
            if path.exists():
                return json.loads(path.read_text())
            time.sleep(0.1)
        raise StartError(
            "Another command is starting the servers and does not get ready. Stop it and try again."
        )

    def release(self) -> None:
        self.withdraw()
        self.owner.close()
        self.users.close()


@contextmanager
def borrowed(place: Place, environ: dict[str, str] | None = None):
    """The variables of servers that run while the block runs: those of `make run`, or started for the block alone."""
    environ = dict(os.environ if environ is None else environ)
    ownership = Ownership(place)
    ownership.use()
    if not ownership.take():
        yield ownership.published(WAIT_SECONDS)
        ownership.users.close()
        return
    servers = Servers(place, environ)
    try:
        ownership.withdraw()
        addresses = servers.start()
        ownership.publish(addresses)
        yield addresses
    finally:
        ownership.wait_for_users()
        servers.stop()
        ownership.release()


@contextmanager
def throw_away(folder: Path, environ: dict[str, str] | None = None):
    """The variables of fresh servers that need not survive anything, for tests."""
    from dxportal.local.places import find_place

    servers = Servers(
        find_place(folder).make(), dict(os.environ if environ is None else environ), durable=False
    )
    try:
        yield servers.start()
    finally:
        servers.stop()
