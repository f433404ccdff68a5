"""Invitations: the mail about a duty that lets somebody into the portal. They are account mails, like the codes that
follow them: nothing of the newsletter stands before them, and nothing that was chosen holds them back.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max

from newsletter import estimates, schedule
from newsletter.models import Delivery

# A code is worth nothing after half an hour; an invitation as long as the duty, which is looked at when the mail
# leaves. Two weeks outlast the longest closing of the offices (29 December to 3 January) and a relay or a full mailbox
# that needs days to be mended; what could not be delivered by then needs a person.
LIFE = timedelta(days=14)
PREFIX = "invitation:"
SHARE = 0.5  # of the pace at which mail may leave: a list that gives 500 duties must not stand before a code


def lets_in(person) -> bool:
    """Whether a duty opens the door for the person: outside experts come in by their duties only, and whoever has
    never been here has to be told how. Everybody else knows the portal and gets a notice."""
    return person.is_expert or person.last_login is None


def invite(person, activity, **content) -> Delivery | None:
    """The invitation that follows from the act, once; None when it is there already.

    Its words are made when it leaves, so the row holds no secret and loses nothing when it is emptied afterwards
    (recording.finish): the key still names the act and the person.
    """
    return Delivery.objects.post(
        Delivery.Kind.ACCOUNT,
        key=f"{PREFIX}{activity.pk}:{person.pk}",
        person=person,
        due_at=_next_place(),
        expires_in=LIFE,
        activity=activity.pk,
        **content,
    )


def _next_place():
    """Now, or behind the invitations that wait, half as fast as mail leaves: codes find room between them."""
    waiting = Delivery.objects.queued().filter(kind=Delivery.Kind.ACCOUNT, key__startswith=PREFIX)
    last, now = waiting.aggregate(last=Max("due_at"))["last"], schedule.database_now()
    pace = SHARE * estimates.allowed_pace(settings.MAIL_CONNECTIONS * 60 / estimates.ASSUMED_SECONDS)
    return max(now, last + timedelta(minutes=1 / pace)) if last else now


def is_invitation(delivery) -> bool:
    """Account mails with an act behind them; the others hold a code and its words."""
    return delivery.kind == Delivery.Kind.ACCOUNT and "activity" in delivery.content
