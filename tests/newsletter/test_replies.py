"""The first column of "What each SMTP answer does"."""

import pytest

from newsletter.replies import Answer, Stage, Verdict

S, V = Stage, Verdict


@pytest.mark.parametrize(
    ("stage", "code", "text", "verdict"),
    [
        (S.DOT, 250, "2.0.0 ok", V.ACCEPTED),
        (S.CONNECT, 0, "refused", V.UNREACHABLE),
        (S.CONNECT, 535, "5.7.8 wrong password", V.UNREACHABLE),
        (S.CONNECT, 554, "no service", V.UNREACHABLE),
        (S.SENDER, 421, "4.3.0 closing", V.UNREACHABLE),
        (S.RECIPIENT, 421, "closing", V.UNREACHABLE),
        (S.DATA, 421, "closing", V.UNREACHABLE),
        (S.SENDER, 452, "4.3.1 no space", V.UNREACHABLE),
        (S.RECIPIENT, 450, "4.2.0 later", V.TEMPORARY),
        (S.RECIPIENT, 451, "4.7.1 Greylisted", V.TEMPORARY),
        (S.RECIPIENT, 452, "4.2.2 over quota", V.TEMPORARY),
        (S.RECIPIENT, 450, "4.7.1 too many", V.RATE),
        (S.SENDER, 432, "", V.RATE),
        (S.DOT, 451, "4.7.0 slow down", V.RATE),
        (S.DOT, 421, "closing", V.TEMPORARY),
        (S.DOT, 452, "4.3.1 no space", V.TEMPORARY),
        (S.RECIPIENT, 550, "5.1.1 unknown", V.REFUSED),
        (S.RECIPIENT, 551, "", V.REFUSED),
        (S.RECIPIENT, 553, "", V.REFUSED),
        (S.RECIPIENT, 554, "5.1.10 null MX", V.REFUSED),
        (S.RECIPIENT, 530, "5.7.0 sign in first", V.UNREACHABLE),
        (S.RECIPIENT, 552, "5.2.2 full", V.MAILBOX_FULL),
        (S.RECIPIENT, 550, "5.2.2 over quota", V.MAILBOX_FULL),
        (S.DOT, 552, "", V.MAILBOX_FULL),
        (S.DOT, 552, "5.3.4 message too big", V.MESSAGE),
        (S.SENDER, 550, "sender unknown", V.MESSAGE),
        (S.RECIPIENT, 554, "5.7.1 policy", V.MESSAGE),
        (S.DOT, 554, "5.7.1 spam", V.MESSAGE),
        (S.DOT, 550, "5.1.1 no", V.MESSAGE),
        (S.RECIPIENT, 0, "lost", V.LOST),
        (S.DATA, 0, "lost", V.LOST),
        (S.DOT, 0, "timed out", V.UNCONFIRMED),
    ],
)
def test_verdict(stage, code, text, verdict):
    assert Answer(stage, code, text).verdict is verdict
