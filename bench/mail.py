"""How fast mail leaves: approval for N readers, then several processes into a slow sink (promises.md P6).

    DATABASE_URL=… python bench/mail.py --readers 10000 --connections 4 --delay 0.05

Works in a database of its own next to the given one, `<name>_bench`, and drops it at the end.
"""

import argparse
import multiprocessing
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Department, User  # noqa: E402
from newsletter import sending  # noqa: E402
from newsletter.models import Delivery, Issue  # noqa: E402


def main() -> None:
    options = arguments()
    known = settings.DATABASES["default"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{known}_bench"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        issue = prepared(options.readers)
        seconds = timed(lambda: sending.enqueue_issue(issue, at=timezone.now()))
        print(f"approve   {seconds:8.2f} s for {options.readers} rows")
        sink = multiprocessing.Process(target=keep_mail, args=(options.port, options.delay), daemon=True)
        sink.start()
        time.sleep(2)
        seconds = timed(lambda: run_workers(options))
        states = Delivery.objects.for_issue(issue).figures()["states"]
        print(f"send      {seconds:8.2f} s, {options.readers / seconds * 60:.0f} a minute, {states}")
        print(f"figures   {timed(lambda: Delivery.objects.for_issue(issue).figures()):8.3f} s")
        sink.terminate()
    finally:
        connection.creation.destroy_test_db(known, verbosity=0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds the sink takes for each mail")
    parser.add_argument("--port", type=int, default=8590)
    return parser.parse_args()


def timed(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def prepared(readers: int) -> Issue:
    """Readers in twelve zones, and an approved issue of about the usual size that is being sent."""
    zones = ["Asia/Tokyo", "Asia/Bangkok", "Asia/Dubai", "Africa/Cairo", "Europe/Paris", "Europe/London"]
    zones += ["America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Los_Angeles"]
    zones += ["Pacific/Auckland", "Pacific/Honolulu"]
    departments = [
        Department.objects.create(code=f"B{number}", name=zone, kind="embassy", timezone=zone)
        for number, zone in enumerate(zones)
    ]
    people = [
        User(email=f"bench{number}@example.jp", name=f"職員 {number}", department=departments[number % 12])
        for number in range(readers)
    ]
    User.objects.bulk_create(people, batch_size=2000)
    editor, checker = (
        User.objects.create(email=f"{name}@example.jp", name=name, is_active=False) for name in ("e", "c")
    )
    body = "業務合理化便り。" * 1500
    frozen = {f"frozen_{part}{language}": body for part in ("text", "html") for language in ("", "_en")}
    return Issue.objects.create(
        number=1,
        title="測定",
        issued_on=date(2026, 11, 25),
        scheduled_for=date(2026, 11, 25),
        send_now=True,
        state=Issue.State.SENDING,
        created_by=editor,
        last_edited_by=editor,
        approved_by=checker,
        approved_at=datetime.now(UTC),
        approvals=1,
        frozen_subject="測定",
        frozen_subject_en="Measurement",
        **frozen,
    )


def keep_mail(port: int, delay: float) -> None:
    """A relay that takes everything after `delay` seconds."""
    import asyncio

    from aiosmtpd.smtp import SMTP

    class Sink:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            await asyncio.sleep(delay)
            return "250 OK"

    async def serve():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Sink(), hostname="localhost", loop=loop), "127.0.0.1", port
        )
        await server.serve_forever()

    asyncio.run(serve())


def run_workers(options) -> None:
    """The worker processes, until nothing is due."""
    connection.close()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", options.port
    settings.MAIL_CONNECTIONS = options.connections
    workers = [multiprocessing.Process(target=drain_all) for _n in range(options.connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def drain_all() -> None:
    from newsletter.drain import drain

    while drain():
        pass


if __name__ == "__main__":
    main()
