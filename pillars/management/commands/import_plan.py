"""manage.py import_plan FILE: the plan's workbook, or one of its sheets as CSV (see pillars/imports.py)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from dxportal import dates
from pillars import imports
from pillars.models import Plan


class Command(BaseCommand):
    help = "Import a plan workbook (.xlsx) or one of its sheets (.csv): all or nothing, twice the same changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument(
            "--plan", help="code of the plan a single sheet belongs to (default: the running plan)"
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="also rows changed in the portal since the export"
        )

    def handle(self, *, file, dry_run, plan, overwrite, **options):
        chosen = Plan.objects.filter(code=plan).first()
        if plan and chosen is None:
            raise CommandError(f"no plan with the code {plan}")
        try:
            with transaction.atomic():
                plan_import = imports.upload(
                    file.read_bytes(), file.name, by=None, today=dates.today(), plan=chosen
                )
                self._show(plan_import)
                if dry_run or plan_import.errors:
                    transaction.set_rollback(True)
                    return self._end(plan_import, dry_run)
                result = imports.confirm(plan_import, by=None, today=dates.today(), overwrite=overwrite)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except (imports.FileRefused, imports.ImportRefused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS("{created} created, {changed} changed, {unchanged} unchanged".format(**result))
        )
        if result["kept"]:
            self.stdout.write(
                f"{result['kept']} rows kept as changed in the portal (--overwrite takes the file's)"
            )

    def _show(self, plan_import):
        for problem in plan_import.errors:
            self.stderr.write(str(imports.Problem(**problem)))
        rows = plan_import.preview["rows"]
        for row in rows if len(rows) <= 200 else [row for row in rows if row["kind"] == "changed"]:
            sign = "+" if row["kind"] == "new" else "~"
            self.stdout.write(f"{sign} {row['sheet']} {row['row']}: {row['code']} {row['name']}")
            for column, (old, new) in row["changes"].items():
                self.stdout.write(f"    {column}: {old} → {new}")
        for missing in plan_import.preview["missing"]:
            self.stdout.write(
                f"- {missing['sheet']}: {missing['code']} {missing['name']} (not in the file, kept)"
            )

    def _end(self, plan_import, dry_run):
        if plan_import.errors:
            raise CommandError(f"{len(plan_import.errors)} problems, nothing imported")
        counts = plan_import.preview["counts"]
        self.stdout.write("{new} would be created, {changed} changed, {unchanged} unchanged".format(**counts))
