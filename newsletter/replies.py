"""What each SMTP answer means: the first column of the table in sending.md, as one function from words to a verdict."""

import enum
import re
from dataclasses import dataclass


class Stage(enum.Enum):
    """How far the conversation had come when the answer arrived."""

    CONNECT = "connect"  # connection, greeting, TLS, sign-in
    SENDER = "sender"  # MAIL FROM
    RECIPIENT = "recipient"  # RCPT TO
    DATA = "data"  # DATA and the text, before the final dot
    DOT = "dot"  # after the final dot: the relay may have accepted


class Verdict(enum.Enum):
    ACCEPTED = "accepted"
    UNREACHABLE = "unreachable"  # the relay as such; nobody's fault, nothing was accepted
    RATE = "rate"  # too fast, or too many connections
    TEMPORARY = "temporary"  # this person, later
    MAILBOX_FULL = "mailbox_full"  # this person, later
    REFUSED = "refused"  # this person, for good
    MESSAGE = "message"  # this message as such
    LOST = "lost"  # connection lost before the dot: certainly not accepted
    UNCONFIRMED = "unconfirmed"  # connection lost after the dot: perhaps accepted


@dataclass(frozen=True)
class Answer:
    stage: Stage
    code: int  # 0 when the connection broke
    text: str = ""

    def __str__(self):
        return f"{self.code} {self.text}".strip() if self.code else self.text

    @property
    def verdict(self) -> Verdict:
        return judge(self)

    @property
    def is_greylisting(self) -> bool:
        """Whether the relay turns away everybody it sees for the first time, to see whether we come again."""
        return bool(GREYLIST_WORDS.search(self.text))


RATE_WORDS = re.compile(
    r"\b4\.(3\.2|7\.\d+)\b|too many|too fast|rate limit|throttl|connection limit", re.IGNORECASE
)
# Often said with 4.7.1, but about this person and not about the rate.
GREYLIST_WORDS = re.compile(r"gr[ea]y-?list", re.IGNORECASE)
FULL = re.compile(r"\b5\.2\.2\b")
TOO_BIG = re.compile(r"\b5\.3\.4\b")
PERSON_CODES = {501, 511, 521, 550, 551, 553, 556}
PERSON_WORDS = re.compile(r"\b5\.1\.\d+\b")


def judge(answer: Answer) -> Verdict:
    """The verdict on an answer. Code 0 is a broken or silent connection."""
    code, stage = answer.code, answer.stage
    if 200 <= code < 300 and stage is Stage.DOT:
        return Verdict.ACCEPTED
    if stage is Stage.CONNECT:
        return Verdict.UNREACHABLE
    if not code:
        return Verdict.UNCONFIRMED if stage is Stage.DOT else Verdict.LOST
    if 400 <= code < 500:
        return _temporary(answer)
    return _permanent(answer)


def _temporary(answer: Answer) -> Verdict:
    if answer.code == 421 and answer.stage is not Stage.DOT:
        return Verdict.UNREACHABLE
    speaks_of_rate = answer.code == 432 or RATE_WORDS.search(answer.text)
    if speaks_of_rate and not answer.is_greylisting:
        return Verdict.RATE
    # A relay that takes no sender at all is in trouble itself: no person's tries are counted for it.
    return Verdict.UNREACHABLE if answer.stage is Stage.SENDER else Verdict.TEMPORARY


def _permanent(answer: Answer) -> Verdict:
    if answer.code in (530, 535, 538):
        return Verdict.UNREACHABLE  # our password, not their mailbox
    if FULL.search(answer.text) or (answer.code == 552 and not TOO_BIG.search(answer.text)):
        return Verdict.MAILBOX_FULL
    if answer.stage is Stage.RECIPIENT and (answer.code in PERSON_CODES or PERSON_WORDS.search(answer.text)):
        return Verdict.REFUSED
    return Verdict.MESSAGE
