"""manage.py export_plan CODE FILE: the whole plan as the workbook import_plan reads."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from dxportal import dates
from pillars import exports
from pillars.models import Plan


class Command(BaseCommand):
    help = "Write the whole plan as an .xlsx workbook in the format of the import."

    def add_arguments(self, parser):
        parser.add_argument("code", help="code of the plan")
        parser.add_argument("file", type=Path, help="where to write the workbook")

    def handle(self, *, code, file, **options):
        plan = Plan.objects.filter(code=code).first()
        if plan is None:
            known = ", ".join(Plan.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"no plan with the code {code} (known: {known})")
        file.write_bytes(exports.xlsx(exports.plan_datasets(plan, today=dates.today())))
        self.stdout.write(self.style.SUCCESS(f"{file} written"))
