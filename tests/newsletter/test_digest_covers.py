"""Everything that a mail at once covers, the digest covers when it is chosen: all rules of the notices (N14)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Activity, User
from dxportal import attention, dates
from newsletter import notices, targets
from newsletter.models import Delivery, Heartbeat, Preference, Topic, Way
from newsletter.moves import CARES, moves
from taskforce.models import Idea
from tests.newsletter.happenings import STORIES

pytestmark = pytest.mark.django_db
RULES = [rule for rule in notices.RULES if not rule.always]
AMONG_TASKS = {"report.returned", "report.submitted"}  # told as something to do, whatever the topic says
walk = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.verb}-{rule.topic}")


def test_every_verb_has_a_story_and_every_topic_a_condition():
    assert set(STORIES) == {rule.verb for rule in RULES}
    assert {rule.topic for rule in RULES} == set(CARES)
    assert set(Topic) - set(CARES) == {Topic.NEWSLETTER, Topic.REMINDER, Topic.DIGEST}  # mails of their own


def happen(rule):
    """Let the story of the rule happen; (its act, those whom the rule tells)."""
    STORIES[rule.verb]()
    activity = Activity.objects.filter(verb=rule.verb).order_by("-at", "-pk").first()
    people = set(rule.people(activity)) - (set() if rule.also_actor else {activity.actor_id})
    return activity, list(User.objects.filter(pk__in=people))


def page_of(activity, person):
    """The page of the act's thing; of a merged idea the one it went into, where votes and follows are now."""
    key = (activity.target_type, activity.target_id)
    thing = targets.visible(person, [key])[key]
    into = thing.merged_into if isinstance(thing, Idea) and activity.verb == "idea.merged" else None
    return {thing.get_absolute_url(), (into or thing).get_absolute_url()}


def told(person, way, topic):
    """The pages the person's digest names when every other topic is switched off."""
    others = {other: Way.OFF for other in Topic if other != topic}
    preference = Preference.objects.of(person)
    preference.choose({**others, topic: way})
    now, hour = timezone.now(), timedelta(hours=1)
    return {move["url"] for move in moves(person, preference, now - hour, now + hour, dates.today())}


@walk
def test_the_digest_tells_what_the_mail_at_once_would(rule):
    activity, people = happen(rule)
    assert people
    for person in people:
        pages = page_of(activity, person)
        if rule.verb in AMONG_TASKS:
            assert "report" in {item.kind for item in attention.needing(person)}
        else:
            assert pages & told(person, Way.DIGEST, rule.topic)
            assert not pages & told(person, Way.OFF, rule.topic)


@walk
def test_the_mail_at_once_is_made_and_can_be_put_into_words(rule):
    Heartbeat.objects.beat("notices")
    activity, people = happen(rule)
    for person in people:
        Preference.objects.of(person).choose({topic: Way.AT_ONCE for topic in Topic})
    notices.create()
    rows = Delivery.objects.filter(content__activity=activity.pk).select_related("person")
    assert set(rows.values_list("person", flat=True)) >= {person.pk for person in people}
    for row in rows:
        assert notices.compose(row, row.person).subject


def test_a_row_that_waited_while_its_verb_got_another_topic_still_leaves():
    """Letters had the topic of ideas once; rows of that time name it."""
    assert notices.rule_of("letter.used", Topic.ANSWER).topic == Topic.LETTER
