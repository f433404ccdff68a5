"""Let mail leave again after a restore of the database, once somebody has looked how far sending had come."""

from django.core.management.base import BaseCommand

from newsletter import sending
from newsletter.models import Issue, Route


class Command(BaseCommand):
    help = "Let mail leave again after a restore. Paused issues are resumed one by one on their page."

    def handle(self, **options):
        if not Route.objects.relay().held:
            self.stdout.write("Mail was not being held.")
            return
        sending.release()
        self.stdout.write("Mail leaves again.")
        for issue in Issue.objects.filter(state=Issue.State.PAUSED).only("number", "title"):
            self.stdout.write(f"Still paused: {issue}")
