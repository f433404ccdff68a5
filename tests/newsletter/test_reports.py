"""Delivery status reports as servers write them, and everything else that lies in a bounce mailbox (N16, MA11)."""

import pytest

from newsletter import reports
from newsletter.models import Bounce
from tests.newsletter.returned import letter, report, sent_mail

pytestmark = pytest.mark.django_db(transaction=True)
Kind = Bounce.Kind


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_report_of_a_missing_mailbox_is_about_our_row(headers_only):
    row, message = sent_mail()
    found = reports.read(report(message, headers_only=headers_only))
    assert (found.kind, found.delivery, found.address, found.status) == (Kind.GONE, row, row.address, "5.1.1")
    assert found.words.startswith("smtp; 550 5.1.1")


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.10", Kind.GONE),
        ("failed", "5.4.310", Kind.GONE),  # Exchange: the domain does not exist
        ("failed", "5.2.1", Kind.GONE),
        ("failed", "5.2.2", Kind.FAILED),  # a full box is not a wrong address
        ("failed", "5.1.8", Kind.FAILED),  # our own address is what they do not like
        ("failed", "5.7.1", Kind.FAILED),
        ("failed", "4.4.7", Kind.FAILED),
        ("delayed", "4.4.1", Kind.DELAYED),
        ("delivered", "2.0.0", Kind.UNKNOWN),
        ("relayed", "2.0.0", Kind.UNKNOWN),
    ],
)
def test_what_statuses_mean(action, status, kind):
    assert reports.read(report(sent_mail()[1], action=action, status=status)).kind == kind


def test_a_status_stands_in_the_diagnostic_when_its_field_is_empty():
    content = report(sent_mail()[1]).replace(b"Status: 5.1.1", b"Status:")
    assert reports.read(content).status == "5.1.1"


def test_where_a_mail_was_forwarded_to_is_not_the_persons_address():
    row, message = sent_mail()
    away = {"recipient": "hana@private.example"}
    assert reports.read(report(message, original="hana@private.example", **away)).kind == Kind.FAILED
    assert reports.read(report(message, original=row.address, **away)).kind == Kind.GONE


def test_a_report_that_anybody_could_have_written_is_believed_by_nobody():
    row, message = sent_mail()
    seal = row.seal.encode()
    for forged in (message.replace(seal, b"x" * len(seal)), message.replace(b"<delivery-", b"<delivery-9")):
        assert reports.read(report(forged)).kind == Kind.UNKNOWN
    without = b"".join(line for line in message.splitlines(True) if b"X-Delivery-Seal" not in line)
    assert reports.read(report(without)).kind == Kind.UNKNOWN


def test_a_seal_made_with_a_former_key_is_known(settings):
    row, message = sent_mail()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 6
    assert reports.read(report(message)).kind == Kind.GONE


def test_automatic_replies_and_letters_are_told_apart():
    away = {"Auto_Submitted": "auto-replied (vacation)"}
    assert reports.read(letter(**away)).kind == Kind.REPLY
    assert reports.read(letter(Precedence="auto_reply")).kind == Kind.REPLY
    assert reports.read(letter()).kind == Kind.UNKNOWN
    assert reports.read(letter(Auto_Submitted="no")).kind == Kind.UNKNOWN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n--B--",
        b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/rfc822\n\n--B--",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
    ],
)
def test_whatever_cannot_be_read_is_unknown(content):
    assert reports.read(content).kind == Kind.UNKNOWN
