"""What is sent to the mail catcher lies in the folder as it was sent."""

import smtplib
import subprocess
import sys

import pytest

from dxportal.local.catcher import Keeper
from dxportal.local.places import PROJECT
from tests.live import free_port, wait_for

MAIL = "Subject: 便り\r\nTo: a@example.jp\r\n\r\n.点で始まる行\r\n".encode()


@pytest.fixture
def catcher(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "dxportal.local.catcher", str(tmp_path / "mail"), str(port)]
    process = subprocess.Popen(command, cwd=PROJECT)

    def connect():
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except OSError:
            return None

    yield wait_for(connect)
    process.terminate()
    assert process.wait(10) == 0


def test_a_mail_is_kept_with_its_envelope(catcher, tmp_path):
    catcher.sendmail("from@example.jp", ["one@example.jp", "two@example.jp"], MAIL)

    [path] = (tmp_path / "mail").glob("*.eml")
    envelope = b"Return-Path: <from@example.jp>\r\nX-Original-To: one@example.jp\r\nX-Original-To: two@example.jp\r\n"
    assert path.read_bytes() == envelope + MAIL


def test_many_mails_on_one_connection_are_all_kept(catcher, tmp_path):
    for number in range(200):
        catcher.sendmail("from@example.jp", [f"p{number}@example.jp"], MAIL)

    names = sorted(path.name.rpartition("-")[2] for path in (tmp_path / "mail").iterdir())
    assert names == sorted(f"p{number}@example.jp.eml" for number in range(200))


def test_an_address_cannot_leave_the_folder(tmp_path):
    path = Keeper(tmp_path).keep("a@example.jp", ["../../Etc/パス@example.jp"], MAIL)

    assert (path.parent, path.name.split("-")[-1]) == (tmp_path, ".._.._etc_@example.jp.eml")


def test_what_cannot_be_kept_is_refused_for_now(catcher, tmp_path):
    (tmp_path / "mail").rmdir()

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        catcher.sendmail("from@example.jp", ["one@example.jp"], MAIL)

    assert refusal.value.smtp_code == 452
