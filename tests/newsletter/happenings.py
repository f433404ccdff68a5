"""Everything the portal tells people of at once, made to happen: one short story for each verb of notices.RULES."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Activity, Follow, Role
from dxportal import dates
from pillars.models import PlanImport, ProgressReport
from taskforce.models import Consultation, Meeting, MemberCall, Pilot, Thanks
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    InitiativeFactory,
    MilestoneFactory,
    ProgressReportFactory,
    UserFactory,
)
from tests.factories.newsletter import LetterFactory
from tests.factories.taskforce import ThemeFactory, WorkingGroupFactory, WorkshopFactory, group_member
from tests.factories.taskforce_ideas import published_idea, published_practice, secretary


def follow(thing):
    target_type, target_id = thing.history_key
    words = {"target_type": target_type, "target_id": target_id, "target_label": "x", "target_url": "/"}
    return Follow.objects.create(user=UserFactory(), **words)


def cared_for_idea():
    idea = published_idea(supports=1)
    follow(idea)
    return idea


def answered():
    cared_for_idea().answer("adopted", "やる", by=secretary())


def undone():
    idea = cared_for_idea()
    idea.answer("adopted", "やる", by=secretary())
    idea.undo_answer(by=secretary(), reason="違う")


def merged():
    idea = cared_for_idea()
    idea.merge_into(published_idea(), by=secretary())
    return idea


def unmerged():
    type(idea := merged()).objects.get(pk=idea.pk).unmerge(by=secretary(), reason="別の話")


def mentioned():
    published_idea().comment("見て", by=UserFactory(), mentioned=[UserFactory()])


def thanked():
    idea = published_idea()
    Thanks.give("助かりました。", by=UserFactory(), about=idea, person=idea.author)


def application():
    today = dates.today()
    days = {"opens_on": today, "closes_on": today + timedelta(days=9)}
    call = MemberCall(
        group=WorkingGroupFactory(), places=3, hours_a_month=2, text="手を貸してください。", **days
    )
    call.record(by=secretary())
    call.apply(by=UserFactory(), line="手伝いたい").decline(by=secretary(), word="また次に")


def report(state, **fields):
    initiative = InitiativeFactory(name="電子決裁の展開")
    department = initiative.lead_department
    people = [
        DutyFactory(role=role, department=department, user=UserFactory(department=department)).user
        for role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)
    ]
    made = ProgressReportFactory(
        initiative=initiative, workflow_state=state, submitted_by=people[0], **fields
    )
    return made, people


def returned():
    made, (_reporter, approver) = report(ProgressReport.State.SUBMITTED)
    made.return_("数字が古い", by=approver)


def submitted():
    made, (reporter, _approver) = report(ProgressReport.State.DRAFT, submitted_for=None)
    made.submit(by=reporter)


def published():
    made, _people = report(ProgressReport.State.CHECKED)
    follow(made.initiative)
    made.publish(by=None)


def imported():
    made, _people = report(ProgressReport.State.PUBLISHED)
    plan, chief = made.initiative.plan, secretary()
    found = PlanImport.objects.create(tells=True, uploaded_by=chief, file_name="x.xlsx")
    source = f"import:{found.pk}"
    Activity.record("initiative.edited", made.initiative, by=chief, source=source)
    Activity.record("import.applied", plan, by=chief, source=source, summary="取込を反映した")


def milestone():
    made = MilestoneFactory(name="試行を始める")
    follow(made.initiative)
    return made


def pilot_started():
    idea = published_idea()
    follow(idea)
    days = {"starts_on": dates.today(), "ends_on": dates.today() + timedelta(days=30), "question": "減るか。"}
    return Pilot.start(idea, by=secretary(), departments=[DepartmentFactory()], **days)


def pilot_ended():
    words = {"result": "減った", "decision_text": "広げる"}
    pilot_started().end(decision="adopt", by=secretary(), **words)


def replicated():
    practice, person = published_practice(), UserFactory()
    follow(practice)
    practice.replicate(person.department, status="started", by=person)


def group():
    made = WorkingGroupFactory()
    group_member(made)
    return made


def met():
    Meeting(group=group(), title="中間の確認", starts_at=timezone.now()).record(by=secretary())


def theme_reviewed():
    theme = ThemeFactory(group=group(), starts_on=date(2026, 4, 1))
    theme.review("ended", outcome="できた", learnt="早く聞く", by=secretary(), on=dates.today())


def theme_started():
    Activity.record("theme.started", ThemeFactory(group=group()), by=secretary(), summary="テーマを始めた")


def workshop(**fields):
    return WorkshopFactory(
        starts_at=timezone.now() + timedelta(days=2),
        ends_at=timezone.now() + timedelta(days=2, hours=1),
        **fields,
    )


def seat(**fields):
    made = workshop(**fields)
    person = UserFactory()
    made.register(person)
    return made, person


def moved_up():
    made, first = seat(capacity=1)
    made.register(UserFactory())
    made.withdraw(first)


def recorded():
    made, _person = seat()
    address = "https://dx.example.jp/v/1"
    made.publish_recording(by=secretary(), recording_url=address, without_material=False)


def question():
    secretary()
    return Consultation.ask(by=UserFactory(), title="差し込み印刷", text="手で写しています。")


def assigned():
    found, helper = question(), secretary()
    found.assign(helper, by=helper, version=found.version)
    return found, helper


def consulted(*steps):
    found, helper = assigned()
    for step in steps:
        {
            "answer": lambda: found.answer("ひな形を使う。", by=helper),
            "add": lambda: found.add("もうひとつ", by=found.asker),
            "resolve": lambda: found.resolve(by=found.asker),
        }[step]()


def settled(state):
    letter = LetterFactory()
    letter.settle(state, by=secretary(), version=letter.version, answer="ありがとうございました。")


STORIES = {
    "letter.used": lambda: settled("used"),
    "letter.declined": lambda: settled("declined"),
    "idea.answered": answered,
    "idea.undone": undone,
    "idea.merged": merged,
    "idea.unmerged": unmerged,
    "idea.mentioned": mentioned,
    "thanks.given": thanked,
    "application.answered": application,
    "report.returned": returned,
    "report.submitted": submitted,
    "report.published": published,
    "import.applied": imported,
    "milestone.completed": lambda: milestone().complete(dates.today(), by=secretary()),
    "milestone.moved": lambda: milestone().move(date(2027, 3, 1), reason="入札の不調", by=secretary()),
    "pilot.started": pilot_started,
    "pilot.ended": pilot_ended,
    "replication.started": replicated,
    "meeting.saved": met,
    "theme.started": theme_started,
    "theme.reviewed": theme_reviewed,
    "workshop.registered": seat,
    "workshop.moved_up": moved_up,
    "workshop.withdrawn": lambda: (lambda made, person: made.withdraw(person))(*seat()),
    "workshop.changed": lambda: seat()[0].edit(by=secretary(), version=1, place="7階"),
    "workshop.cancelled": lambda: seat()[0].cancel(by=secretary(), reason="台風"),
    "workshop.recorded": recorded,
    "consultation.asked": question,
    "consultation.assigned": assigned,
    "consultation.answered": lambda: consulted("answer"),
    "consultation.continued": lambda: consulted("answer", "add"),
    "consultation.resolved": lambda: consulted("answer", "resolve"),
    "consultation.reopened": lambda: consulted("answer", "resolve", "add"),
}
