"""The last year: looking back, deciding what goes on, drafting the next plan, closing the old one (P16)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Role
from dxportal.attention import needing
from pillars import redrafting, succession
from pillars.models import (
    CarryOver,
    DraftComment,
    Initiative,
    InitiativeReview,
    Plan,
    SuccessorMapping,
)
from pillars.outlines import Wish
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LAST_YEAR = date(2026, 11, 25)
CONTINUED, MERGED, REVISED, ABOLISHED = CarryOver.Decision.values


def person(role, department=None):
    return DutyFactory(user=UserFactory(), role=role, department=department).user


@pytest.fixture
def department():
    return DepartmentFactory()


@pytest.fixture
def reporter(department):
    return person(Role.PROGRESS_REPORTER, department)


@pytest.fixture
def approver(department):
    return person(Role.PROGRESS_APPROVER, department)


@pytest.fixture
def secretariat():
    return person(Role.SECRETARIAT)


@pytest.fixture
def colleague():
    return person(Role.SECRETARIAT)


@pytest.fixture
def initiative(department):
    return InitiativeFactory(lead_department=department)


def written(initiative, by):
    review = InitiativeReview(initiative=initiative)
    review.save_draft(by=by, outcome="partly", why="公館の回線が遅い。", lessons="先に回線を測る。")
    return review


def decided(initiative, decision=CONTINUED, *, by=None, merge_into=None):
    """A carry-over proposed by one and decided by another member of the secretariat."""
    first, second = by or (person(Role.SECRETARIAT), person(Role.SECRETARIAT))
    row = CarryOver(initiative=initiative)
    row.propose(decision, "まだ要る。", by=first, merge_into=merge_into)
    row.decide(decision, "まだ要る。", by=second, merge_into=merge_into)
    return row


# --- the review -----------------------------------------------------------------------------------


def test_a_review_is_written_by_the_reporter_and_confirmed_by_another(initiative, reporter, approver):
    review = written(initiative, reporter)
    review.submit(by=reporter)
    review.confirm(by=approver)
    assert (review.state, review.submitted_by, review.confirmed_by) == ("confirmed", reporter, approver)


def test_nobody_confirms_his_own_review(initiative, reporter, department):
    DutyFactory(user=reporter, role=Role.PROGRESS_APPROVER, department=department)
    review = written(initiative, reporter)
    review.submit(by=reporter)
    with pytest.raises(PermissionDenied):
        review.confirm(by=reporter)
    with pytest.raises(IntegrityError), transaction.atomic():
        InitiativeReview.objects.update(confirmed_by=reporter)


def test_a_review_without_words_is_not_handed_in(initiative, reporter):
    review = InitiativeReview(initiative=initiative)
    review.save_draft(by=reporter, why="")
    with pytest.raises(ValidationError) as refused:
        review.submit(by=reporter)
    assert sorted(refused.value.message_dict) == ["lessons", "outcome", "why"]


def test_a_review_is_for_the_department_until_it_is_confirmed(initiative, reporter, approver):
    outsider = UserFactory()
    review = written(initiative, reporter)
    seen = [list(InitiativeReview.objects.visible_to(user)) for user in (outsider, approver)]
    review.submit(by=reporter)
    review.confirm(by=approver)
    assert [*seen, list(InitiativeReview.objects.visible_to(outsider))] == [[], [review], [review]]


def test_a_returned_review_says_why_and_is_open_again(initiative, reporter, approver):
    review = written(initiative, reporter)
    review.submit(by=reporter)
    with pytest.raises(ValidationError):
        review.return_(" ", by=approver)
    review.return_("数字の出どころを書いてください。", by=approver)
    assert (review.state, review.can_write(reporter)) == ("returned", True)


def test_reviews_are_asked_for_in_the_last_year_only(initiative, reporter):
    to_review = lambda day: list(Initiative.objects.to_review(reporter, day))  # noqa: E731
    assert (to_review(date(2026, 3, 31)), to_review(LAST_YEAR)) == ([], [initiative])
    written(initiative, reporter).submit(by=reporter)
    assert to_review(LAST_YEAR) == []


# --- what goes on ---------------------------------------------------------------------------------


def test_a_decision_takes_two_people(initiative, secretariat, colleague):
    row = CarryOver(initiative=initiative)
    row.propose(CONTINUED, "まだ要る。", by=secretariat)
    with pytest.raises(PermissionDenied):
        row.decide(CONTINUED, "まだ要る。", by=secretariat)
    row.decide(REVISED, "対象を絞る。", by=colleague)
    assert (row.decision, row.proposed_by, row.decided_by) == (REVISED, secretariat, colleague)
    with pytest.raises(IntegrityError), transaction.atomic():
        CarryOver.objects.update(decided_by=secretariat)


def test_a_department_proposes_but_does_not_decide(initiative, reporter, approver):
    row = CarryOver(initiative=initiative)
    row.propose(ABOLISHED, "役目を終えた。", by=reporter)
    assert (row.can_decide(approver), row.is_decided) == (False, False)


def test_a_merge_needs_another_initiative_of_the_plan(initiative, secretariat):
    row = CarryOver(initiative=initiative)
    for other in (None, initiative, InitiativeFactory()):
        with pytest.raises(ValidationError) as refused:
            row.propose(MERGED, "重なる。", by=secretariat, merge_into=other)
        assert list(refused.value.message_dict) == ["merge_into"]


def test_many_are_decided_as_proposed_except_ones_own(secretariat, colleague):
    plan = ObjectiveFactory()
    for by in (secretariat, colleague, colleague):
        CarryOver(initiative=InitiativeFactory(objective=plan)).propose(CONTINUED, "要る。", by=by)
    assert CarryOver.objects.all().decide_as_proposed(by=secretariat) == 2
    assert CarryOver.objects.decided().count() == 2


# --- the draft ------------------------------------------------------------------------------------


def wish(plan, *names, **places):
    pillars = [(name, "") for name in names or ("届ける", "支える")]
    places = {code: places.get(code, 1) for code in plan.objectives.values_list("code", flat=True)}
    return Wish("NEXT", "次の計画", "Next plan", 2027, 2031, pillars, places)


@pytest.fixture
def old():
    """A plan with two pillars, an objective in each."""
    plan = PlanFactory()
    for number in (1, 2):
        ObjectiveFactory(pillar=PillarFactory(plan=plan, code=f"P{number}"), code=f"O{number}")
    return plan


def under(plan, code, **fields):
    return InitiativeFactory(objective=plan.objectives.get(code=code), **fields)


def names(draft):
    return list(draft.initiatives.order_by("code").values_list("code", "name"))


def test_the_draft_holds_what_goes_on_under_pillars_of_its_own(old, secretariat):
    kept, ended, open_ = (under(old, "O1", name=name) for name in ("続く", "終わる", "未定"))
    decided(kept)
    decided(ended, ABOLISHED)
    draft = succession.create(old, wish(old, O1=2), by=secretariat)
    assert (draft.status, draft.predecessor, draft.pillars.count()) == (Plan.Status.DRAFT, old, 2)
    assert names(draft) == [("R9P2-O1-I01", "続く")]
    assert open_.leads_to.count() == 0


def test_drafting_again_adds_what_is_missing_and_nothing_twice(old, secretariat):
    decided(under(old, "O1", name="先"))
    draft = succession.create(old, wish(old), by=secretariat)
    decided(under(old, "O2", name="後"))
    assert [i.name for i in succession.extend(draft, by=secretariat)] == ["後"]
    assert succession.extend(draft, by=secretariat) == []
    assert [name for _code, name in names(draft)] == ["先", "後"]


def test_a_merge_leads_many_to_one(old, secretariat):
    main, other = under(old, "O1", name="本体"), under(old, "O2", name="枝")
    decided(main, REVISED)
    decided(other, MERGED, merge_into=main)
    draft = succession.create(old, wish(old), by=secretariat)
    new = draft.initiatives.get()
    assert (new.name, redrafting.sources_of(new)) == ("本体", [main, other])


def test_one_that_is_merged_later_joins_the_one_in_the_draft(old, secretariat):
    main, other = under(old, "O1"), under(old, "O2")
    decided(main)
    draft = succession.create(old, wish(old), by=secretariat)
    decided(other, MERGED, merge_into=main)
    succession.extend(draft, by=secretariat)
    assert redrafting.sources_of(draft.initiatives.get()) == [main, other]


def test_merges_in_a_circle_end(old, secretariat):
    one, two = under(old, "O1"), under(old, "O1")
    decided(one, MERGED, merge_into=two)
    decided(two, MERGED, merge_into=one)
    draft = succession.create(old, wish(old), by=secretariat)
    assert draft.mappings.of_initiatives().count() == 2


def test_a_series_goes_on_from_the_last_value(old, secretariat):
    source = under(old, "O1")
    kpi = IndicatorFactory(objective=source.objective, initiative=source, unit="%")
    IndicatorValueFactory(indicator=kpi, fiscal_year=2026, actual_value="66.6", value_status="estimate")
    decided(source)
    draft = succession.create(old, wish(old), by=secretariat)
    new = draft.indicators.get()
    assert (new.continues, new.baseline_value, new.baseline_fiscal_year) == (kpi, Decimal("66.6"), 2026)


def test_the_baseline_follows_the_final_value(old, secretariat):
    source = under(old, "O1")
    kpi = IndicatorFactory(objective=source.objective, initiative=source)
    value = IndicatorValueFactory(indicator=kpi, fiscal_year=2026, actual_value=60, value_status="estimate")
    decided(source)
    draft = succession.create(old, wish(old), by=secretariat)
    value.enter(64, status="final", by=secretariat)
    assert draft.indicators.get().baseline_value == 64


def test_what_was_dropped_stays_out_with_its_reason(old, secretariat):
    source = under(old, "O1")
    decided(source)
    draft = succession.create(old, wish(old), by=secretariat)
    redrafting.drop(draft.initiatives.get(), "予算がつかない。", by=secretariat)
    assert succession.extend(draft, by=secretariat) == []
    assert [(m.new_initiative, m.reason) for m in source.leads_to.all()] == [(None, "予算がつかない。")]


def test_merging_in_the_draft_takes_ways_and_series_along(old, secretariat):
    one, two = under(old, "O1"), under(old, "O2")
    kpi = IndicatorFactory(objective=two.objective, initiative=two)
    for source in (one, two):
        decided(source)
    draft = succession.create(old, wish(old), by=secretariat)
    first, second = draft.initiatives.order_by("code")
    redrafting.merge(second, first, "同じ仕組みを使う。", by=secretariat)
    assert redrafting.sources_of(draft.initiatives.get()) == [one, two]
    assert draft.indicators.get(continues=kpi).initiative == first


def test_a_split_leads_one_to_many(old, secretariat):
    source = under(old, "O1")
    decided(source)
    draft = succession.create(old, wish(old), by=secretariat)
    redrafting.split(draft.initiatives.get(), "在外公館へ広げる", "対象が違う。", by=secretariat)
    assert source.leads_to.count() == 2
    assert [code for code, _name in names(draft)] == ["R9P1-O1-I01", "R9P1-O1-I02"]


def test_dropping_one_half_of_a_split_leaves_the_other(old, secretariat):
    source = under(old, "O1")
    decided(source)
    draft = succession.create(old, wish(old), by=secretariat)
    second = redrafting.split(draft.initiatives.get(), "半分", "分ける。", by=secretariat)
    redrafting.drop(second, "要らない。", by=secretariat)
    assert [m.new_initiative for m in source.leads_to.all()] == [draft.initiatives.get()]


def test_a_new_initiative_comes_from_nothing(old, secretariat, department):
    draft = succession.create(old, wish(old), by=secretariat)
    objective = draft.objectives.first()
    new = redrafting.add(objective, "新しい", by=secretariat, lead_department=department, reason="声が多い。")
    assert (new.comes_from.count(), new.starts_on) == (0, date(2027, 4, 1))


def test_a_restricted_pillar_stays_restricted_in_the_next_plan(old, secretariat):
    old.pillars.filter(code="P2").update(is_restricted=True)
    source = under(old, "O2")
    decided(source)
    draft = succession.create(old, wish(old, O2=2), by=secretariat)
    assert list(draft.pillars.values_list("is_restricted", flat=True)) == [False, True]
    new, open_place = draft.initiatives.get(), draft.objectives.get(pillar__position=1)
    with pytest.raises(ValidationError):
        redrafting.rewrite(new, by=secretariat, objective=open_place)
    assert list(SuccessorMapping.objects.visible_to(UserFactory())) == []


def test_a_decided_plan_is_no_longer_edited_as_a_draft(old, secretariat):
    decided(under(old, "O1"))
    draft = succession.create(old, wish(old), by=secretariat)
    draft.decide(by=secretariat)
    with pytest.raises(PermissionDenied):
        redrafting.drop(draft.initiatives.get(), "やめる。", by=secretariat)


# --- comments -------------------------------------------------------------------------------------


def test_a_department_comments_until_the_deadline_and_gets_an_answer(secretariat, reporter, department):
    draft = PlanFactory(status="draft", comments_due_on=LAST_YEAR)
    said = {"by": reporter, "department": department}
    comment = DraftComment.write(draft, "公館の時差も書いてほしい。", today=LAST_YEAR, **said)
    with pytest.raises(PermissionDenied):
        DraftComment.write(draft, "遅れた。", today=date(2026, 11, 26), **said)
    comment.reply("本文に書く。", result="taken", by=secretariat)
    assert (comment.about, comment.answered_by, DraftComment.objects.open().count()) == (
        draft.name,
        secretariat,
        0,
    )


def test_comments_on_a_restricted_pillar_are_read_by_whom_it_is_open_to(reporter, department, secretariat):
    pillar = PillarFactory(plan=PlanFactory(status="draft"), is_restricted=True)
    said = {"by": reporter, "department": department, "today": LAST_YEAR}
    comment = DraftComment.write(pillar.plan, "監視を厚く。", target=pillar, **said)
    other = person(Role.PROGRESS_REPORTER, DepartmentFactory())
    readers = [list(DraftComment.objects.visible_to(user)) for user in (other, secretariat)]
    assert readers == [[], [comment]]


# --- the end --------------------------------------------------------------------------------------


def test_a_plan_is_closed_in_its_last_year(secretariat):
    plan = PlanFactory()
    with pytest.raises(ValidationError):
        plan.close(by=secretariat, today=date(2026, 3, 31))
    plan.close(by=secretariat, today=LAST_YEAR)
    assert (plan.status, plan.closed_on) == (Plan.Status.CLOSED, LAST_YEAR)


def test_a_closed_plan_takes_final_values_and_nothing_else(initiative, secretariat):
    value = IndicatorValueFactory(indicator=IndicatorFactory(initiative=initiative), fiscal_year=2026)
    initiative.plan.close(by=secretariat, today=LAST_YEAR)
    initiative.refresh_from_db()
    with pytest.raises(PermissionDenied):
        initiative.change("initiative.edited", by=secretariat, name="別の名前")
    value.enter(70, status="final", by=secretariat)
    value.refresh_from_db()
    assert (value.actual_value, initiative.can_edit(secretariat)) == (70, False)


def test_the_database_refuses_changes_to_a_closed_plan(initiative, secretariat):
    MilestoneFactory(initiative=initiative)
    initiative.plan.close(by=secretariat, today=LAST_YEAR)
    for rows in (Initiative.objects.all(), initiative.milestones.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(name="別の名前")
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_after_its_last_day_a_plan_tells_what_happened_but_moves_nothing(initiative, secretariat):
    april = date(2027, 4, 1)
    milestone = MilestoneFactory(initiative=initiative, planned_on=date(2027, 3, 31))
    with pytest.raises(PermissionDenied):
        milestone.change("milestone.moved", by=secretariat, today=april, due_on=date(2027, 5, 1))
    milestone.change("milestone.completed", by=secretariat, today=april, completed_on=date(2027, 3, 31))
    assert milestone.completed_on == date(2027, 3, 31)


def test_the_new_plan_leads_from_its_first_day(secretariat):
    old = PlanFactory()
    new = PlanFactory(first_fiscal_year=2027, last_fiscal_year=2031, status="draft")
    new.decide(by=secretariat)
    leads = [Plan.objects.running(day).first() for day in (date(2027, 3, 31), date(2027, 4, 1))]
    assert leads == [old, new]


# --- what stays hidden, and what is asked ---------------------------------------------------------


def test_open_and_restricted_initiatives_are_not_merged(old, secretariat):
    old.pillars.filter(code="P2").update(is_restricted=True)
    one, two = under(old, "O1"), under(old, "O2")
    for source, into in ((one, two), (two, one)):
        with pytest.raises(ValidationError) as refused:
            CarryOver(initiative=source).propose(MERGED, "重なる。", by=secretariat, merge_into=into)
        assert list(refused.value.message_dict) == ["merge_into"]


def test_the_last_year_asks_once_the_deadline_is_set(initiative, reporter, approver):
    asked = lambda user: [(i.kind, i.url) for i in needing(user, LAST_YEAR) if i.kind == "turnover"]  # noqa: E731
    page, before = f"/plans/{initiative.plan.code}/reviews/", asked(reporter)
    Plan.objects.update(review_due_on=date(2026, 12, 18))
    assert (before, asked(reporter), asked(approver)) == ([], [("turnover", page)], [])
    written(initiative, reporter).submit(by=reporter)
    assert (asked(reporter), asked(approver)) == ([], [("turnover", f"{page}?review=submitted")])


def test_departments_are_asked_to_comment_until_they_have(reporter, department):
    draft = PlanFactory(status="draft", comments_due_on=LAST_YEAR)
    asked = lambda day: [i.url for i in needing(reporter, day) if i.kind == "turnover"]  # noqa: E731
    assert (asked(LAST_YEAR), asked(date(2026, 11, 26))) == ([f"/plans/{draft.code}/comments/"], [])
    DraftComment.write(draft, "よい。", by=reporter, department=department, today=LAST_YEAR)
    assert asked(LAST_YEAR) == []


def test_the_secretariat_is_asked_to_decide_what_another_proposed(initiative, secretariat):
    other = UserFactory(roles=["secretariat"])
    CarryOver(initiative=initiative).propose("continued", "続ける。", by=other)
    asked = lambda user: [(i.title, i.url) for i in needing(user, LAST_YEAR) if i.kind == "turnover"]  # noqa: E731
    page = f"/plans/{initiative.plan.code}/carry-over/?state=proposed"
    assert (asked(secretariat), asked(other)) == ([("引き継ぎの提案を決める(1件)", page)], [])


def test_the_secretariat_is_asked_to_answer_comments(reporter, department, secretariat):
    draft = PlanFactory(status="draft", comments_due_on=LAST_YEAR)
    comment = DraftComment.write(draft, "よい。", by=reporter, department=department, today=LAST_YEAR)
    asked = lambda: [(i.title, i.url) for i in needing(secretariat, LAST_YEAR) if i.kind == "turnover"]  # noqa: E731
    assert asked() == [("案への意見に答える(1件)", f"/plans/{draft.code}/comments/?state=open")]
    DraftComment.objects.filter(pk=comment.pk).update(answered_by=secretariat, result="taken")
    assert asked() == []
