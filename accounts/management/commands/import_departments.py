"""manage.py import_departments FILE: departments from a CSV file or workbook (see accounts/imports)."""

from accounts.imports import DepartmentImport
from accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Create, update and, when asked, deactivate departments from a file. Nothing is written while a row is bad."
    reader = DepartmentImport
