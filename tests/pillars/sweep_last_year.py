"""Who may open the pages of the last year: what prepares the next plan is for departments and the secretariat."""

from pillars.models import DraftComment, InitiativeReview, SuccessorMapping
from tests.factories import InitiativeFactory, ObjectiveFactory, PillarFactory, PlanFactory
from tests.pillars.sweep import initiative, objective, plan, reporter, whole
from tests.sweep import STAFF, Row

OUTSIDE = "S T L E P M"  # a draft does not exist for them
FIGURES = "S T L R D X E"


def draft_plan(world):
    old = plan(world)
    years = {"first_fiscal_year": 2027, "last_fiscal_year": 2031}
    make = lambda: PlanFactory(status="draft", predecessor=old, **years)  # noqa: E731
    return world.once("draft plan", make)


def draft_initiative(world):
    def make():
        home = ObjectiveFactory(pillar=PillarFactory(plan=draft_plan(world)))
        new = InitiativeFactory(objective=home, lead_department=world.department)
        SuccessorMapping.objects.create(plan=new.plan, old_initiative=initiative(world), new_initiative=new)
        return new

    return world.once("draft initiative", make)


def draft(world):
    draft_initiative(world)
    return {"plan": draft_plan(world).code}


def draft_part(world):
    return {**draft(world), "code": draft_initiative(world).code}


def draft_pillar(world):
    return {**draft(world), "code": draft_initiative(world).pillar.code}


def comment(world):
    make = lambda: DraftComment.objects.create(  # noqa: E731
        plan=draft_plan(world),
        about="全体",
        department=world.department,
        text="意見",
        written_by=reporter(world),
    )
    return {**draft(world), "pk": world.once("comment on a draft", make).pk}


def of_initiative(world):
    return {"plan": plan(world).code, "code": initiative(world).code}


def review(state):
    def build(world):
        def make():
            one = InitiativeFactory(objective=objective(world), lead_department=world.department)
            fields = {"outcome": "reached", "why": "届いた。", "lessons": "早く始める。", "state": state}
            who = {"submitted_by": reporter(world)}
            if state == "confirmed":
                who["confirmed_by"] = world.people["D"]
            return InitiativeReview.objects.create(initiative=one, **fields, **who).initiative

        return {"plan": plan(world).code, "code": world.once(f"review {state}", make).code}

    return build


def for_preparing(kwargs, **more):
    return Row(get="R D X", kwargs=kwargs, hidden="P", **more)


def for_secretariat(kwargs, post="X"):
    return Row(get="X", post=post, kwargs=kwargs, hidden=OUTSIDE)


def act(kwargs, post, hidden=OUTSIDE):
    return Row(get=None, post=post, kwargs=kwargs, hidden=hidden)


SWEEP = {
    "pillars:reviews": for_preparing(whole),
    "pillars:reviews_ask": act(whole, "X", hidden="P"),
    "pillars:carry_over": for_preparing(whole),
    "pillars:carry_over_row": act(of_initiative, "R D X", hidden="P"),
    "pillars:carry_over_chosen": act(whole, "X", hidden="P"),
    "pillars:successor": Row(get=STAFF, kwargs=whole, hidden="P"),
    "pillars:successor_new": Row(get="X", post="X", kwargs=whole, hidden="P"),
    "pillars:closing": Row(get=STAFF, kwargs=whole, hidden="P"),
    "pillars:closing_snapshot": Row(get=FIGURES, kwargs=whole, hidden="P"),
    "pillars:plan_close": Row(get="X", post="X", kwargs=whole, hidden="P"),
    "pillars:review": Row(get=STAFF, kwargs=review("confirmed"), hidden="P"),
    "pillars:review_edit": Row(get="R X", post="R X", kwargs=of_initiative, hidden=OUTSIDE),
    "pillars:review_confirm": act(review("submitted"), "D"),
    "pillars:review_return": act(review("submitted"), "D X"),
    "pillars:draft": Row(get="X", kwargs=draft, hidden=OUTSIDE),
    "pillars:draft_settings": for_secretariat(draft),
    "pillars:draft_extend": act(draft, "X"),
    "pillars:draft_decide": act(draft, "X"),
    "pillars:draft_add": for_secretariat(draft),
    "pillars:draft_pillar": for_secretariat(draft_pillar),
    "pillars:draft_initiative": for_secretariat(draft_part),
    "pillars:draft_drop": act(draft_part, "X"),
    "pillars:draft_merge": act(draft_part, "X"),
    "pillars:draft_split": act(draft_part, "X"),
    "pillars:comments": Row(get="R D X", post="R D", kwargs=draft, hidden=OUTSIDE),
    "pillars:comment_answer": act(comment, "X"),
}
