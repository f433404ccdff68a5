"""What accounts asks of the timetable."""

from celery import shared_task
from django.core.management import call_command

from accounts.models.users import forget_ended_sessions


@shared_task(name="accounts.clear_sessions")
def clear_sessions():
    """Once a night: sessions that ran out leave the database, and their lines leave the list of devices."""
    call_command("clearsessions")
    forget_ended_sessions()
