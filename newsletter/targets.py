"""From the text keys of Activity and Follow to objects the person may see, one query for each kind of object."""

from collections import defaultdict

from accounts.models import User
from dxportal.text import Confidentiality
from newsletter.models import Issue, Letter
from pillars.models import Initiative, Objective, Pillar, Plan
from taskforce.models import (
    AuthorDisclosure,
    Consultation,
    GoodPractice,
    Guidance,
    Idea,
    WorkingGroup,
    Workshop,
    WorkshopRegistration,
)

# target type: (its rows, the field that the text key names)
TARGETS = {
    "idea": (Idea.objects, "number"),
    "practice": (GoodPractice.objects, "pk"),
    "initiative": (Initiative.objects.select_related("plan"), "pk"),
    "objective": (Objective.objects.select_related("plan"), "pk"),
    "pillar": (Pillar.objects.select_related("plan"), "pk"),
    "plan": (Plan.objects, "pk"),
    "issue": (Issue.objects, "number"),
    "letter": (Letter.objects, "pk"),
    "group": (WorkingGroup.objects, "slug"),
    "workshop": (Workshop.objects, "pk"),
    "consultation": (Consultation.objects, "pk"),
    "guidance": (Guidance.objects, "pk"),
    "disclosure": (AuthorDisclosure.objects.select_related("idea"), "pk"),
    "user": (User.objects, "pk"),
    "registration": (WorkshopRegistration.objects.select_related("workshop"), "pk"),
}


def visible(person, keys) -> dict:
    """{(type, id): object} of the keys whose object the person may see; unknown types are left out."""
    wanted = defaultdict(set)
    for target_type, target_id in keys:
        wanted[target_type].add(target_id)
    found = {}
    for target_type, ids in wanted.items():
        if target_type in TARGETS:
            rows, field = TARGETS[target_type]
            rows = rows.visible_to(person) if hasattr(rows.all(), "visible_to") else rows.all()
            found |= {
                (target_type, str(getattr(row, field))): row for row in rows.filter(**{f"{field}__in": ids})
            }
    return found


def is_confidential(target) -> bool:
    """Class 2: a mail holds its title and the link, nothing else (domain.md 3.6)."""
    return getattr(target, "confidentiality", 1) >= 2


def mark(target) -> str:
    """機密性2 for what is of class 2, "" for the rest: mails carry the mark (A9)."""
    return str(Confidentiality.TWO.label) if is_confidential(target) else ""
