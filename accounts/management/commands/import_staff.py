"""manage.py import_staff FILE: staff from a CSV file or workbook (see accounts/imports)."""

from accounts.imports import StaffImport
from accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = (
        "Create, update and, when asked, deactivate staff from a file. Nothing is written while a row is bad."
    )
    reader = StaffImport
