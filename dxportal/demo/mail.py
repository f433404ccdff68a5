"""The demonstration's returned mail: addresses that nothing reaches, a full box, and what a few people chose."""

from datetime import date

from accounts.models import User
from dxportal.demo.follows import READERS
from newsletter.models import Bounce, Delivery, Preference, Topic, Way

NO_USER = "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
FULL = "smtp; 554 5.2.2 mailbox full"
# Staff number: what this person chose; everybody else has the defaults.
CHOICES = {
    "S000012": {Topic.NEWSLETTER: Way.DIGEST, Topic.ANSWER: Way.DIGEST},
    "S000045": {Topic.FOLLOWED: Way.AT_ONCE, Topic.GROUP: Way.AT_ONCE},
    "S000063": {Topic.SUPPORTED: Way.OFF},
}


def load(today: date) -> None:
    """Loading again adds nothing twice."""
    if Preference.objects.exclude(refused_address="").exists():
        return
    refused_by_the_relay()
    came_back_twice()
    for person in User.objects.filter(staff_number__in=CHOICES):
        Preference.objects.of(person).choose(CHOICES[person.staff_number], source="demo")


def refused_by_the_relay() -> None:
    """The relay said so when the issue was sent."""
    refused = Delivery.objects.filter(state=Delivery.State.FAILED, code="refused", person__is_active=True)
    for row in refused.exclude(person__staff_number__in=READERS).select_related("person"):
        mark(row, row.reply)


def came_back_twice() -> None:
    """The relay took two issues, and both came back days later; somebody else's box is only full."""
    sent = Delivery.objects.filter(kind=Delivery.Kind.ISSUE, state=Delivery.State.SENT)
    quiet = sent.exclude(person__staff_number__in=READERS).order_by("person")
    gone, full = quiet.values_list("person", flat=True).distinct()[40:42]
    for row in sent.filter(person=gone).order_by("due_at"):
        report(row, Bounce.Kind.GONE, "5.1.10", NO_USER)
        mark(row, NO_USER)
    report(sent.filter(person=full).latest("due_at"), Bounce.Kind.FAILED, "5.2.2", FULL)


def report(row, kind, status, words) -> None:
    told = {"kind": kind, "status": status, "words": words, "address": row.address}
    name = f"demo:{row.pk}"
    bounce = Bounce.objects.create(fingerprint=name, name=name, delivery=row, **told)
    Bounce.objects.filter(pk=bounce.pk).update(received_at=row.finished_at)


def mark(row, reply) -> None:
    Preference.objects.mark_refused(row.person_id, row.address, reply)
    Preference.objects.filter(person=row.person_id).update(refused_at=row.finished_at)
