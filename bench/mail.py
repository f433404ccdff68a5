"""How fast mail leaves, through the real path: written, tested, approved, then beat and workers into a sink (P6).

    python bench/mail.py                                       # 10,000 readers at 50 ms and at 0 ms
    python bench/mail.py --readers 100000 --approve-only

Starts PostgreSQL (fsync on), Valkey, beat and workers of its own and stops them at the end. Everything, the sink
included, shares the cores of the machine. Prints one line for each figure.
"""

import argparse
import multiprocessing
import os
import smtplib
import threading
import time

import outbox
from demonstration import free_port, wait_for
from rig import Rig, cpu_seconds, megabytes

CODES_EVERY = 2  # seconds between the sign-in codes that are asked for while an issue goes out


def main() -> None:
    options = arguments()
    port = free_port()
    with outbox.servers(EMAIL_URL=f"smtp://127.0.0.1:{port}", MAIL_CONNECTIONS=str(options.connections)):
        editor, checker = outbox.hire(options.readers)
        for delay in options.delay:
            issue = measure_approval(editor, checker)
            if options.approve_only:
                return
            sink = multiprocessing.Process(target=outbox.run_sink, args=(port, delay), daemon=True)
            sink.start()
            time.sleep(1)
            say(f"--- sink of {delay * 1000:.0f} ms", "")
            bare = bare_loop(issue, port, mails=1000)
            measure_sending(issue, options, bare)
            sink.terminate()
            sink.join()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--delay", type=float, nargs="+", default=[0.05, 0.0], help="seconds of the sink")
    parser.add_argument("--approve-only", action="store_true")
    return parser.parse_args()


def say(what: str, value: str) -> None:
    print(f"{what:<34} {value}", flush=True)


def timed(act) -> tuple[float, object]:
    began = time.perf_counter()
    answer = act()
    return time.perf_counter() - began, answer


def measure_approval(editor, checker):
    """Approve as the secretariat does, for tomorrow and therefore not yet leaving; the issue."""
    from newsletter.models import Issue

    issue = outbox.written(editor)
    outbox.tested(issue, checker)
    seconds, issue = timed(lambda: issue.approve(by=checker, now=True))
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.PAUSED)  # until the clock runs
    say("approve", f"{seconds:.2f} s for {issue.audience_count} people")
    say("mail", f"{len(issue.frozen_html.encode()) / 1000:.0f} kB of HTML")
    return issue


def bare_loop(issue, port: int, *, mails: int) -> float:
    """CPU seconds for 1,000 mails of the same size in a loop of smtplib that does nothing else."""
    message = b"Subject: x\r\n\r\n" + b"x" * 75 * (len(issue.frozen_html.encode()) * 4 // 3 // 75) + b"\r\n"
    cpu = time.process_time()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        seconds, _nothing = timed(
            lambda: [smtp.sendmail("a@example.jp", f"b{n}@example.jp", message) for n in range(mails)]
        )
    used = (time.process_time() - cpu) * 1000 / mails
    say("bare smtplib, one connection", f"{mails / seconds:.0f} mails/s, {used:.2f} s CPU per 1,000")
    return used


def measure_sending(issue, options, bare: float) -> None:
    from newsletter.models import Delivery, Issue

    rows = Delivery.objects.for_issue(issue)
    with Rig(connections=options.connections) as rig:
        workers = rig.processes("mail-worker")[1:]
        before = [(cpu_seconds(pid), megabytes(pid)) for pid in workers]
        codes = threading.Thread(target=ask_for_codes, args=(issue,), daemon=True)
        Issue.objects.filter(pk=issue.pk).update(state=Issue.State.SENDING)
        wait_for(lambda: rows.filter(state="sent").exists(), seconds=60)
        codes.start()
        seconds, _done = timed(lambda: wait_for(lambda: not rows.queued().exists(), seconds=3600, every=0.5))
        after = [(cpu_seconds(pid), megabytes(pid)) for pid in workers]
        codes.join()
    report(issue, seconds, before, after, bare)


def report(issue, seconds, before, after, bare) -> None:
    from newsletter.models import Delivery

    rows = Delivery.objects.for_issue(issue)
    used = sum(late[0] - early[0] for early, late in zip(before, after, strict=True))
    cpu = used * 1000 / issue.audience_count
    figures_seconds, figures = timed(lambda: rows.figures())
    say("send", f"{seconds:.0f} s, {issue.audience_count / seconds:.0f} mails/s, {figures['states']}")
    say("CPU of the mail workers", f"{cpu:.2f} s per 1,000 mails, {cpu / bare:.1f} times the bare loop")
    say(
        "memory of each worker, start → end",
        ", ".join(f"{a[1]:.0f} → {b[1]:.0f} MB" for a, b in zip(before, after, strict=True)),
    )
    say("figures of the monitor", f"{figures_seconds:.3f} s")
    codes = Delivery.objects.filter(key__startswith=f"bench:{issue.number}:", state="sent")
    waits = sorted((row.finished_at - row.due_at).total_seconds() for row in codes)
    say("sign-in codes meanwhile", f"{len(waits)} sent, slowest after {waits[-1]:.1f} s" if waits else "none")


def ask_for_codes(issue) -> None:
    """A sign-in code every other second until the issue is through."""
    from django.db import connection

    from newsletter.models import Delivery

    for number in range(3600):
        if not Delivery.objects.for_issue(issue).queued().exists():
            break
        key = f"bench:{issue.number}:{number}"
        Delivery.objects.post("account", key=key, address="code@example.jp", subject="番号", text="123456")
        time.sleep(CODES_EVERY)
    rows = Delivery.objects.filter(kind="account")
    wait_for(lambda: not rows.queued().exists(), seconds=60, every=0.5)
    connection.close()


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    main()
