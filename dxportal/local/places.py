"""Where the local servers keep their files, and as whom they run."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
FALLBACK = Path("/var/tmp")  # noqa: S108, the owner of the folder is checked
LONGEST_SOCKET = 103  # bytes; the kernel takes 107 for a Unix socket, macOS 103
LONGEST_NAME = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Place:
    """Folders of one local installation."""

    var: Path  # what the portal writes: mail, logs
    home: Path  # what the servers write: binaries, data, sockets; the same folder unless it cannot be reached
    user: str | None = None  # whom the servers run as; None = whoever starts them

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def mail(self) -> Path:
        return self.var / "mail"

    def make(self) -> "Place":
        """Create the folders. Raises PermissionError when somebody else owns the servers' folder."""
        for folder in (self.var, self.logs, self.mail, self.var / "static"):
            folder.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self.home != self.var and self.home.stat().st_uid != os.geteuid():
            raise PermissionError(
                f"{self.home} belongs to another user. Remove it or set DX_VAR to a shorter path."
            )
        self.folder("run")
        return self

    def folder(self, name: str) -> Path:
        """A folder only the servers' user may open."""
        path = self.home / name
        path.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            person = pwd.getpwnam(self.user)
            os.chown(path, person.pw_uid, person.pw_gid)
        return path


def find_place(var: Path) -> Place:
    """The place for this `var` folder: inside it when the servers can work there, otherwise under /var/tmp."""
    var = var.resolve()
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    if fits_a_socket(var) and (user is None or open_to_all(var)):
        return Place(var=var, home=var, user=user)
    name = "dxportal-" + hashlib.sha256(f"{os.geteuid()}:{var}".encode()).hexdigest()[:12]
    return Place(var=var, home=FALLBACK / name, user=user)


def fits_a_socket(var: Path) -> bool:
    return len(os.fsencode(var / "run" / LONGEST_NAME)) <= LONGEST_SOCKET


def open_to_all(path: Path) -> bool:
    """Whether any user may pass through every folder above and including `path` (those that exist)."""
    folders = [folder for folder in (path, *path.parents) if folder.exists()]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)
