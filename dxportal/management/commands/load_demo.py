"""manage.py load_demo: the demonstration's organisation, plan, taskforce and newsletter, each by its own loader."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from dxportal import dates

LOADERS = (
    "people",
    "pillars",
    "history",
    "calls",
    "pulse",
    "taskforce",
    "ideas",
    "spread",
    "thanks",
    "results",
    "newsletter",
    "readers",
    "follows",
    "mail",
    "excel",
    "brief",
    "lastyear",
    "twoperson",
)  # each builds on those before it


class Command(BaseCommand):
    help = "Load the demonstration. Loading again adds nothing twice. Refused in production."

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "This is production: the demonstration would give 300 people the same password."
            )
        today = dates.today()
        for name in LOADERS:
            if find_spec(f"dxportal.demo.{name}") is None:
                continue
            with transaction.atomic():
                import_module(f"dxportal.demo.{name}").load(today)
            if options["verbosity"]:
                self.stdout.write(f"demo: {name}")
