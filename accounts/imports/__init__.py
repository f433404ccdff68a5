"""Departments and staff from a file (D2): the same file again changes nothing, and nobody is deleted.

Everything is checked first, every problem told, then everything is written in one transaction. Who is missing from
the file is deactivated, and only when asked.
"""

from accounts.imports.departments import DepartmentImport
from accounts.imports.staff import StaffImport

__all__ = ["DepartmentImport", "StaffImport"]
