"""Whom the demonstration lets follow what, so that my page and the weekly digest have something to tell."""

from datetime import date

from accounts.models import Follow, User
from pillars.models import Initiative
from taskforce.models import Idea, WorkingGroup

INITIATIVES = ["P1-O1-I04", "P2-O4-I02", "P4-O1-I03", "P1-O1-I02"]
IDEA = 118
GROUP = "b"
# Staff numbers of the accounts shown at the start, and of one person at a mission.
READERS = ["S000001", "S000003", "S000005", "S000012", "S000045", "S000049", "S000059", "S000063"]


def load(today: date) -> None:
    """Loading again adds nothing twice."""
    things = [
        *Initiative.objects.filter(code__in=INITIATIVES),
        Idea.objects.get(number=IDEA),
        WorkingGroup.objects.get(slug=GROUP),
    ]
    for reader in User.objects.filter(staff_number__in=READERS):
        for thing in things:
            follow(reader, thing)


def follow(reader, thing) -> None:
    target_type, target_id = thing.history_key
    Follow.objects.get_or_create(
        user=reader,
        target_type=target_type,
        target_id=target_id,
        defaults={"target_label": str(thing), "target_url": thing.get_absolute_url()},
    )
