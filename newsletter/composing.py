"""Looking once more before sending (is it still wanted?), and making the mail of a claimed row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation

from dxportal import dates
from newsletter import admitting, envelope, rendering, schedule
from newsletter.models import Delivery, Issue, Preference
from newsletter.models.deliveries import clean_address

Kind = Delivery.Kind


@dataclass(frozen=True)
class Mail:
    """Ready for the relay: the address in the envelope, and the message as bytes."""

    sender: str
    message: bytes


class NotNeeded(Exception):
    """The mail does not leave: person gone, opted out, nothing to say, too late. The first argument is the code."""

    @property
    def code(self) -> str:
        return self.args[0]


class NotNow(Exception):
    """The mail is due later than its row said."""

    def __init__(self, until: datetime, zone: str):
        super().__init__(until)
        self.until, self.zone = until, zone


class IssueShelf(dict):
    """The frozen issues a worker is sending, read once for each round of the loop."""

    def __missing__(self, pk):
        self[pk] = Issue.objects.get(pk=pk)
        return self[pk]


def compose(delivery, shelf) -> Mail:
    """The mail of a claimed row. Raises NotNeeded or NotNow; any other exception is a fault of this row's data."""
    person = delivery.person
    look(delivery, person)
    if delivery.kind == Kind.ISSUE:
        wait_for_morning(delivery, shelf[delivery.issue_id], person)
    language = person.language if person else delivery.content.get("language", settings.LANGUAGE_CODE)
    zone = person.tz if person else dates.TOKYO
    with translation.override(language), timezone.override(zone):
        rendered = COMPOSERS[delivery.kind](delivery, person, shelf)
    plain = bool(person) and preference_of(person).plain_text
    message = envelope.build(delivery, rendered, person=person, plain=plain)
    return Mail(envelope.sender(), message)


def preference_of(person) -> Preference:
    """The person's preference as it was loaded with the person, or the defaults."""
    return getattr(person, "preference", None) or Preference(person=person)


# --- still wanted? ----------------------------------------------------------------------------------


def look(delivery, person) -> None:
    """Raise NotNeeded when the mail must not leave; take over a new address of the person."""
    if delivery.started_at >= delivery.expires_at:
        raise NotNeeded("expired")
    if person is not None:
        _look_at_person(delivery, person)
    if not is_allowed(delivery.address):
        raise NotNeeded("not_allowed")


def _look_at_person(delivery, person) -> None:
    if not person.is_active:
        raise NotNeeded("left")
    if delivery.kind == Kind.ACCOUNT and not admitting.is_invitation(delivery):
        return  # a code goes where it was asked for
    take_over_address(delivery, person)
    preference = preference_of(person)
    if preference.is_refused:
        raise NotNeeded("address")
    if delivery.kind in envelope.BULK and not delivery.content.get("owed"):
        if preference.is_paused(delivery.started_at.astimezone(person.tz).date()):
            raise NotNeeded("paused")
        topic = envelope.topic_of(delivery)
        if topic and not preference.wants_at_once(topic):
            raise NotNeeded("off")


def take_over_address(delivery, person) -> None:
    """A person whose address changed since the row was made gets the mail at the new one."""
    address = clean_address(person.email)
    if address == delivery.address:
        return
    delivery.address, delivery.domain = address, address.rpartition("@")[2]
    mine = Delivery.objects.filter(pk=delivery.pk, claims=delivery.claims)
    mine.update(address=delivery.address, domain=delivery.domain)


def is_allowed(address: str) -> bool:
    """Whether mail may go there: outside production only to listed addresses or domains ("@example.jp") (I12)."""
    allowed = settings.MAIL_ALLOWED_RECIPIENTS
    if settings.PRODUCTION and not allowed:
        return True
    return address in allowed or "@" + address.rpartition("@")[2] in allowed


def wait_for_morning(delivery, issue, person) -> None:
    """Raise NotNow when the person has moved to a zone where the morning of the issue is still to come (F25)."""
    zone, country = schedule.place_of(person)
    if issue.is_hurried or zone == delivery.zone:
        return
    due = schedule.local_morning(issue.scheduled_for, zone, country)
    if due > delivery.started_at:
        raise NotNow(due, zone)


# --- what it says -----------------------------------------------------------------------------------


def compose_issue(delivery, person, shelf):
    return rendering.issue_message(shelf[delivery.issue_id], person)


def compose_joiner(delivery, person, shelf):
    """The latest issue for somebody who began after it went out; not when it was taken back meanwhile."""
    issue = shelf[delivery.content["issue"]]
    if issue.state == Issue.State.CANCELLED:
        raise NotNeeded("done")
    return rendering.issue_message(issue, person)


def compose_ready(delivery, person, shelf):
    """A mail whose words are in the row: a test of an issue."""
    words, html = delivery.content, delivery.content.get("html", "")
    pictures = rendering.pictures_of(delivery.issue_id, html)
    return rendering.Rendered(words["subject"], words["text"], html, pictures=pictures)


def compose_account(delivery, person, shelf):
    """An invitation, or the words of allauth in our look."""
    if admitting.is_invitation(delivery):
        return compose_notice(delivery, person, shelf)
    words = {"subject": delivery.content["subject"], "body": delivery.content["text"], "person": person}
    return rendering.render("account", words, translation.get_language())


def compose_digest(delivery, person, shelf):
    from newsletter import digest

    return digest.compose(delivery, person)


def compose_reminder(delivery, person, shelf):
    from newsletter import reminders

    return reminders.compose(delivery, person)


def compose_notice(delivery, person, shelf):
    from newsletter import notices

    return notices.compose(delivery, person)


def compose_alarm(delivery, person, shelf):
    from newsletter import alarms

    return rendering.render(
        "notice", {**alarms.words(delivery.content), "person": person}, translation.get_language()
    )


COMPOSERS: dict[str, Callable] = {
    Kind.ISSUE: compose_issue,
    Kind.JOINER: compose_joiner,
    Kind.TEST: compose_ready,
    Kind.ACCOUNT: compose_account,
    Kind.DIGEST: compose_digest,
    Kind.REMINDER: compose_reminder,
    Kind.NOTICE: compose_notice,
    Kind.ALARM: compose_alarm,
}
