"""An earlier state of a row, as the record would have kept it."""

from datetime import date, datetime, time

from dxportal import dates
from pillars.record import remember


def moment(day: date, hour=12, minute=0) -> datetime:
    """An instant of the day by the clocks of Tokyo."""
    return dates.local_instant(day, time(hour, minute), dates.TOKYO)


def was(row, day: date, *, label="update", hour=12, minute=0, **values):
    """Write into the record that the row became `values` on a day, and else as it is now; returns the row."""
    old = type(row)._base_manager.get(pk=row.pk)
    for name, value in values.items():
        setattr(old, name, value)
    remember(type(row), [(moment(day, hour, minute), label, old)])
    return row
