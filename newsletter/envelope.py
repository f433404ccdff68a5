"""A mail as bytes: headers and parts, the same in every copy of a delivery (I4, I5; sending.md, "Headers")."""

import re
from email.generator import BytesGenerator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from io import BytesIO

from django.conf import settings
from django.urls import reverse

from newsletter.models import Delivery, Preference, Topic


class MailPolicy(EmailPolicy):
    """The library's policy, spared what it does again for every copy: most headers are short ASCII and stand as they
    are, and the few others come again in every copy of an issue. Parsing and folding them all took half the time of a
    mail. List-* headers stand as they are whatever their length: the library would put a long address into encoded
    words, which RFC 2369 forbids and no mail program reads.
    """

    def header_max_count(self, name):
        return 1  # no header of ours comes twice; asking the library makes a class for each

    def header_store_parse(self, name, value):
        return name, value if is_plain(name, value) else parsed(name, str(value))

    def header_fetch_parse(self, name, value):
        return value

    def fold_binary(self, name, value):
        return f"{name}: {value}\r\n".encode("ascii") if is_plain(name, value) else folded(name, value)


# No Content-Transfer-Encoding of 8 bits, lines of at most 76 letters: every relay takes it.
LINE = 76
POLICY = MailPolicy(cte_type="7bit", max_line_length=LINE, linesep="\r\n")
PLAIN = EmailPolicy(cte_type="7bit", max_line_length=LINE, linesep="\r\n")
WHOLE = {"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"}


def is_plain(name: str, value) -> bool:
    """Whether the header is one line as it stands (RFC 5322, 2.2): letters that can be printed, not too many."""
    if type(value) is not str or not value.isascii() or not value.isprintable():
        return False
    return name in WHOLE or len(name) + len(": ") + len(value) <= LINE


@lru_cache(maxsize=64)
def parsed(name: str, value: str):
    """The header as an object of the library. Raises ValueError for a value with a line break."""
    return PLAIN.header_store_parse(name, value)[1]


@lru_cache(maxsize=64)
def folded(name: str, value) -> bytes:
    """The header's lines."""
    return PLAIN.fold_binary(name, value)


class WholeLines(BytesGenerator):
    """Writes the body of a part at once: base64 has its line breaks already, and going through them one by one cost as
    much as encoding them."""

    def _write_lines(self, lines):
        self.write(lines.replace("\n", "\r\n") if "\r" not in lines else lines)


def as_bytes(message) -> bytes:
    written = BytesIO()
    WholeLines(written, policy=message.policy).flatten(message)
    return written.getvalue()


TOPIC_OF = {
    Delivery.Kind.ISSUE: Topic.NEWSLETTER,
    Delivery.Kind.JOINER: Topic.NEWSLETTER,
    Delivery.Kind.DIGEST: Topic.DIGEST,
    Delivery.Kind.REMINDER: Topic.REMINDER,
}
BULK = {*TOPIC_OF, Delivery.Kind.NOTICE}


def one_line(text: str) -> str:
    """The text with every kind of line break and control character gone, so that it can only be one header (MA1)."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def sender() -> str:
    """The address in the envelope: where the relay reports bounces."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def topic_of(delivery) -> str | None:
    """What the reader can switch off to stop mails like this one; None where nothing can be stopped (MA7)."""
    return delivery.content.get("topic") or TOPIC_OF.get(delivery.kind)


def build(delivery, rendered, *, person=None, plain=False) -> bytes:
    """The whole message. Raises ValueError when the address cannot stand in a header."""
    message = EmailMessage(policy=POLICY)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["From"] = Address(one_line(name), addr_spec=address)
    message["To"] = Address(one_line(person.name) if person else "", addr_spec=delivery.recipient)
    message["Reply-To"] = settings.MAIL_REPLY_TO
    message["Subject"] = one_line(rendered.subject)
    message["Date"] = format_datetime(delivery.mail_date)
    message["Message-ID"] = delivery.message_id
    for header, value in automatic_headers(delivery, person):
        message[header] = value
    message.set_content(rendered.text, cte="base64")
    if rendered.html and not plain:
        message.add_alternative(rendered.html, subtype="html", cte="base64")
        show(message.get_payload()[-1], rendered.pictures, delivery)
        message.set_boundary(f"=_delivery-{delivery.pk}")
    if rendered.calendar:
        attach(message, rendered.calendar)
        message.set_boundary(f"=_calendar-{delivery.pk}")
    return as_bytes(message)


def show(page, pictures, delivery) -> None:
    """Put the pictures beside the HTML part that shows them (multipart/related, RFC 2387): nothing is fetched from
    outside, and no program lists them as attachments."""
    for picture in pictures:
        page.add_related(
            picture.content, "image", picture.subtype, cid=f"<{picture.cid}>", disposition="inline"
        )
    if pictures:
        page.set_boundary(f"=_related-{delivery.pk}")


def attach(message, calendar: bytes) -> None:
    """The calendar file with its METHOD in the header too: programs look there for what to do with it."""
    method = re.search(rb"^METHOD:(\w+)", calendar, re.MULTILINE)[1].decode()
    message.add_attachment(calendar.decode(), subtype="calendar", filename="invite.ics", cte="base64")
    message.get_payload()[-1].set_param("method", method)


def automatic_headers(delivery, person):
    """Headers that tell machines what this is: no out-of-office replies, one list, one click to stop it."""
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield Delivery.SEAL_HEADER, delivery.seal
    if delivery.kind not in BULK:
        return
    yield "Precedence", "bulk"
    topic = topic_of(delivery)
    yield "List-Id", f"<{topic or delivery.kind}.{settings.MAIL_HOST_NAME}>"
    if person and topic:
        yield "List-Unsubscribe", f"<{unsubscribe_url(person, topic)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def unsubscribe_url(person, topic) -> str:
    """The https address that stops `topic` for the person: a page on GET, done at once on POST (RFC 8058)."""
    token = Preference.unsubscribe_token(person, topic)
    return settings.SITE_URL + reverse("newsletter:unsubscribe", args=[token])
