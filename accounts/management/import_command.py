"""What import_departments and import_staff share: options, the list of problems, one line of result."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from dxportal import dates


class ImportCommand(BaseCommand):
    reader = None  # a class of accounts/imports

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--deactivate-missing", action="store_true", help="deactivate whoever the file lacks"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="take the good rows even when others are bad"
        )

    def handle(self, *, file, deactivate_missing, skip_bad, **options):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        task = self.reader(data, today=dates.today(), name=file.name)
        outcome = task.run(skip_bad=skip_bad, deactivate_missing=deactivate_missing)
        for problem in outcome.problems:
            self.stderr.write(str(problem))
        if not outcome.applied:
            raise CommandError(f"{len(outcome.problems)}件の誤りがあるため、何も取り込んでいません。")
        self.stdout.write(
            "新規 {created} 変更 {changed} 変更なし {unchanged} 無効 {deactivated} "
            "役割の追加 {duties_given} 役割の終了 {duties_ended}".format(**outcome.counts)
        )
