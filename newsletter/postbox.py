"""The mailbox where mail servers report what did not arrive: a maildir on this machine, or IMAP (N16).

Both have the same three verbs: `names()` of what lies there, `read(name)`, `put_away(name)`. Nothing is ever deleted:
what has been counted is moved to the folder Processed, everything else stays where people find it, unread.
"""

import contextlib
import imaplib
import mailbox
import re
import ssl
from urllib.parse import unquote, urlsplit

PROCESSED = "Processed"
SECONDS = 30
LARGEST = 2_000_000  # bytes of a message that are read; the report stands at its beginning
TROUBLE = (OSError, imaplib.IMAP4.error, mailbox.Error)  # what a mailbox that cannot be read raises


class Gone(Exception):
    """Somebody else has moved the message meanwhile."""


@contextlib.contextmanager
def opened(url: str):
    """The mailbox of `maildir:/var/mail/dx` or `imaps://user:password@host/INBOX` (imap+tls:// for STARTTLS).

    Raises one of TROUBLE when it cannot be opened, ValueError for another kind of address.
    """
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield Maildir(parts.path)
    elif parts.scheme in ("imaps", "imap+tls"):
        box = Imap(parts)
        try:
            yield box
        finally:
            box.close()
    else:
        raise ValueError(f"MAIL_BOUNCES begins with maildir:, imaps:// or imap+tls://, not {parts.scheme}:")


class Maildir:
    """Names are the maildir's keys, which stay the same when a mail program marks a message as read."""

    def __init__(self, path: str):
        self.box = mailbox.Maildir(path, create=False)

    def names(self) -> list[str]:
        """Of everything that lies there, oldest first: keys begin with the time of arrival."""
        return sorted(self.box.keys())

    def read(self, name: str) -> bytes:
        """The message. Raises Gone."""
        try:
            with self.box.get_file(name) as file:
                return file.read(LARGEST)
        except KeyError as error:
            raise Gone from error

    def put_away(self, name: str) -> None:
        """Into the folder Processed, which is made when missing. Raises Gone.

        Copied, then removed: a crash between leaves it in both, and it is known when it is read again.
        """
        try:
            message = self.box[name]
            self.box.add_folder(PROCESSED).add(message)
            self.box.remove(name)
        except KeyError as error:
            raise Gone from error


class Imap:
    """Names are uidvalidity:uid (RFC 9051); messages are looked at with PEEK, so they stay unread for people."""

    def __init__(self, parts):
        host, port = parts.hostname, parts.port
        if parts.scheme == "imaps":
            self.imap = imaplib.IMAP4_SSL(
                host, port or 993, ssl_context=ssl.create_default_context(), timeout=SECONDS
            )
        else:
            self.imap = imaplib.IMAP4(host, port or 143, timeout=SECONDS)
            self.imap.starttls(ssl.create_default_context())
        self.open(unquote(parts.username or ""), unquote(parts.password or ""), parts.path.strip("/"))

    def open(self, user: str, password: str, folder: str) -> None:
        """Sign in and choose the folder (INBOX when none is named)."""
        self.imap.login(user, password)
        self._ask(self.imap.select, f'"{folder or "INBOX"}"')
        (validity,) = self.imap.response("UIDVALIDITY")[1]
        self.validity = (validity or b"0").decode()

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self.imap.logout()

    def names(self) -> list[str]:
        """Of everything that lies there, oldest first."""
        (found,) = self._ask(self.imap.uid, "SEARCH", "UNDELETED")
        return [f"{self.validity}:{uid.decode()}" for uid in (found or b"").split()]

    def read(self, name: str) -> bytes:
        """The message. Raises Gone."""
        answer = self._ask(self.imap.uid, "FETCH", self._uid(name), f"(BODY.PEEK[]<0.{LARGEST}>)")
        for part in answer:
            if isinstance(part, tuple):
                return part[1]
        raise Gone(name)

    def put_away(self, name: str) -> None:
        """Into the folder Processed, which is made when missing; without the MOVE of RFC 6851 copied and marked."""
        uid = self._uid(name)
        self.imap.create(f'"{PROCESSED}"')  # answers NO when it is there already
        if "MOVE" in self.imap.capabilities:
            self._ask(self.imap.uid, "MOVE", uid, f'"{PROCESSED}"')
            return
        self._ask(self.imap.uid, "COPY", uid, f'"{PROCESSED}"')
        self._ask(self.imap.uid, "STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")

    def _uid(self, name: str) -> str:
        validity, _colon, uid = name.partition(":")
        if validity != self.validity or not re.fullmatch(r"\d+", uid):
            raise Gone(name)
        return uid

    def _ask(self, command, *arguments) -> list:
        kind, answer = command(*arguments)
        if kind != "OK":
            raise imaplib.IMAP4.error(str(answer))
        return answer
