"""F12 to F17, F19: what a relay can answer."""

import time
from datetime import timedelta

from demonstration import wait_for
from stage import Fault, promised

from newsletter.models import Delivery, Issue, Preference, Route
from tests.newsletter.relay import DROP, HANG

OUTAGE_SECONDS = 25


def number(address: str) -> int:
    """7 of reader7@example.jp."""
    return int(address.partition("@")[0].removeprefix("reader") or -1) if address.startswith("reader") else -1


def greylisting(stage):
    """Everybody is turned away at first (greylisting)."""
    stage.relay.on_recipient = lambda address, times: (
        "451 4.7.1 Greylisted, come again" if times == 1 else None
    )
    stage.send()
    stage.finish(seconds=300)
    promised(
        set(stage.rows.values_list("tries", flat=True)) == {1},
        "set(stage.rows.values_list('tries', flat=True)) == {1}",
    )
    return "each came again once"


def temporary(stage):
    """451 for every fifth person at first."""
    stage.relay.on_recipient = lambda address, times: (
        "451 4.2.1 later" if times == 1 and number(address) % 5 == 0 else None
    )
    stage.send()
    stage.finish(seconds=300)
    return f"{stage.rows.filter(tries=1).count()} came again"


def busy(stage):
    """421 to every twentieth mail."""
    stage.relay.on_sender = lambda address, times: "421 4.3.2 busy" if times % 20 == 0 else None
    stage.send(delay=0.02)
    stage.finish(seconds=600)
    promised(
        set(stage.rows.values_list("tries", flat=True)) == {0},
        "set(stage.rows.values_list('tries', flat=True)) == {0}",
    )
    return f"{stage.relay.asked['MAIL'] - stage.people} times turned away, nobody's tries grew"


def two_connections(stage):
    """The relay allows 2 connections, the portal is set to 4."""
    stage.relay.connections = 2
    stage.send(delay=0.05)
    stage.finish(seconds=600)
    stage.relay.connections = 0
    promised(
        set(stage.rows.values_list("tries", flat=True)) == {0},
        "set(stage.rows.values_list('tries', flat=True)) == {0}",
    )
    return "nobody's tries grew"


def dropped(stage):
    """The connection breaks in the text, before the final dot, for one mail in twenty."""
    stage.relay.on_recipient = lambda address, times: (
        DROP if times == 1 and number(address) % 20 == 0 else None
    )
    stage.send()
    stage.finish(seconds=300)
    return f"{stage.people // 20} broken connections"


def wrong_addresses(stage):
    """550 for every tenth person."""
    stage.relay.on_recipient = lambda address, times: (
        "550 5.1.1 no such user" if number(address) % 10 == 3 else None
    )
    stage.send()
    stage.finish()
    refused = set(stage.rows.filter(state="failed").values_list("address", flat=True))
    wrong = {address for address in stage.names if number(address) % 10 == 3}
    promised(refused == wrong, f"{len(refused)} of {len(wrong)}")
    promised(
        Preference.objects.addresses_to_check().count() == len(wrong),
        "Preference.objects.addresses_to_check().count() == len(wrong)",
    )
    return f"exactly these {len(wrong)} are listed"


def lost_replies(stage):
    """The reply is lost after accepting, 10 ×; silence after the final dot, 2 ×."""
    first = [name for name in sorted(stage.names, key=number)][2:14]
    what = {address: DROP for address in first[:10]} | {address: HANG for address in first[10:]}
    stage.relay.on_text = lambda address, times: what.get(address) if times == 1 else None
    stage.send()
    stage.finish(seconds=400)
    lost = sum(stage.rows.values_list("lost_replies", flat=True))
    promised(lost == 12, lost)
    return "12 counted as unconfirmed and sent again with the same Message-ID and Date"


def short_outage(stage):
    """The relay is away for 25 s."""
    stage.send(delay=0.05)
    stage.wait_for_mails(0.3)
    stage.relay.stop()
    time.sleep(OUTAGE_SECONDS)
    stage.relay.start()
    stage.finish(seconds=200)
    promised(
        set(stage.rows.values_list("tries", flat=True)) == {0},
        "set(stage.rows.values_list('tries', flat=True)) == {0}",
    )
    return "nobody's tries grew"


def long_outage(stage):
    """The relay is away for 26 hours, by every clock of the portal."""
    stage.relay.stop()
    stage.send(delay=0.02)
    wait_for(lambda: Route.objects.filter(name="relay", failures__gt=0).exists(), seconds=60)
    for hour in range(26):
        stage.shift(timedelta(hours=-1))
        if hour in (1, 12, 25):
            time.sleep(15)  # a tick and the attempts that follow from it
    wait_for(lambda: "relay" in stage.alarms(), seconds=60)
    failures = Route.objects.get(name="relay").failures
    stage.relay.start()
    stage.shift(timedelta(hours=-1))
    stage.finish(seconds=200)
    posted = Delivery.objects.filter(kind="alarm", content__alarm="relay", person=stage.checker).count()
    promised((failures > 2, posted) == (True, 1), (failures, posted))
    promised(
        set(stage.rows.values_list("tries", flat=True)) == {0},
        "set(stage.rows.values_list('tries', flat=True)) == {0}",
    )
    return "one alarm, nobody's tries grew"


def wrong_password(stage):
    """The relay answers 535, then the password is mended."""
    stage.relay.on_sender = lambda address, times: "535 5.7.8 authentication failed"
    stage.send()
    wait_for(lambda: Route.objects.filter(name="relay", failures__gt=0).exists(), seconds=60)
    stage.obedient()
    stage.finish(seconds=200)
    promised(not Preference.objects.exists(), "somebody was marked")
    return "nobody marked"


def content_refused(stage):
    """554 to the content of everybody; mended and resumed."""
    stage.relay.on_text = lambda address, times: "554 5.7.1 looks like spam"
    issue = stage.send(delay=0.02)
    wait_for(lambda: Issue.objects.get(pk=issue.pk).state == Issue.State.PAUSED, seconds=90)
    time.sleep(3)
    attempts = stage.rows.filter(code="message").count()
    promised(attempts <= 3 + stage.rig.connections, attempts)
    promised(
        "message" in stage.alarms() and not stage.copies(),
        "'message' in stage.alarms() and not stage.copies()",
    )
    stage.obedient()
    Issue.objects.get(pk=issue.pk).resume(by=stage.checker)
    stage.finish(seconds=500)
    return f"paused by itself after {attempts} attempts, alarm, nobody marked; after resuming all got it"


def limited(stage):
    """The relay takes 30 mails a minute."""
    stage.restart_mail_worker(MAIL_PER_MINUTE="30")
    stage.send()
    stage.finish(seconds=300)
    stage.restart_mail_worker()
    moments = sorted(mail.at for mail in stage.copies())
    peak = max(sum(1 for at in moments if start <= at < start + 60) for start in moments)
    promised(peak <= 30, peak)
    promised(
        set(stage.rows.values_list("tries", flat=True)) == {0},
        "set(stage.rows.values_list('tries', flat=True)) == {0}",
    )
    return f"with MAIL_PER_MINUTE=30 at most {peak} in any 60 s"


FAULTS = [
    Fault("F12a", greylisting),
    Fault("F12b", temporary),
    Fault("F12c", busy, people=60),
    Fault("F12d", two_connections, people=40),
    Fault("F12e", dropped),
    Fault("F13", wrong_addresses),
    Fault("F14", lost_replies, bound=12),
    Fault("F15a", short_outage),
    Fault("F15b", long_outage),
    Fault("F16", wrong_password),
    Fault("F17", content_refused),
    Fault("F19", limited, people=45),
]
