"""Who may open the pages of the taskforce, ideas and practices (permissions.md); experts only where invited."""

from taskforce.models import GoodPractice, Idea
from tests.factories.accounts import UserFactory
from tests.factories.taskforce import DAY, NOON, ThemeFactory, WorkingGroupFactory, WorkshopFactory
from tests.factories.taskforce_ideas import draft_idea, pilot_of, published_idea, published_practice
from tests.sweep import SIGNED_IN, STAFF, Row

WRITERS = "T L X"  # members and lead of the group, and the secretariat
LEADERS = "L X"
NOT_WRITERS = "S R D E P M"
TELLERS = "L R D X"  # who may tell and mend a practice


# --- groups ---------------------------------------------------------------------------------------


def group(world):
    return world.once("group", lambda: WorkingGroupFactory(slug=world.group.removeprefix("group:")))


def slug(world):
    return {"slug": group(world).slug}


def with_theme(world):
    world.once("theme", lambda: ThemeFactory(group=group(world)))
    return slug(world)


def of_group(kind, **fields):
    """The address of one thing of the group: an action item, a meeting, a member."""

    def build(world):
        make = lambda: getattr(group(world), kind).create(**fields)  # noqa: E731
        return {**slug(world), "pk": world.once(kind, make).pk}

    return build


def meeting_of(world):
    return of_group("meetings", title="第3回", starts_at=NOON)(world)


def item_of(world):
    return of_group("action_items", text="ひな形を配る", due_on=DAY, owner=world.people["T"])(world)


def member_of(world):
    """Somebody who is not of the walk: nobody's rights depend on him."""
    return of_group("memberships", joined_on=DAY, person=UserFactory())(world)


def workshop(world):
    return {"pk": world.once("workshop", WorkshopFactory).pk}


# --- ideas and practices --------------------------------------------------------------------------


def idea_of_group(world) -> Idea:
    """Published by somebody who is not of the walk, given to the group."""

    def make():
        idea = published_idea()
        idea.group = group(world)
        idea.save(update_fields=["group"])
        return idea

    return world.once("idea", make)


def idea(world):
    return {"number": idea_of_group(world).number}


def own_idea(world):
    """Written by the staff of the walk."""
    return {"number": world.once("own", lambda: published_idea(world.people["S"])).number}


def withdrawn(world):
    def make():
        found = published_idea(world.people["S"])
        found.withdraw(by=world.people["S"])
        return found

    return {"number": world.once("withdrawn", make).number}


def draft(world):
    return {"number": world.once("draft idea", lambda: draft_idea(world.people["S"])).number}


def comment(world):
    make = lambda: idea_of_group(world).comment("うちも困っています。", by=UserFactory())  # noqa: E731
    return {**idea(world), "pk": world.once("comment", make).pk}


def own_comment(world):
    """Written by the staff of the walk."""
    make = lambda: idea_of_group(world).comment("公館でも同じです。", by=world.people["S"])  # noqa: E731
    return {**idea(world), "pk": world.once("own comment", make).pk}


def pilot(world):
    return {**idea(world), "pk": world.once("pilot", lambda: pilot_of(idea_of_group(world))).pk}


def practice(world):
    """A practice of the department, grown from the group's idea."""
    make = lambda: published_practice(department=world.department, idea=idea_of_group(world))  # noqa: E731
    return {"pk": world.once("practice", make).pk}


def proposal(world):
    def make():
        words = {"title": "日程表", "summary": "早くなる。", "steps": "写す。", "started_on": DAY}
        return GoodPractice.propose(by=UserFactory(), at=NOON, department=world.department, **words)

    return {"pk": world.once("proposal", make).pk}


def writing(kwargs=slug, *, get=WRITERS, post=WRITERS, **more):
    """A page of the group that everybody else is refused, and an outside expert does not find."""
    return Row(get=get, post=post, kwargs=kwargs, hidden="P", **more)


def acting(post, kwargs, hidden="P", **more):
    """A button: only POST means something."""
    return Row(get=None, post=post, kwargs=kwargs, hidden=hidden, **more)


SWEEP = {
    "taskforce:structure": Row(get=SIGNED_IN),
    "taskforce:group": Row(get=STAFF, kwargs=with_theme, hidden="P"),
    "taskforce:theme_edit": writing(get=LEADERS, post=LEADERS),
    "taskforce:theme_review": writing(with_theme, get=LEADERS, post=LEADERS),
    "taskforce:action_item_new": writing(),
    "taskforce:action_item_done": acting(WRITERS, item_of),
    "taskforce:meeting_new": writing(),
    "taskforce:meeting": Row(get=WRITERS, kwargs=meeting_of, hidden=NOT_WRITERS),
    "taskforce:meeting_edit": writing(meeting_of),
    "taskforce:member_new": writing(get=LEADERS, post=LEADERS),
    "taskforce:member_leave": acting(LEADERS, member_of),
    "taskforce:workshops": Row(get=SIGNED_IN),  # an expert's list is empty
    "taskforce:workshop": Row(get=STAFF, kwargs=workshop, hidden="P"),
    "taskforce:workshop_register": acting(STAFF, workshop),
    "taskforce:workshop_withdraw": acting(STAFF, workshop),
    "taskforce:ideas": Row(get=SIGNED_IN),
    "taskforce:idea_new": Row(get=STAFF, post=STAFF),
    "taskforce:idea_similar": Row(get=SIGNED_IN, query="?q=当番表"),
    "taskforce:triage": Row(get=WRITERS),
    "taskforce:idea": Row(get=STAFF, kwargs=idea, hidden="P"),
    "taskforce:idea_edit": Row(get="S", post="S", kwargs=draft, hidden="T L R D X E P M"),
    "taskforce:idea_support": acting(STAFF, idea),
    "taskforce:idea_comment": acting(STAFF, idea),
    "taskforce:idea_comment_hide": writing(comment, get=LEADERS, post=LEADERS),
    "taskforce:idea_comment_edit": writing(own_comment, get="S", post="S"),
    "taskforce:idea_comment_withdraw": writing(own_comment, get="S", post="S"),
    "taskforce:people_found": Row(get=SIGNED_IN, query="?q=山田"),
    "taskforce:idea_withdraw": writing(own_idea, get="S", post="S"),
    "taskforce:idea_restore": acting("S X", withdrawn, hidden="T L R D E P M"),
    "taskforce:idea_history": Row(get=STAFF, kwargs=idea, hidden="P"),
    "taskforce:triage_idea": writing(idea),
    "taskforce:pilot_new": writing(idea),
    "taskforce:pilot_edit": writing(pilot),
    "taskforce:practices": Row(get=SIGNED_IN),
    "taskforce:practice_new": Row(get=f"{TELLERS} P", post=f"{TELLERS} P"),
    "taskforce:practice": Row(get=STAFF, kwargs=practice, hidden="P"),
    "taskforce:practice_edit": writing(practice, get=TELLERS, post=TELLERS),
    "taskforce:practice_publish": acting("X", proposal, hidden="S T L R D E P M"),
    "taskforce:practice_confirm": acting(TELLERS, practice),
    "taskforce:practice_replicate": writing(practice, get=STAFF, post=STAFF),
    "taskforce:practice_history": Row(get=STAFF, kwargs=practice, hidden="P"),
}
