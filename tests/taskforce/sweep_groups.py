"""Who may open the pages of structure, groups and themes (permissions.md); experts only where invited."""

from datetime import timedelta

from dxportal.dates import today
from taskforce.models import MemberCall, ModelDepartment, Seat, Theme, ThemeRound
from tests.factories.accounts import UserFactory
from tests.factories.taskforce import DAY, NOON, BodyFactory, ThemeFactory, WorkingGroupFactory
from tests.sweep import SIGNED_IN, STAFF, Row

WRITERS = "T L X"  # members and lead of the group, and the secretariat
LEADERS = "L X"
NOT_WRITERS = "S R D E P M"
MEASURERS = "R D X"  # of the model department

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


def lead_of(world):
    """Leads already: naming him again changes nothing."""
    make = lambda: group(world).memberships.create(joined_on=DAY, person=UserFactory(), is_lead=True)  # noqa: E731
    return {**slug(world), "pk": world.once("lead", make).pk}


def past_theme(world):
    def make():
        words = {"outcome": "ひな形。9部署で使用", "learnt": "期限の一覧が効いた"}
        days = {"starts_on": DAY - timedelta(weeks=20), "review_on": DAY - timedelta(weeks=9)}
        closed = {"state": Theme.State.ENDED, "reviewed_on": days["review_on"]}
        return ThemeFactory(group=group(world), title="紙の回覧をなくす", **words, **days, **closed)

    return {**slug(world), "pk": world.once("past theme", make).pk}


def measure_of(world):
    with_theme(world)
    values = {"name": "時間", "start_value": 95, "target_value": 40}
    make = lambda: world.things["theme"].measures.create(**values)  # noqa: E731
    return {**slug(world), "pk": world.once("measure", make).pk}


def open_call(world):
    def make():
        days = {"opens_on": today() - timedelta(days=3), "closes_on": today() + timedelta(days=20)}
        return MemberCall.objects.create(group=group(world), text="英語のひな形を直す", places=2, **days)

    world.once("member call", make)
    return slug(world)


def application(world):
    """By somebody who is not of the walk."""
    open_call(world)
    make = lambda: world.things["member call"].apply(by=UserFactory(), line="英語が書けます")  # noqa: E731
    return {**slug(world), "pk": world.once("application", make).pk}


def open_round(world):
    def make():
        closes = today() + timedelta(days=9)
        return ThemeRound.start(group(world), closes_on=closes, by=UserFactory())

    world.once("round", make)
    return slug(world)


def proposal_of(world):
    open_round(world)
    words = {"title": "会議を短くする", "text": "前と後の作業を半分にする"}
    make = lambda: world.things["round"].propose(by=world.people["T"], **words)  # noqa: E731
    return {**slug(world), "pk": world.once("theme proposal", make).pk}


def open_proposal(world):
    proposal_of(world)
    return slug(world)


def with_item(world):
    item_of(world)
    return slug(world)


def body(world):
    return {"code": world.once("body", lambda: BodyFactory(code="walked")).code}


def seat(world):
    code = body(world)
    make = lambda: Seat.objects.create(body=world.things["body"], title="座長", starts_on=DAY)  # noqa: E731
    return {**code, "pk": world.once("seat", make).pk}


def term(world):
    code = seat(world)
    make = lambda: world.things["seat"].terms.create(person=UserFactory(), starts_on=DAY)  # noqa: E731
    return {"code": code["code"], "pk": world.once("term", make).pk}


def model(world):
    def make():
        words = {"trying": "音声からの議事録", "starts_on": DAY}
        return ModelDepartment.objects.create(department=world.department, **words)

    return {"pk": world.once("model", make).pk}


def model_measure(world):
    pk = model(world)["pk"]
    values = {"name": "1件の時間", "unit": "分", "before": 120, "before_on": DAY, "source": "4週間の記録"}
    make = lambda: world.things["model"].measures.create(**values)  # noqa: E731
    return {"pk": pk, "measure": world.once("model measure", make).pk}


def writing(kwargs=slug, *, get=WRITERS, post=WRITERS, **more):
    """A page of the group that everybody else is refused, and an outside expert does not find."""
    return Row(get=get, post=post, kwargs=kwargs, hidden="P", **more)


