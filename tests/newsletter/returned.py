"""Messages as they lie in the bounce mailbox: reports in the manner of Postfix and Exchange, and other mail."""

from email.message import EmailMessage
from email.policy import SMTP

from django.utils import timezone

from newsletter import claiming, composing
from newsletter.composing import IssueShelf
from newsletter.models import Delivery
from tests.factories import UserFactory

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.jp (Mail Delivery System)
To: dx-portal@example.jp
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp
Arrival-Date: Wed, 25 Nov 2026 09:00:00 +0900

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{original}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient address rejected

--B
Content-Type: {kind}

{mail}
--B--
"""


def sent_mail(person=None, key="notice"):
    """A mail that the relay has taken, and its bytes."""
    person = person or UserFactory()
    words = {"subject": "お知らせ", "text": "本文"}
    row = Delivery.objects.post(Delivery.Kind.TEST, key=f"{key}:{person.pk}", person=person, **words)
    row = claiming.claim()
    message = composing.compose(row, IssueShelf()).message
    Delivery.objects.filter(pk=row.pk).update(state="sent", finished_at=timezone.now())
    return row, message


def report(message, *, status="5.1.1", action="failed", recipient=None, original=None, headers_only=False):
    """What a server reports about the bytes of a mail."""
    text = message.decode()
    recipient = recipient or text.partition("\nTo: ")[2].partition("\r")[0].rpartition("<")[2].strip("<>")
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    mail = text.partition("\r\n\r\n")[0] + "\r\n" if headers_only else text
    words = {"recipient": recipient, "original": original or recipient, "status": status, "action": action}
    return POSTFIX.replace("\n", "\r\n").format(kind=kind, mail=mail, **words).encode()


def letter(subject="お礼", **headers):
    """A mail that somebody wrote; headers with _ for -."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "hana@example.jp", "dx-portal@example.jp", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("いつも読んでいます。")
    return message.as_bytes()
