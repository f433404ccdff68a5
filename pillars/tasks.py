"""What the plan asks of the timetable."""

from celery import shared_task
from django.utils import timezone

from dxportal import dates
from pillars import imports, pulses, timetable


@shared_task(name="pillars.calls", ignore_result=True)
def calls():
    """Open the calls of a quarter that has ended, publish what was checked on its day. Twice does nothing twice."""
    timetable.open_due(timezone.now())
    timetable.publish_due(timezone.now())


@shared_task(name="pillars.work_imports", ignore_result=True)
def work_imports():
    """Read and apply the plan files that wait; they stand in the database."""
    imports.work()


@shared_task(name="pillars.pulse", ignore_result=True)
def pulse():
    """Close the questions about burden and effect that are over, ask about a quarter that has ended."""
    pulses.seal_over(dates.today())
    pulses.open_due(dates.today())