def acting(post, kwargs, hidden="P", **more):
    """A button: only POST means something."""
    return Row(get=None, post=post, kwargs=kwargs, hidden=hidden, **more)


def leading(kwargs=slug, **more):
    return writing(kwargs, get=LEADERS, post=LEADERS, **more)


def keeping(kwargs=lambda world: {}):
    """The secretariat keeps the structure; everybody signed in may read it, so nothing is hidden."""
    return Row(get="X", post="X", kwargs=kwargs)


SWEEP = {
    "taskforce:structure": Row(get=SIGNED_IN),
    "taskforce:body": Row(get=SIGNED_IN, kwargs=body),
    "taskforce:body_history": Row(get=SIGNED_IN, kwargs=body),
    "taskforce:body_new": keeping(),
    "taskforce:body_edit": keeping(body),
    "taskforce:body_close": keeping(body),
    "taskforce:seat_new": keeping(body),
    "taskforce:seat_fill": keeping(seat),
    "taskforce:seat_close": keeping(seat),
    "taskforce:term_end": keeping(term),
    "taskforce:models": Row(get=SIGNED_IN),  # an expert's list is empty
    "taskforce:model": Row(get=STAFF, kwargs=model, hidden="P"),
    "taskforce:model_history": Row(get=STAFF, kwargs=model, hidden="P"),
    "taskforce:model_new": keeping(),
    "taskforce:model_edit": Row(get="X", post="X", kwargs=model, hidden="P"),
    "taskforce:model_measure_new": writing(model, get=MEASURERS, post=MEASURERS),
    "taskforce:model_measure": writing(model_measure, get=MEASURERS, post=MEASURERS),
    "taskforce:groups": Row(get=SIGNED_IN),
    "taskforce:themes": Row(get=SIGNED_IN),
    "taskforce:group_new": keeping(),
    "taskforce:group": Row(get=STAFF, kwargs=with_theme, hidden="P"),
    "taskforce:group_edit": leading(),
    "taskforce:group_close": leading(),
    "taskforce:group_history": Row(get=STAFF, kwargs=slug, hidden="P"),
    "taskforce:theme": Row(get=STAFF, kwargs=past_theme, hidden="P"),
    "taskforce:theme_edit": leading(),
    "taskforce:theme_review": leading(with_theme),
    "taskforce:theme_outcome": leading(past_theme),
    "taskforce:measure_new": writing(with_theme),
    "taskforce:measure": writing(measure_of),
    "taskforce:round": Row(get=STAFF, kwargs=open_proposal, hidden="P"),
    "taskforce:round_edit": leading(),
    "taskforce:propose": writing(open_round, get="T L", post="T L"),
    "taskforce:pick": leading(open_proposal),
    "taskforce:vote": acting("T L", proposal_of),
    "taskforce:proposal_withdraw": acting("T", proposal_of),
    "taskforce:action_items": Row(get=STAFF, kwargs=with_item, hidden="P"),
    "taskforce:action_item_new": writing(),
    "taskforce:action_item_edit": writing(item_of),
    "taskforce:action_item_done": acting(WRITERS, item_of),
    "taskforce:meeting_new": writing(),
    "taskforce:meeting": Row(get=WRITERS, kwargs=meeting_of, hidden=NOT_WRITERS),
    "taskforce:meeting_calendar": Row(get=WRITERS, kwargs=meeting_of, hidden=NOT_WRITERS),
    "taskforce:meeting_edit": writing(meeting_of),
    "taskforce:member_new": leading(),
    "taskforce:member_edit": leading(member_of),
    "taskforce:member_leave": leading(member_of),
    "taskforce:member_lead": acting("X", lead_of),
    "taskforce:call_edit": leading(),
    "taskforce:call_close": acting(LEADERS, open_call),
    "taskforce:apply": writing(open_call, get=STAFF, post=STAFF),
    "taskforce:application": Row(get=LEADERS, post=LEADERS, kwargs=application, hidden="S T R D E P M"),
    "taskforce:application_withdraw": Row(get=None, post="", kwargs=application, hidden="S T L R D X E P M"),
}
