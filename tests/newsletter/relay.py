"""A relay on the loopback that misbehaves as a test tells it, and what it keeps of every mail."""

import asyncio
import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.live import free_port

DROP = "drop"  # hang up without an answer; after the text the mail has been taken
HANG = "hang"  # take the mail, then say nothing


@dataclass
class Kept:
    """One accepted mail: envelope and message."""

    recipients: list
    message: object
    at: float = field(default_factory=time.monotonic)

    @property
    def copy_of(self):
        """What has to be equal in every copy of one delivery."""
        return self.message["Message-ID"], self.message["Date"]

    def part(self, kind):
        return self.message.get_body(preferencelist=(kind,)).get_content()

    @property
    def digest(self):
        """Fingerprint of the text without the reader's own lines."""
        own = ("unsubscribe", "さんに届け")
        lines = [line for line in self.part("plain").splitlines() if not any(word in line for word in own)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass
class FaultyRelay:
    """`on_sender`, `on_recipient`, `on_text`: functions of (address, how often asked) that give a reply or None."""

    on_sender: object = None
    on_recipient: object = None
    on_text: object = None
    delay: float = 0.0
    kept: list = field(default_factory=list)
    asked: Counter = field(default_factory=Counter)
    open_now: int = 0
    open_most: int = 0
    connections: int = 0  # more than so many are turned away at the greeting; 0 = any number
    last_peer: int = 0  # port of the client that named a recipient last
    port: int = 0  # any free one

    def start(self):
        relay = self

        class CountingSMTP(SMTP):
            def connection_made(self, transport):
                relay.open_now += 1
                relay.open_most = max(relay.open_most, relay.open_now)
                super().connection_made(transport)

            def connection_lost(self, error):
                relay.open_now -= 1
                super().connection_lost(error)

        class CountingController(Controller):
            def factory(self):
                return CountingSMTP(self.handler, hostname="localhost")

        self.controller = CountingController(self, hostname="127.0.0.1", port=self.port or free_port())
        self.port = self.controller.port
        self.controller.start()
        return self

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
        self.controller = None

    @property
    def recipients(self):
        return sorted(address for mail in self.kept for address in mail.recipients)

    @property
    def twice(self):
        """How many mails came more often than once."""
        return sum(count - 1 for count in Counter(mail.copy_of for mail in self.kept).values())

    # --- hooks of aiosmtpd --------------------------------------------------------------------------

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        if self.connections and self.open_now > self.connections:
            return ["421 4.7.0 too many connections"]
        session.host_name = hostname
        return responses

    async def handle_HELO(self, server, session, envelope, hostname):  # noqa: N802
        if self.connections and self.open_now > self.connections:
            return "421 4.7.0 too many connections"
        session.host_name = hostname
        return "250 localhost"

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        self.asked["MAIL"] += 1
        if self.on_sender and (reply := self.on_sender(address, self.asked["MAIL"])):
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.asked[address] += 1
        self.last_peer = session.peer[1]
        if self.on_recipient and (reply := self.on_recipient(address, self.asked[address])):
            if reply == DROP:
                server.transport.abort()
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(self.delay)
        address = envelope.rcpt_tos[0]
        reply = self.on_text(address, self.asked[address]) if self.on_text else None
        if reply not in (None, DROP, HANG):
            return reply
        message = message_from_bytes(envelope.original_content, policy=policy.default)
        self.kept.append(Kept(list(envelope.rcpt_tos), message))
        if reply == HANG:
            await asyncio.sleep(3)
        if reply in (DROP, HANG):
            server.transport.abort()
        return "250 2.0.0 Kept"
