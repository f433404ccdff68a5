"""What the taskforce asks of the timetable."""

from celery import shared_task

from dxportal import dates
from taskforce.models import GroupMembership


@shared_task(name="taskforce.memberships", ignore_result=True)
def memberships():
    """Who is in a group follows the duties of today, which are also given and ended on other pages."""
    GroupMembership.objects.follow_duties(dates.today())
