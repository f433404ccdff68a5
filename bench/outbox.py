"""What the measurements of mail share: servers of their own, people, an issue through the whole way, a fast sink.

`servers` must come first: Django reads the addresses when it is imported.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")

ZONES = ["Asia/Tokyo", "Asia/Bangkok", "Asia/Dubai", "Africa/Cairo", "Europe/Paris", "Europe/London"]
ZONES += ["America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Los_Angeles"]
ZONES += ["Pacific/Auckland", "Pacific/Honolulu"]
SENTENCE = "引継書を**3枚**に分けると、着任から2週間で前任者に電話しなくなる。[例を見る](/practices/) "


@contextmanager
def servers(folder: str = "", **environ: str):
    """PostgreSQL (fsync on) and Valkey as `make run` has them, in a folder that goes away; Django set up and migrated.

    `folder`: where that folder is made (/var/tmp); `environ` are further variables of the portal. Yields the
    `dxportal.local.servers.Servers`.
    """
    from dxportal.local.places import find_place
    from dxportal.local.servers import Servers

    parent = folder or "/var/tmp"  # noqa: S108, what is made there is private and fresh
    with tempfile.TemporaryDirectory(prefix="dxportal-", dir=parent) as folder:
        Path(folder).chmod(0o755)
        started = Servers(find_place(Path(folder)).make(), {})
        try:
            os.environ |= {"DX_VAR": folder, **started.start(), **environ}
            set_up()
            yield started
        finally:
            started.stop()


def set_up() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


# --- people and an issue --------------------------------------------------------------------------


def hire(readers: int) -> tuple:
    """So many readers in twelve zones; (editor, checker), who are readers too."""
    from accounts.models import Department, Duty, User
    from dxportal import dates

    departments = [
        Department.objects.create(code=f"B{number}", name=zone, kind="embassy", timezone=zone)
        for number, zone in enumerate(ZONES)
    ]
    people = [
        User(email=f"reader{n}@example.jp", name=f"職員 {n}", department=departments[n % len(ZONES)])
        for n in range(readers)
    ]
    people = User.objects.bulk_create(people, batch_size=2000)
    for person, role in zip(people, ("editor", "secretariat"), strict=False):
        Duty.objects.create(user=person, role=role, starts_on=dates.today())
    return people[0], people[1]


def written(editor, *, letters: int = 3000):
    """An issue of about `letters` of text in its sections, waiting for a check."""
    from dxportal import dates
    from newsletter.models import Issue

    issue = Issue.objects.start_next(by=editor, today=dates.today())
    words = {"title": "引継ぎを2週間で", "lead": "3枚の紙の話です。", "title_en": "Two weeks"}
    issue.edit(by=editor, version=issue.version, english_summary="Three sheets of paper.", **words)
    sections = list(issue.sections)
    body = SENTENCE * (letters // len(sections) // len(SENTENCE))
    for article in sections:
        article.edit(by=editor, version=article.version, title="3枚で足りる", body=body)
    issue.ask_for_check(by=editor)
    return Issue.objects.get(pk=issue.pk)


def tested(issue, checker) -> None:
    """The checker has received a test mail of exactly these bytes; its way is not what is measured here."""
    from newsletter.models import Delivery

    row = issue.send_test(by=checker)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.SENT)


# --- a relay that does nothing --------------------------------------------------------------------


class Sink(asyncio.Protocol):
    """Takes every mail `delay` seconds after its final dot, with hardly any work of its own."""

    delay = 0.0

    def connection_made(self, transport):
        self.transport, self.lines, self.tail = transport, b"", None
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        if self.tail is not None:
            self.tail = (self.tail + data)[-5:]
            if self.tail == b"\r\n.\r\n":
                self.tail = None
                asyncio.get_running_loop().call_later(self.delay, self.transport.write, b"250 kept\r\n")
            return
        *lines, self.lines = (self.lines + data).split(b"\r\n")
        for line in lines:
            self.answer(line[:4].upper())

    def answer(self, command: bytes):
        if command == b"DATA":
            self.tail = b""
            self.transport.write(b"354 go on\r\n")
        elif command == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 ok\r\n")


def run_sink(port: int, delay: float) -> None:
    """Serve until the process is ended."""

    async def serve():
        Sink.delay = delay
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(serve())
