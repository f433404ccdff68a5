"""What the demonstration's readers made of the issues: who read them, for whom they were useful, what they wrote."""

import random
import tomllib
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import EmploymentKind, User
from dxportal.demo.newsletter import EDITOR
from newsletter import readership
from newsletter.models import Issue, Letter, Place, Vote
from newsletter.models.readers import pseudonym
from taskforce.models import GoodPractice, Idea

DATA = Path(__file__).parent / "data" / "letters.toml"
SEED = 2026
# Of whom an issue was sent to, how many of a hundred opened its page; of those, how many found it useful or not.
READ = {Place.HEADQUARTERS: 62, Place.POSTS: 47, Place.LOCAL: 34}
USEFUL, USELESS = 38, 3


def load(today) -> None:
    """Everything once; loading again changes nothing."""
    if Vote.objects.exists() or Letter.objects.exists():
        return
    readership.open_and_close()
    chance = random.Random(SEED)  # noqa: S311 - a demonstration, no secret
    for issue in Issue.objects.light().published().order_by("number"):
        read_and_vote(issue, chance)
    for row in tomllib.loads(DATA.read_text(encoding="utf-8"))["letters"]:
        write(row)


def read_and_vote(issue, chance) -> None:
    """Reads and voices of a part of the people it was sent to."""
    people = User.objects.filter(deliveries__issue=issue, deliveries__kind="issue").select_related(
        "department"
    )
    read = [person for person in people.order_by("pk") if chance.randrange(100) < READ[Place.of(person)]]
    readership.keep([(issue.pk, Place.of(one), pseudonym("read", issue.number, one)) for one in read])
    opinions = [(pseudonym("vote", issue.number, one), chance.randrange(100)) for one in read]
    said = [(voice, number < USEFUL) for voice, number in opinions if number < USEFUL + USELESS]
    Vote.objects.bulk_create(Vote(issue=issue, voice=voice, useful=useful) for voice, useful in said)
    Vote.objects.recount(issue)


def write(row) -> None:
    """One letter or proposal, and what became of it."""
    issue = Issue.objects.filter(number=row.get("issue", 0)).first()
    letter = Letter.objects.send(
        by=writer(row),
        text=row["text"],
        kind=Letter.Kind.LETTER if issue else Letter.Kind.PROPOSAL,
        about=about(row),
        unnamed=row.get("unnamed", False),
        **({"issue": issue} if issue else {}),
    )
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now() - timedelta(hours=row["hours"]))
    if "state" in row:
        editor = User.objects.get(staff_number=EDITOR)
        letter.settle(row["state"], by=editor, version=letter.version, answer=row.get("answer", ""))


def writer(row):
    """Somebody at headquarters, or a member of local staff for words in English."""
    people = User.objects.active().order_by("pk").select_related("department")
    local = EmploymentKind.LOCAL
    people = (
        people.filter(employment_kind=local)
        if row["text"].isascii()
        else people.exclude(employment_kind=local)
    )
    people = people.exclude(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    return people[row["by"]]


def about(row):
    if "idea" in row:
        return Idea.objects.filter(title=row["idea"]).first()
    if "practice" in row:
        return GoodPractice.objects.filter(title=row["practice"]).first()
    return None
