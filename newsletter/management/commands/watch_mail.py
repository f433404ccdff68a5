"""Watch beat and workers from outside; alarm by mail within three minutes when one stands still (promises.md P9)."""

import time

from django.core.management.base import BaseCommand

from newsletter import watching

EVERY_SECONDS = 20  # with watching.LATE_SECONDS and the sending itself within the three minutes of P9


class Command(BaseCommand):
    help = (
        "Watch the mail engine from a process of its own and send the alarm when beat or workers stand still."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--once", action="store_true", help="one look, for a timer; exit code 1 when not well"
        )

    def handle(self, *, once, **options):
        while True:
            missing = watching.round_()
            if missing:
                self.stderr.write(f"Not well: {missing}.")
            if once:
                raise SystemExit(1 if missing else 0)
            time.sleep(EVERY_SECONDS)
