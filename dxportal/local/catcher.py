"""A mail server for one machine: takes every mail on a loopback port and keeps it as a file in var/mail.

    python -m dxportal.local.catcher FOLDER PORT

The file is what came over the wire, with the envelope in front as a mail server does on delivery (RFC 5321, 4.4):
Return-Path, and X-Original-To for every recipient. Its name sorts by arrival and names the recipient.
"""

import asyncio
import itertools
import os
import re
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP

SIZE_LIMIT = 25 * 1024 * 1024  # bytes
NOT_IN_FILE_NAMES = re.compile(r"[^a-z0-9@.+_-]+")


class Keeper:
    """Writes each mail it is handed into a folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.numbers = itertools.count(1)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, the name is aiosmtpd's
        """Answer 250 only when the whole mail is in its place."""
        try:
            self.keep(envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        except OSError as error:
            return f"452 4.3.1 The mail could not be kept: {error.strerror}"
        return "250 2.0.0 Kept"

    def keep(self, sender: str, recipients: list[str], content: bytes) -> Path:
        """Store one mail under a name of its own and return the path."""
        envelope = [f"Return-Path: <{sender}>"] + [f"X-Original-To: {address}" for address in recipients]
        path = self.folder / self.name_for(recipients[0])
        part = path.with_suffix(".part")
        part.write_bytes("".join(f"{line}\r\n" for line in envelope).encode() + content)
        part.rename(path)
        return path

    def name_for(self, recipient: str) -> str:
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        address = NOT_IN_FILE_NAMES.sub("_", recipient.lower())[:80]
        return f"{now}-{os.getpid()}-{next(self.numbers):06d}-{address}.eml"


async def serve(folder: Path, port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT."""
    folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            keeper, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost", loop=loop
        ),
        host="127.0.0.1",
        port=port,
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
