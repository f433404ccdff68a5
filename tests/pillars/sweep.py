"""Who may open the pages of the plan (permissions.md): open to the ministry, closed to outside experts."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Role
from pillars.models import Plan, PlanImport, ProgressReport
from tests.factories import (
    DutyFactory,
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
    ReportingCallFactory,
    UserFactory,
    evidence_on,
    pulse_round,
    visibility_proposal,
)
from tests.sweep import SIGNED_IN, STAFF, Row

FIGURES = "S T L R D X E"  # administrators have no content right in daily use
NOTHING = {
    "rows": [],
    "counts": {
        **dict.fromkeys(("new", "changed", "unchanged", "errors", "missing", "conflicts"), 0),
        "stored": 0,
    },
    "unreadable": False,
    "exported_at": None,
    "missing": [],
    "unchanged": [],
    "sheets": [],
    "whole": False,
    "language": "ja",
}


def plan(world):
    return world.once("plan", PlanFactory)


def pillar(world):
    return world.once("pillar", lambda: PillarFactory(plan=plan(world)))


def objective(world):
    return world.once("objective", lambda: ObjectiveFactory(pillar=pillar(world)))


def initiative(world):
    make = lambda: InitiativeFactory(objective=objective(world), lead_department=world.department)  # noqa: E731
    return world.once("initiative", make)


def reporter(world):
    """Somebody else of the department, who handed the report in."""

    def make():
        user = UserFactory(department=world.department)
        return DutyFactory(user=user, role=Role.PROGRESS_REPORTER, department=world.department).user

    return world.once("reporter", make)


def report(state):
    """The address of a report in that state."""

    def build(world):
        make = lambda: ProgressReportFactory(  # noqa: E731
            initiative=initiative(world), workflow_state=state, submitted_by=reporter(world)
        )
        return {**of(initiative)(world), "pk": world.once(f"report {state}", make).pk}

    return build


def fresh(world):
    """The address of a report that was published an hour ago."""
    kwargs = report("published")(world)
    ProgressReport.objects.filter(pk=kwargs["pk"]).update(published_at=timezone.now() - timedelta(hours=1))
    return kwargs


def of(thing):
    """The address of a part of the plan, by its code."""
    return lambda world: {"plan": plan(world).code, "code": thing(world).code}


def whole(world):
    pillar(world)
    return {"plan": plan(world).code}


def complete_draft(world):
    """The address of a plan that could begin: a draft with an initiative."""
    make = lambda: InitiativeFactory(  # noqa: E731
        objective__pillar__plan=PlanFactory(status=Plan.Status.DRAFT), lead_department=world.department
    )
    return {"plan": world.once("initiative of a complete draft", make).plan.code}


def read(kwargs):
    return Row(get=STAFF, kwargs=kwargs, hidden="P")


def uploaded(world):
    """The address of an import somebody has uploaded and not yet decided on."""
    make = lambda: PlanImport.objects.create(  # noqa: E731
        file_name="plan.xlsx", plan=plan(world), preview=NOTHING, state="previewed"
    )
    return {"pk": world.once("import", make).pk}


def applied(world):
    """The address of an import that was taken."""
    make = lambda: PlanImport.objects.create(  # noqa: E731
        file_name="plan.xlsx",
        plan=plan(world),
        preview=NOTHING,
        state="applied",
        applied_at=timezone.now(),
        result={"created": 0, "changed": 0, "unchanged": 0, "kept": 0},
    )
    return {"pk": world.once("applied import", make).pk}


def proposed(world):
    """The address of a proposal somebody else of the secretariat made."""

    def make():
        colleague = UserFactory(roles=[Role.SECRETARIAT])
        return visibility_proposal(pillar(world), by=colleague)

    return {"pk": world.once("proposal", make).pk}


def call(world):
    """The address of an open call; a second initiative is asked, so that others still find a report to begin."""
    asked = lambda: ReportingCallFactory(plan=initiative(world).plan)  # noqa: E731
    return {"pk": world.once("call", asked).pk}


def indicator(world):
    return world.once("indicator", lambda: IndicatorFactory(objective=objective(world)))


def graded(world):
    return {**of(objective)(world), "year": 2025}


def with_milestone(world):
    make = lambda: MilestoneFactory(initiative=initiative(world))  # noqa: E731
    return {**of(initiative)(world), "milestone": world.once("milestone", make).code}


def definition(kwargs):
    """A form of the plan's definition: the secretariat's."""
    return Row(get="X", post="X", kwargs=kwargs, hidden="P")


def listed(world):
    return {**whole(world), "name": "initiatives", "kind": "csv"}


def asked(world):
    """The plan, while it asks the world's department about burden and effect."""
    return {"plan": world.once("pulse", lambda: pulse_round(initiative(world), world.department)).plan.code}


def proved(state):
    """The address of a file on a report in that state."""

    def build(world):
        place = report(state)(world)
        make = lambda: evidence_on(world.things[f"report {state}"], by=reporter(world))  # noqa: E731
        return {**place, "key": world.once(f"evidence {state}", make).pk}

    return build


