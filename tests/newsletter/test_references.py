"""References in the text of an issue: what they find, for whom, and what is left when they find nothing (N2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Role
from newsletter import drawing, markdown
from newsletter.references import Facts, Portal, is_lost
from pillars.models import Pillar
from taskforce.models import GoodPractice, Idea, Workshop
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.pillars import (
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)


def initiative(*, restricted=False, plan=None, **fields):
    pillar = PillarFactory(plan=plan or PlanFactory(), is_restricted=restricted)
    return InitiativeFactory(objective=ObjectiveFactory(pillar=pillar), **fields)


def half_done(**fields):
    """An initiative with half of its work done and half planned."""
    found = initiative(**fields)
    MilestoneFactory(initiative=found, planned_on=TODAY - timedelta(days=9), completed_on=TODAY)
    MilestoneFactory(initiative=found, planned_on=TODAY + timedelta(days=90))
    return found


def find(source):
    return Portal(TODAY).find(markdown.pieces(source))


def idea(**fields):
    found = Idea.draft(by=UserFactory(), title="印刷をやめる", problem="紙が多い", wish="画面で済ませたい")
    found.publish(by=found.author, at=NOON)
    Idea.objects.filter(pk=found.pk).update(**fields)
    return Idea.objects.get(pk=found.pk)


def practice(**fields):
    return GoodPractice.objects.create(
        **{
            "title": "表を渡す",
            "summary": "短くなった",
            "steps": "渡す",
            "department": DepartmentFactory(),
            "started_on": TODAY,
            "proposed_by": UserFactory(),
            "state": "published",
            "published_at": NOON,
            **fields,
        }
    )


def workshop(**fields):
    begins = datetime(2026, 12, 2, 8, tzinfo=UTC)
    return Workshop.objects.create(
        **{"title": "初級", "starts_at": begins, "ends_at": begins + timedelta(hours=1), **fields}
    )


# --- what is found --------------------------------------------------------------------------------


def test_initiative_with_its_status_and_figures():
    found = half_done(code="2-3-1", name="業務引継ぎ", name_en="Handover")
    fact = find("[[施策 2-3-1 何でもよい]]")["施策 2-3-1"]
    assert (fact["url"], fact["shape"]) == (found.get_absolute_url(), "none")
    assert fact["ja"] == {"title": "業務引継ぎ", "word": "報告が古い", "note": "実績50% 計画50%"}
    assert fact["en"]["note"] == "actual 50% planned 50%"
    assert fact["en"]["title"] == "Handover"


def test_key_may_be_typed_full_width():
    half_done(code="2-3-1")
    assert list(find("[[施策 ２－３－１]]")) == ["施策 2-3-1"]  # noqa: RUF001 - full width is meant


def test_initiative_of_the_plan_that_has_begun_comes_before_the_one_to_come():
    old, new = PlanFactory(first_fiscal_year=2022), PlanFactory(first_fiscal_year=2027, last_fiscal_year=2031)
    initiative(plan=new, code="I1", name="次の計画")
    initiative(plan=old, code="I1", name="いまの計画")
    assert find("[[施策 I1]]")["施策 I1"]["ja"]["title"] == "いまの計画"


@pytest.mark.parametrize("source", ["[[施策 X1]]", "[[節目 X1-M1]]"])
def test_restricted_pillars_and_drafts_are_not_found(source):
    for code, fields in (("X1", {"restricted": True}), ("X1", {"plan": PlanFactory(status="draft")})):
        MilestoneFactory(initiative=initiative(code=code, **fields), code="X1-M1")
    assert find(source) == {}


def test_milestone_with_its_state_and_day():
    MilestoneFactory(initiative=initiative(), code="M1", name="試行", planned_on=date(2026, 12, 1))
    assert find("[[節目 M1]]")["節目 M1"]["ja"] == {"title": "試行", "word": "予定", "note": "12月1日(火)"}


def test_idea_with_its_state_and_supporters():
    found = idea()
    found.support(by=UserFactory(roles=[Role.PROGRESS_REPORTER]))
    assert find(f"[[アイデア {found.number}]]")[f"アイデア {found.number}"]["ja"] == {
        "title": "印刷をやめる",
        "word": "受付",
        "note": "賛同 1",
    }


@pytest.mark.parametrize("fields", [{"withdrawn_at": NOON}, {"published_at": None}])
def test_withdrawn_ideas_and_drafts_are_not_found(fields):
    assert find(f"[[アイデア {idea(**fields).number}]]") == {}


def test_practice_that_is_only_proposed_is_not_found():
    assert find(f"[[好事例 {practice(state='proposed', published_at=None).pk}]]") == {}
    assert len(find(f"[[好事例 {practice().pk}]]")) == 1


def test_workshop_by_the_clock_of_tokyo_and_cancelled_ones_say_so():
    name = f"ワークショップ {workshop().pk}"
    assert find(f"[[{name}]]")[name]["ja"]["note"] == "12月2日(水) 17:00(東京)"
    gone = f"ワークショップ {workshop(cancelled_at=NOON, cancelled_reason='休み').pk}"
    assert find(f"[[{gone}]]")[gone]["ja"]["word"] == "中止"


def test_class_two_things_show_title_and_link_alone():
    half_done(code="I1", name="回線", confidentiality=2)
    fact = find("[[施策 I1]]")["施策 I1"]
    assert (fact["ja"], fact["shape"]) == ({"title": "回線", "word": "", "note": ""}, "")
    assert fact["url"]


@pytest.mark.parametrize(
    "source",
    [
        "[[施策]]",
        "[[ほげ 1]]",
        "[[アイデア ٤٥]]",
        "[[アイデア 99999999999]]",
        "[[好事例 -1]]",
        "[[アイデア x]]",
    ],
)
def test_keys_that_can_be_nothing_find_nothing(source):
    assert find(source) == {}


def test_each_kind_is_asked_once_however_often_it_stands_there(django_assert_num_queries):
    numbers = [idea().number for _n in range(3)]
    source = " ".join(f"[[アイデア {number}]]" for number in numbers)
    portal = Portal(TODAY)
    with django_assert_num_queries(1):
        assert len(portal.find(markdown.pieces(source))) == 3
        assert len(portal.find(markdown.pieces(source))) == 3


# --- what is left of it ---------------------------------------------------------------------------


def test_what_cannot_be_found_any_more_keeps_its_title_without_link_and_figures():
    half_done(code="I1", name="業務引継ぎ", name_en="Handover")
    found = markdown.pieces("[[施策 I1 引継ぎ]]")
    kept = Portal(TODAY).facts(found).references
    Pillar.objects.update(is_restricted=True)
    lost = Portal(TODAY).facts(found, kept=kept).references["施策 I1"]
    assert is_lost(lost)
    assert (lost["ja"]["title"], lost["en"]["title"]) == ("業務引継ぎ", "Handover")
    assert lost["ja"]["note"] == ""


def test_what_was_never_found_is_only_the_words_that_were_typed():
    facts = Portal(TODAY).facts(markdown.pieces("[[施策 I9 引継ぎ]]"))
    assert facts.references["施策 I9"]["ja"]["title"] == "引継ぎ"


# --- how it looks ---------------------------------------------------------------------------------

FACT = {
    "url": "/plans/DX/initiatives/I1/",
    "shape": "ok",
    "at": None,
    "ja": {"title": "引継ぎ<>", "word": "順調", "note": "実績60% 計画50%"},
    "en": {"title": "Handover", "word": "On track", "note": "actual 60% planned 50%"},
}
FACTS = Facts([], {"施策 I1": FACT})


def test_alone_it_is_a_paragraph_and_in_a_line_it_stays_in_the_line():
    html = markdown.to_html("[[施策 I1]]\n\n- 前 [[施策 I1]]", draw=drawing.on_page(FACTS, {}))
    link = '<a href="/plans/DX/initiatives/I1/">引継ぎ&lt;&gt;</a>'
    assert html.startswith(f'<p>{link}<br><span class="s"><span class="st st--ok">')
    assert f"<li>前 {link} <span" in html


def test_mail_and_text_say_the_same_in_the_language_of_the_mail():
    strings = drawing.strings(FACTS)
    assert strings["ja"]["text"]["+施策 I1"] == (
        "[施策] 引継ぎ<>\n  順調 実績60% 計画50%\n  http://localhost:8000/plans/DX/initiatives/I1/"
    )
    assert "On track actual 60% planned 50%" in strings["en"]["html"]["+施策 I1"]
    assert 'href="http://localhost:8000/plans/DX/initiatives/I1/"' in strings["en"]["html"]["-施策 I1"]
    assert "引継ぎ&lt;&gt;" in strings["ja"]["html"]["-施策 I1"]


def test_nobody_can_type_a_place():
    typed = "\ue003+施策 I1\ue004 \ue0000\ue000 \ue001person\ue002"
    assert markdown.to_html(typed) == "<p>+施策 I1 0 person</p>\n"


def test_each_reader_sees_the_own_clock():
    at = {**FACT, "at": "2026-12-02T08:00:00+00:00"}
    kept = markdown.to_html("[[施策 I1]]", draw=drawing.on_page(Facts([], {"施策 I1": at}), {}))
    assert "17:00" in drawing.by_own_clock(kept, {})
    with translation.override("en"), timezone.override("Europe/Paris"):
        shown = drawing.by_own_clock(kept, {})
    assert "Paris <b>09:00</b>" in shown
    assert "Tokyo 17:00" in shown
