"""Whom the steps of a consultation are told: who asked, the expert it was given to, the secretariat (T15)."""

from accounts.models import Role, User
from taskforce.models import Consultation


def _of(activity):
    return Consultation.objects.filter(pk=activity.target_id)


def asker(activity):
    return _of(activity).values_list("asker", flat=True)


def expert(activity):
    """The expert it was given to; the secretariat while there is none."""
    given = _of(activity).exclude(expert=None).values_list("expert", flat=True)
    return given or secretariat(activity)


def secretariat(activity):
    return User.objects.with_role(Role.SECRETARIAT).values_list("pk", flat=True)


def both(activity):
    return {*asker(activity), *expert(activity)}


TELL = {
    "consultation.asked": secretariat,
    "consultation.assigned": both,
    "consultation.answered": asker,
    "consultation.continued": expert,
    "consultation.reopened": expert,
    "consultation.resolved": expert,
}
