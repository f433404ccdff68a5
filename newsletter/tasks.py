"""What Celery runs. Both tasks are alarm clocks: what has to be done stands in the database."""

from celery import shared_task
from django.conf import settings

from newsletter import drawn_threads
from newsletter import readership as readers
from newsletter.bounces import collect
from newsletter.drain import drain as drain_outbox
from newsletter.tick import tick as one_round


@shared_task(name="newsletter.tick", ignore_result=True)
def tick():
    """Look what is due; wake as many workers as there may be connections to the relay."""
    if one_round():
        for _worker in range(settings.MAIL_CONNECTIONS):
            drain.apply_async(queue="mail", expires=10, ignore_result=True)


@shared_task(name="newsletter.readership", ignore_result=True)
def readership():
    """Count who read what since the last minute; forget single readers and voices of old issues."""
    readers.open_and_close()
    readers.collect()


@shared_task(name="newsletter.threads", ignore_result=True)
def threads():
    """Draw what came of the things an issue tells of, below its page."""
    drawn_threads.draw()


# The longest honest wait is ten minutes after the final dot, so the limits lie above it.
@shared_task(name="newsletter.drain", ignore_result=True, soft_time_limit=780, time_limit=800)
def drain():
    drain_outbox()


@shared_task(name="newsletter.bounces", ignore_result=True)
def bounces():
    """Read what mail servers reported back."""
    collect()
