"""The faults F1 to F30 of the mail engine against the real thing: who was missed, who got it twice?

    python bench/faults                         # the whole table, about 40 minutes
    python bench/faults --only F2,F12 --mails 1200

Starts PostgreSQL (fsync on), Valkey, beat, worker, mail worker and a relay that misbehaves, all on the loopback, and
ends only these, by their process ids. The lease of a mail is shortened so that nobody waits a quarter of an hour; every
other waiting time is the real one. Exit code 1 when somebody was missed, too many got it twice, or a check failed.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

import outbox  # noqa: E402
from demonstration import free_port  # noqa: E402

LEASE_SECONDS = 30
HEAD = f"{'fault':<6} {'people':>6} {'lost':>5} {'twice':>5} {'bound':>5} {'seconds':>7}  what happened"


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    port = free_port()
    environ = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_LEASE_SECONDS": str(options.lease)}
    with outbox.servers(folder=options.place, LOG_LEVEL="ERROR", **environ) as servers:
        from stage import Stage

        began = time.monotonic()
        with Stage(servers, port, options) as stage:
            print(
                f"lease {options.lease} s, {stage.rig.connections} connections, {options.mails} mails at most"
            )
            print(HEAD, flush=True)
            good = [stage.play(fault) for fault in chosen(options.only)]
        print(
            f"{len(good)} faults in {(time.monotonic() - began) / 60:.0f} minutes, {good.count(False)} not well"
        )
    return 0 if all(good) else 1


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="F2,F12: these faults alone")
    parser.add_argument("--mails", type=int, default=300, help="people of one fault at most")
    parser.add_argument("--lease", type=int, default=LEASE_SECONDS, help="seconds; production 900")
    parser.add_argument("--place", default="", help="a folder for the servers (F20: on a small file system)")
    return parser.parse_args()


def chosen(only: str) -> list:
    """The faults asked for, in the order of the table."""
    import answers
    import people
    import storage
    import workers

    faults = [fault for module in (workers, storage, answers, people) for fault in module.FAULTS]
    wanted = {name for name in only.split(",") if name}
    return sorted(
        (f for f in faults if not wanted or f.name.rstrip("abcde") in wanted or f.name in wanted), key=order
    )


def order(fault) -> tuple:
    return int(fault.name[1:].rstrip("abcde")), fault.name


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main())
