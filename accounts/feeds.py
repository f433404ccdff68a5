"""Addresses of feeds for programs that cannot sign in: calendars, feed readers.

A signed word names the person and one feed. It ends with the password, with the person's leaving, and, where the feed
counts turns, as soon as the person asks for a new address.
"""

from django.core import signing
from django.http import Http404
from django.utils.crypto import salted_hmac

from accounts.models import User


def token(user, salt: str, turn: int = 0) -> str:
    """The word for the feed `salt`; `turn` counts how often the person asked for a new one."""
    return signing.dumps([user.pk, _seal(user, salt, turn)], salt=salt)


def holder(word: str, salt: str, turn_of=lambda person: 0):
    """Whose word it is, with `department` loaded. Http404 for anything not signed, void, of leavers and experts."""
    try:
        pk, seal = signing.loads(word, salt=salt)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    person = User.objects.active().filter(pk=pk).select_related("department").first()
    if person is None or person.is_expert or seal != _seal(person, salt, turn_of(person)):
        raise Http404
    return person


def _seal(user, salt, turn) -> str:
    word = f"{user.password}:{turn}" if turn else user.password
    return salted_hmac(salt, word).hexdigest()[:16]
