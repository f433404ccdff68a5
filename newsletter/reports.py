"""What a message in the bounce mailbox says: a delivery status report (RFC 3464), an automatic reply, or neither."""

import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.errors import MessageError

from newsletter.models import Bounce, Delivery
from newsletter.models.deliveries import clean_address

Kind = Bounce.Kind
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# RFC 3463 3.2 and 3.3: statuses that speak of the mailbox or its domain; 5.1.7 and 5.1.8 speak of the sender,
# 5.2.2 of a full box, 5.7 of policies. 5.4.310 is how Exchange says that a domain does not exist.
ABOUT_THE_ADDRESS = re.compile(r"5\.(1\.(0|1|2|3|6|10)|2\.1|4\.310)$")
OUR_MESSAGE_ID = re.compile(r"<delivery-(\d{1,18})@[^<>\s]+>")


@dataclass(frozen=True)
class Report:
    """`delivery` is the row of ours that the report is about, None when there is none."""

    kind: str
    delivery: Delivery | None = None
    address: str = ""
    status: str = ""
    words: str = ""


def read(content: bytes) -> Report:
    """What the message says. Whatever cannot be read, or is about no mail of ours, is UNKNOWN or an automatic REPLY."""
    try:
        message = message_from_bytes(content, policy=policy.compat32)
        fields, original = _parts(message)
        if fields:
            return _about(original, fields)
        return Report(Kind.REPLY if _answers_by_itself(message) else Kind.UNKNOWN)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return Report(Kind.UNKNOWN)  # written by anybody, so anything may be wrong with it


def _parts(message):
    """(fields of the recipient the report is about, headers of our mail); (None, None) where it is no report."""
    fields = original = None
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status" and fields is None:
            fields = _recipient(part.get_payload())
        elif kind in ("message/rfc822", "message/global") and original is None:
            original = part.get_payload(0)
        elif kind == "text/rfc822-headers" and original is None:
            text = part.get_payload(decode=True).decode("utf-8", "replace")
            original = message_from_string(text, policy=policy.compat32)
    return fields, original


def _recipient(blocks):
    """The block of the first recipient with an action: we send to one person at a time (I5)."""
    return next((block for block in blocks if block["Action"]), None)


def _answers_by_itself(message) -> bool:
    marks = (message["Auto-Submitted"] or "no", message["X-Autoreply"] or "no", message["Precedence"] or "")
    said = [str(mark).split(";")[0].strip().lower() for mark in marks]
    return said[0] != "no" or said[1] == "yes" or said[2] == "auto_reply"


def _about(original, fields) -> Report:
    delivery = _ours(original)
    if delivery is None:
        return Report(Kind.UNKNOWN)
    action = str(fields["Action"]).strip().lower()
    found = STATUS.search(str(fields["Status"] or "")) or STATUS.search(str(fields["Diagnostic-Code"] or ""))
    status = found[0] if found else ""
    words = " ".join(str(fields["Diagnostic-Code"] or fields["Status"] or "").replace("\0", "").split())[:500]
    kind = _kind(action, status, delivery, fields)
    if kind is None:
        return Report(Kind.UNKNOWN)
    return Report(kind, delivery, delivery.address, status, words)


def _kind(action, status, delivery, fields):
    """The kind of a report about one of our mails; None for good news (delivered, relayed, expanded)."""
    if action == "delayed":
        return Kind.DELAYED
    if action != "failed":
        return None
    if ABOUT_THE_ADDRESS.match(status) and _names(delivery, fields):
        return Kind.GONE
    return Kind.FAILED


def _names(delivery, fields) -> bool:
    """Whether the report is about our address, and not about one to which that person's mail is forwarded."""
    said = (str(fields[name] or "").rpartition(";")[2] for name in ("Final-Recipient", "Original-Recipient"))
    return not {delivery.address, delivery.recipient}.isdisjoint(
        clean_address(address.strip(" <>")) for address in said
    )


def _ours(original):
    """The delivery whose Message-ID and seal stand in the returned headers: a report anybody wrote has no seal."""
    if original is None:
        return None
    found = OUR_MESSAGE_ID.fullmatch(str(original["Message-ID"] or "").strip())
    if not found:
        return None
    delivery = Delivery.objects.filter(pk=found[1]).first()
    if delivery is None or delivery.message_id != found[0]:
        return None
    return delivery if delivery.is_sealed_by(str(original[Delivery.SEAL_HEADER] or "").strip()) else None