SWEEP = {
    "pillars:running_plan": Row(get=STAFF, kwargs=lambda world: whole(world) and {}, hidden="P"),
    "pillars:plans": Row(get=SIGNED_IN),
    "pillars:plan": read(whole),
    "pillars:plan_history": read(whole),
    "pillars:changes": read(whole),
    "pillars:roadmap": read(whole),
    "pillars:initiatives": read(whole),
    "pillars:milestones": read(whole),
    "pillars:indicators": read(whole),
    "pillars:plan_reports": read(whole),
    "pillars:pillar": read(of(pillar)),
    "pillars:pillar_history": read(of(pillar)),
    "pillars:objective": read(of(objective)),
    "pillars:objective_history": read(of(objective)),
    "pillars:initiative": read(of(initiative)),
    "pillars:initiative_history": read(of(initiative)),
    "pillars:initiative_edit": Row(get="R D X", post="R D X", kwargs=of(initiative), hidden="P"),
    "pillars:initiative_lead": definition(of(initiative)),
    "pillars:initiative_weights": definition(of(initiative)),
    "pillars:milestone_new": Row(get="R D X", post="R D X", kwargs=of(initiative), hidden="P"),
    "pillars:milestone_cancel": Row(get="R D X", post="R D X", kwargs=with_milestone, hidden="P"),
    "pillars:indicator": read(of(indicator)),
    "pillars:indicator_edit": definition(of(indicator)),
    "pillars:indicator_targets": definition(of(indicator)),
    "pillars:indicator_end": definition(of(indicator)),
    "pillars:indicator_new": definition(of(objective)),
    "pillars:evaluations": read(whole),
    "pillars:evaluation_grade": definition(graded),
    "pillars:plan_new": Row(get="X", post="X"),
    "pillars:plan_definition": read(whole),
    "pillars:plan_edit": definition(whole),
    "pillars:plan_thresholds": definition(whole),
    "pillars:plan_words": definition(whole),
    "pillars:plan_scale": definition(whole),
    "pillars:plan_activate": Row(get="X", post="X", kwargs=complete_draft, hidden="S T L E P M"),
    "pillars:pillar_edit": definition(of(pillar)),
    "pillars:pillar_visibility": definition(of(pillar)),
    "pillars:objective_edit": definition(of(objective)),
    "pillars:export": Row(get=FIGURES, kwargs=whole, hidden="P"),
    "pillars:export_list": Row(get=FIGURES, kwargs=listed, hidden="P"),
    "pillars:import_upload": Row(get="R X", post="R X"),
    "pillars:import": Row(get="X", kwargs=uploaded, hidden="R"),
    "pillars:import_choose": Row(get=None, post="X", kwargs=uploaded, hidden="R"),
    "pillars:import_discard": Row(get=None, post="X", kwargs=uploaded, hidden="R"),
    "pillars:import_differences": Row(get="X", kwargs=uploaded, hidden="R"),
    "pillars:import_result": Row(get="X", kwargs=applied, hidden="R"),
    "pillars:import_undo": Row(get="X", post="X", kwargs=applied, hidden="R"),
    "pillars:proposals": Row(get="X"),
    "pillars:proposal": Row(get="X", kwargs=proposed, hidden="S T L R D E P M"),
    "pillars:proposal_accept": Row(get=None, post="X", kwargs=proposed, hidden="S T L R D E P M"),
    "pillars:proposal_decline": Row(get=None, post="X", kwargs=proposed, hidden="S T L R D E P M"),
    "pillars:proposal_withdraw": Row(get=None, post="", kwargs=proposed, hidden="S T L R D E P M"),
    "pillars:effects": read(whole),
    "pillars:pulse": Row(get=STAFF, post="R D", kwargs=asked, hidden="P"),
    "pillars:pulse_rounds": Row(get="X", post="X", kwargs=asked),
    "pillars:pulse_close": Row(
        get=None, post="X", kwargs=asked, data=lambda world: {"round": world.things["pulse"].code}
    ),
    "pillars:pulse_audience": Row(get="R X", post="R X", kwargs=of(initiative), hidden="P"),
    "pillars:evidence": Row(get="R D X", post="R X", kwargs=report("returned"), hidden="S T L E P M"),
    "pillars:evidence_file": Row(get="R D X", kwargs=proved("returned"), hidden="S T L E P M"),
    "pillars:evidence_withdraw": Row(get=None, post="R X", kwargs=proved("returned"), hidden="S T L E P M"),
    "pillars:reports": Row(get="R D X"),
    "pillars:reports_publish": Row(get=None, post="X"),
    "pillars:reports_approve": Row(get="D", post="D"),
    "pillars:reports_check": Row(get="X", post="X"),
    "pillars:calls": Row(get="X"),
    "pillars:call_new": Row(get="X", post="X", kwargs=lambda world: whole(world) and {}),
    "pillars:call": Row(get="X", kwargs=call),
    "pillars:call_deadline": Row(get="X", post="X", kwargs=call),
    "pillars:call_remind": Row(get=None, post="X", kwargs=call),
    "pillars:call_close": Row(get=None, post="X", kwargs=call),
    "pillars:call_reopen": Row(get=None, post="X", kwargs=call),
    "pillars:call_publish": Row(get=None, post="X", kwargs=call),
    "pillars:report_new": Row(get="R X", post="R X", kwargs=of(initiative), hidden="P"),
    "pillars:report": Row(get="R D X", kwargs=report("submitted"), hidden="S T L E P M"),
    "pillars:report_edit": Row(
        get="R D X", post="R X", kwargs=report("returned"), hidden="S T L E P M", expected={"D": 302}
    ),
    "pillars:report_approve": Row(get=None, post="D", kwargs=report("submitted"), hidden="S T L E P M"),
    "pillars:report_accept": Row(get=None, post="X", kwargs=report("approved"), hidden="S T L E P M"),
    "pillars:report_correct": Row(get="R D X", post="R D X", kwargs=fresh, hidden="P"),
    "pillars:report_return": Row(get=None, post="D X", kwargs=report("submitted"), hidden="S T L E P M"),
    "pillars:report_publish": Row(get=None, post="X", kwargs=report("approved"), hidden="S T L E P M"),
}

from tests.pillars import sweep_last_year  # noqa: E402 - it builds on the things above

SWEEP |= sweep_last_year.SWEEP
