"""Figures as they stood at several moments, and the median wait among them."""

from django.db.models import Aggregate


class Median(Aggregate):
    """The median in PostgreSQL's own words; a mean would be pulled up by one forgotten idea or question."""

    function = "percentile_cont"
    name = "Median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def by_moment(told: dict, number: int) -> list[dict]:
    """{"received_0": 5, "received_1": 3} as [{"received": 5}, {"received": 3}]."""
    return [
        {name.rpartition("_")[0]: value for name, value in told.items() if name.endswith(f"_{place}")}
        for place in range(number)
    ]
