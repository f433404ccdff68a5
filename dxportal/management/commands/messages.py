"""`manage.py messages`: the English catalogues without GNU gettext."""

from django.core.management.base import BaseCommand, CommandError

from dxportal import catalogues


class Command(BaseCommand):
    help = "Bring the English catalogues up to date; --check fails when English is missing, --compile writes .mo."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing, fail when a string has no English"
        )
        parser.add_argument("--compile", action="store_true", help="write the .mo files and nothing else")

    def handle(self, *args, check, **options):
        if options["compile"]:
            for app in catalogues.APPS:
                catalogues.compile_catalogue(app)
            return
        if not check:
            for app in catalogues.APPS:
                catalogues.update(app)
                catalogues.compile_catalogue(app)
        untranslated = [(app, message) for app in catalogues.APPS for message in catalogues.missing(app)]
        for app, message in untranslated:
            self.stdout.write(f"{app}: {message.id}" + (f" [{message.context}]" if message.context else ""))
        if check and untranslated:
            raise CommandError(f"{len(untranslated)} strings have no English.")
