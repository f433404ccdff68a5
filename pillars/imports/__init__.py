"""Importing a plan: one package for the pages, the worker and `manage.py import_plan`.

    store(content, name, by=…)    keeps an uploaded file for the worker to read (orders.py)
    upload(content, name, by=…)   reads and compares a file at once; changes nothing
    order(plan_import, by=…)      asks the worker to apply what was chosen; over 5 % of the plan, a second person
    confirm(plan_import, by=…)    applies in one transaction, or shows again what has changed meanwhile (applying.py)
    discard(plan_import, by=…)
    take_back(plan_import, by=…)  asks the worker to undo a whole import as one act (undoing.py)
    work()                        does what waits; the timetable rings for it

Rows with an error are never taken, and nothing is ever removed: rows the file does not have are named.
"""

from pillars.imports.applying import LOCK, ImportBusy, ImportRefused, PreviewOutdated, confirm, discard
from pillars.imports.orders import begin, order, store, take_back, upload
from pillars.imports.queue import work
from pillars.imports.undoing import Undo
from pillars.workbook.files import FileRefused
from pillars.workbook.reading import Problem

__all__ = [
    "LOCK",
    "FileRefused",
    "ImportBusy",
    "ImportRefused",
    "PreviewOutdated",
    "Problem",
    "Undo",
    "begin",
    "confirm",
    "discard",
    "order",
    "store",
    "take_back",
    "upload",
    "work",
]
