"""F1 to F5, F10, F18, F28: what can happen to the processes that send."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from demonstration import wait_for
from django.db.models import F
from stage import Fault, promised

from newsletter.models import Delivery, Heartbeat

SLOW = 0.06  # seconds a mail takes at the relay, so that there is a middle to disturb


def nothing(stage):
    """Nothing happens."""
    stage.send()
    stage.finish()
    bodies = {mail.digest for mail in stage.copies()}
    promised(len(bodies) == 1, f"{len(bodies)} bodies")
    promised(stage.relay.open_most <= stage.rig.connections, stage.relay.open_most)
    promised(
        all(len(mail.recipients) == 1 for mail in stage.copies()),
        "all(len(mail.recipients) == 1 for mail in stage.copies())",
    )
    return f"one body, one recipient each, at most {stage.relay.open_most} connections"


def killed(times: int):
    def act(stage):
        stage.send(delay=SLOW)
        for time_ in range(1, times + 1):
            stage.wait_for_mails(time_ / (times + 1) * 0.8)
            stage.rig.kill("mail-worker")
            stage.rig.children["mail-worker"].start()
        return done_after_lease(stage)

    act.__doc__ = f"kill -9 of the whole mail worker, {times} ×."
    return act


def done_after_lease(stage) -> str:
    """The few in flight wait for the end of their lease."""
    last = time.monotonic()
    waiting = stage.rows.in_flight().count()
    stage.finish()
    seconds = time.monotonic() - last
    return f"{waiting} in flight then, all done {seconds:.0f} s after the last"


def one_child(stage):
    """kill -9 of one child process."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.4)
    os.kill(stage.rig.processes("mail-worker")[1], signal.SIGKILL)
    return done_after_lease(stage)


def deploys(stage):
    """TERM and start again, 3 ×."""
    stage.send(delay=SLOW)
    stops = []
    for number in range(1, 4):
        stage.wait_for_mails(number / 5)
        began = time.monotonic()
        stage.rig.stop("mail-worker")
        stops.append(time.monotonic() - began)
        stage.rig.children["mail-worker"].start()
    stage.finish()
    promised(max(stops) <= 30, stops)
    return f"slowest stop {max(stops):.0f} s"


def suspended(stage):
    """The worker's host stands still for more than a lease, another host takes over, the first comes back."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.3)
    stage.rig.signal("mail-worker", signal.SIGSTOP)
    before = stage.got
    stage.rig.start_worker("second-mail-worker", queue="mail", processes=stage.rig.connections)
    try:
        stage.finish(seconds=4 * stage.lease + 60)
        sent = stage.states()["sent"]
        stage.rig.signal("mail-worker", signal.SIGCONT)
        time.sleep(15)
    finally:
        stage.rig.stop("second-mail-worker")
    promised(stage.states()["sent"] == sent, "a late writer changed a row")
    return f"{before} sent before, the rest by the second host; the late writer changed no row"


def beat_gone(stage):
    """beat is killed and comes back, 10 minutes later by every clock of the portal."""
    stage.send(delay=SLOW)
    stage.wait_for_mails(0.2)
    stage.rig.kill("beat")
    stage.wait_for_mails(0.4)
    ten = timedelta(minutes=10)
    Heartbeat.objects.exclude(name="database").update(at=F("at") - ten)
    wait_for(lambda: stage.rows.in_flight().count() == 0, seconds=60)
    stage.rig.children["beat"].start()
    stage.finish()
    wait_for(lambda: "tick" in stage.alarms(), seconds=60)
    return "alarm posted, sending went on by itself"


def two_beats(stage):
    """Two beats, and the schedule file deleted."""
    stage.send(delay=SLOW)
    stage.rig.start_beat("second-beat")
    stage.wait_for_mails(0.3)
    stage.rig.kill("beat")
    for path in Path(os.environ["DX_VAR"]).glob("beat-schedule*"):
        path.unlink()
    stage.rig.children["beat"].start()
    stage.finish()
    stage.rig.stop("second-beat")
    return "harmless"


def slow_relay(stage):
    """The relay takes 10 s for each mail."""
    stage.send(delay=10)
    wait_for(lambda: stage.rows.in_flight().count() == stage.rig.connections, seconds=30)
    code = Delivery.objects.post(
        "account", key="bench:code", address="code@example.jp", subject="番号", text="1"
    )
    wait_for(lambda: not Delivery.objects.filter(pk=code.pk).queued().exists(), seconds=90)
    code.refresh_from_db()
    waited = (code.finished_at - code.due_at).total_seconds()
    stage.finish(seconds=300)
    promised(waited <= 60, waited)
    return f"a sign-in code waited {waited:.0f} s, its own 10 s included"


def out_of_memory(stage):
    """One mail kills the process that sends it, every time."""
    victim = "reader7@example.jp"

    def kill_sender(address, times):
        if address == victim:
            os.kill(owner_of(stage.relay.last_peer, stage.rig.processes("mail-worker")), signal.SIGKILL)

    stage.relay.on_recipient = kill_sender
    stage.send(delay=SLOW)
    stage.finish(seconds=8 * stage.lease + 120)
    row = stage.rows.get(address=victim)
    promised((row.state, row.code) == ("failed", "no_result"), (row.state, row.code))
    promised(stage.states() == {"sent": stage.people - 1, "failed": 1}, stage.states())
    return f"that one failed after {row.claims - 1} attempts and is listed, everybody else has it"


def owner_of(port: int, pids: list[int]) -> int:
    """The process among `pids` whose end of a TCP connection has this port (Linux)."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(line[9] for line in lines if int(line[1].partition(":")[2], 16) == port)
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            if str(handle.readlink()) == f"socket:[{inode}]":
                return pid
    raise LookupError(port)


FAULTS = [
    Fault("F1", nothing),
    Fault("F2a", killed(1), bound=4),
    Fault("F2b", killed(3), bound=12),
    Fault("F3", one_child, bound=1),
    Fault("F4", deploys),
    Fault("F5", suspended, bound=4),
    Fault("F10a", beat_gone),
    Fault("F10b", two_beats),
    Fault("F18", slow_relay, people=12),
    Fault("F28", out_of_memory, people=60),
]
