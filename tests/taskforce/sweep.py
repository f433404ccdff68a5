"""Who may open the pages of the taskforce, ideas and practices (permissions.md); experts only where invited."""

from django.core.files.uploadedfile import SimpleUploadedFile

from dxportal import uploads
from taskforce.models import GoodPractice, Idea, IdeaDraft, IdeaFile, PracticeFile, Thanks
from tests.factories.accounts import UserFactory
from tests.factories.taskforce import DAY, NOON
from tests.factories.taskforce_ideas import draft_idea, pilot_of, published_idea, published_practice
from tests.sweep import SIGNED_IN, STAFF, Row
from tests.taskforce import sweep_desk as desk
from tests.taskforce import sweep_groups as groups
from tests.taskforce.sweep_groups import LEADERS, WRITERS, acting, group, writing

TELLERS = "L R D X"  # who may tell and mend a practice


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


def hidden_idea(world):
    """Anonymous, by somebody who is not of the walk."""
    return {"number": world.once("hidden idea", lambda: published_idea(is_anonymous=True)).number}


def idea_file(world):
    """A file of an idea everybody reads."""

    def make():
        found = idea_of_group(world)
        upload = uploads.accept(SimpleUploadedFile("表.csv", "名前,日\n一,2\n".encode()))
        return IdeaFile.add(found, upload, by=found.author)

    return {**idea(world), "key": world.once("idea file", make).pk}


def typed_idea(world):
    """Published by the staff of the walk, with words typed and not saved."""

    def make():
        found = published_idea(world.people["S"], title="書きかけのあるもの")
        IdeaDraft.keep(found, {"title": "直し"}, version=found.version)
        return found

    return {"number": world.once("typed idea", make).number}


def thanks_about(world):
    return {"about": f"idea:{idea_of_group(world).number}"}


def thanks_note(world):
    words = {"about": idea_of_group(world), "person": world.people["S"]}
    make = lambda: Thanks.give("助かりました。", by=UserFactory(), **words)  # noqa: E731
    return {"pk": world.once("thanks", make).pk}


def pilot(world):
    return {"pk": world.once("pilot", lambda: pilot_of(idea_of_group(world), place=world.department)).pk}


def practice(world):
    """A practice of the department, grown from the group's idea."""
    make = lambda: published_practice(department=world.department, idea=idea_of_group(world))  # noqa: E731
    return {"pk": world.once("practice", make).pk}


def proposal(world):
    def make():
        words = {"title": "日程表", "summary": "早くなる。", "steps": "写す。", "started_on": DAY}
        return GoodPractice.propose(by=UserFactory(), at=NOON, department=world.department, **words)

    return {"pk": world.once("proposal", make).pk}


def returned(world):
    """Sent back to the reporter of the walk, who proposed it."""

    def make():
        words = {"title": "当番表", "summary": "早くなる。", "steps": "写す。", "started_on": DAY}
        made = GoodPractice.propose(by=world.people["R"], at=NOON, department=world.department, **words)
        made.send_back("手順を足してください。", by=world.people["X"], at=NOON)
        return made

    return {"pk": world.once("returned", make).pk}


def archived(world):
    def make():
        made = published_practice(department=world.department, title="前の日程表")
        made.archive("新しい道具に替えた。", by=world.people["X"], at=NOON)
        return made

    return {"pk": world.once("archived", make).pk}


def file_of(world):
    """A template file of the practice."""
    practice(world)
    upload = uploads.accept(SimpleUploadedFile("ひな形.csv", "名前,日\n一,2\n".encode()))
    make = lambda: PracticeFile.add(world.things["practice"], upload, by=world.people["X"])  # noqa: E731
    return {**practice(world), "key": world.once("practice file", make).pk}


def place(world):
    return {"code": world.department.code}


SWEEP = {
    **groups.SWEEP,
    **desk.SWEEP,
    "taskforce:ideas": Row(get=SIGNED_IN),
    "taskforce:idea_new": Row(get=STAFF, post=STAFF),
    "taskforce:idea_similar": Row(get=SIGNED_IN, query="?q=当番表"),
    "taskforce:thanks_new": Row(get=STAFF, post=STAFF, kwargs=thanks_about, hidden="P"),
    "taskforce:thanks_hide": Row(get="X", post="X", kwargs=thanks_note),
    "taskforce:contributions": Row(get=SIGNED_IN, kwargs=lambda world: {"pk": world.people["S"].pk}),
    "taskforce:triage": Row(get=WRITERS),
    "taskforce:idea": Row(get=STAFF, kwargs=idea, hidden="P"),
    "taskforce:idea_edit": Row(get="S", post="S", kwargs=draft, hidden="T L R D X E P M"),
    "taskforce:idea_typed_discard": Row(get="S", post="S", kwargs=typed_idea, hidden="P"),
    "taskforce:idea_file": Row(get=STAFF, kwargs=idea_file, hidden="P"),
    "taskforce:idea_file_remove": Row(get="X", post="X", kwargs=idea_file, hidden="P"),
    "taskforce:idea_author": Row(get="M", post="M", kwargs=hidden_idea, hidden="P"),
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
    "taskforce:pilots": Row(get=SIGNED_IN),
    "taskforce:pilot": Row(get=STAFF, kwargs=pilot, hidden="P"),
    "taskforce:pilot_edit": writing(pilot, get="T L R D X", post="T L R D X"),
    "taskforce:pilot_result": writing(pilot, get="T L R D X", post="T L R D X"),
    "taskforce:pilot_history": Row(get=STAFF, kwargs=pilot, hidden="P"),
    "taskforce:practices": Row(get=SIGNED_IN),
    "taskforce:practice_new": Row(get=f"{TELLERS} P", post=f"{TELLERS} P"),
    "taskforce:practice": Row(get=STAFF, kwargs=practice, hidden="P"),
    "taskforce:practice_edit": writing(practice, get=TELLERS, post=TELLERS),
    "taskforce:practice_publish": acting("X", proposal, hidden="S T L R D E P M"),
    "taskforce:practice_send_back": Row(get="X", post="X", kwargs=proposal, hidden="S T L R D E P M"),
    "taskforce:practice_propose_again": acting("R X", returned, hidden="S T L D E P M"),
    "taskforce:practice_confirm": acting(TELLERS, practice),
    "taskforce:practice_archive": writing(practice, get=TELLERS, post=TELLERS),
    "taskforce:practice_unarchive": acting("R D X", archived),
    "taskforce:practice_files": writing(practice, get=TELLERS, post=TELLERS),
    "taskforce:practice_file": Row(get=STAFF, kwargs=file_of, hidden="P"),
    "taskforce:practice_file_withdraw": acting(TELLERS, file_of),
    "taskforce:practice_map": Row(get=STAFF),
    "taskforce:practice_department": Row(get=STAFF, kwargs=place),
    "taskforce:practice_replicate": writing(practice, get=STAFF, post=STAFF),
    "taskforce:practice_history": Row(get=STAFF, kwargs=practice, hidden="P"),
}
