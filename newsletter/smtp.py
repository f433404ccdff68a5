"""One open SMTP connection, spoken step by step, so that we always know whether the relay may have accepted a mail."""

import smtplib
import ssl
import time

from django.conf import settings

from newsletter.replies import Answer, Stage, Verdict

CONNECT_SECONDS = 10
COMMAND_SECONDS = 30
# RFC 5321, 4.5.3.2.6: ten minutes after the final dot, because a client that hurries there makes duplicates.
DOT_SECONDS = 600
MAILS_PER_CONNECTION = 500


class Relay:
    """The relay of the settings. `deliver` connects when needed and keeps the connection for the next mail."""

    def __init__(self):
        self.smtp = None
        self.used = 0
        self.accepted = 0
        self.began = time.monotonic()

    @property
    def rate(self) -> float:
        """Mails a minute that this process has got rid of since it began."""
        return self.accepted * 60 / max(1.0, time.monotonic() - self.began)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def deliver(self, sender: str, recipient: str, message: bytes) -> Answer:
        """Hand one message over for exactly one address (I5). Never raises for what network or relay do."""
        if self.smtp is not None and self.used >= MAILS_PER_CONNECTION:
            self.close()
        if self.smtp is None and (trouble := self._connect()):
            return trouble
        self.used += 1
        answer = self._converse(sender, recipient, message)
        if answer.verdict is Verdict.ACCEPTED:
            self.accepted += 1
        elif not answer.code or answer.code == 421:
            self.drop()
        else:
            self._reset()
        return answer

    def _connect(self) -> Answer | None:
        try:
            self.smtp = connect()
            self.used = 0
        except smtplib.SMTPResponseException as error:
            self.drop()
            return Answer(Stage.CONNECT, error.smtp_code, _words(error.smtp_error))
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return Answer(Stage.CONNECT, 0, f"{type(error).__name__}: {error}")
        return None

    def _converse(self, sender: str, recipient: str, message: bytes) -> Answer:
        stage = Stage.SENDER
        try:
            self.smtp.sock.settimeout(COMMAND_SECONDS)
            steps = (
                (Stage.SENDER, "MAIL", f"FROM:<{sender}>", 250),
                (Stage.RECIPIENT, "RCPT", f"TO:<{recipient}>", 250),
                (Stage.DATA, "DATA", "", 354),
            )
            for stage, command, argument, wanted in steps:
                code, words = self.smtp.docmd(command, argument)
                if code != wanted and not (wanted == 250 and code == 251):
                    return Answer(stage, code if code > 0 else 0, _words(words))
            self.smtp.send(on_the_wire(message))
            stage = Stage.DOT
            self.smtp.sock.settimeout(DOT_SECONDS)
            self.smtp.send(b".\r\n")
            code, words = self.smtp.getreply()
            return Answer(stage, code if code > 0 else 0, _words(words))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return Answer(stage, 0, f"{type(error).__name__}: {error}")

    def _reset(self) -> None:
        try:
            self.smtp.sock.settimeout(COMMAND_SECONDS)
            self.smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.drop()

    def close(self) -> None:
        """Say goodbye and hang up."""
        if self.smtp is not None:
            try:
                self.smtp.sock.settimeout(COMMAND_SECONDS)
                self.smtp.quit()
            except (OSError, smtplib.SMTPException, AttributeError):
                pass
        self.drop()

    def drop(self) -> None:
        """Hang up without a word."""
        if self.smtp is not None:
            self.smtp.close()
        self.smtp = None


def connect() -> smtplib.SMTP:
    """A greeted, encrypted and signed-in connection as the settings say. Our name is given, never looked up in DNS."""
    options = {"timeout": CONNECT_SECONDS, "local_hostname": settings.MAIL_HOST_NAME}
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    if settings.EMAIL_USE_SSL:
        smtp = smtplib.SMTP_SSL(host, port, context=ssl.create_default_context(), **options)
    else:
        smtp = smtplib.SMTP(host, port, **options)
    try:
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def on_the_wire(message: bytes) -> bytes:
    """Lines end with CRLF and a leading dot is doubled (RFC 5321, 4.5.2). Plain replacements: a regular expression took
    longer than sending."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").replace(b"\n.", b"\n..")
    return (b"." if lines.startswith(b".") else b"") + lines.replace(b"\n", b"\r\n") + b"\r\n"


def _words(reply) -> str:
    """The relay's words, without what the database cannot keep: a result that cannot be written is sent again."""
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return words.replace("\0", "")
