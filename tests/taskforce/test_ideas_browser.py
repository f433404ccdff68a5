"""Ideas in a real browser: similar ones while typing, support without leaving the form, accessibility."""

import re

import pytest
from django.urls import reverse

from pillars.models import Plan
from taskforce.models import IdeaStatus
from tests.factories import PillarFactory, PlanFactory
from tests.factories.accounts import UserFactory
from tests.factories.taskforce_ideas import (
    pilot_of,
    published_idea,
    published_practice,
    secretary,
    spread_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_similar_ideas_appear_while_typing_and_can_be_supported(new_page, live_server):
    known, writer = published_idea(title="電話当番表を自動で決める"), UserFactory()
    page = new_page(writer)
    page.goto(live_server.url + reverse("taskforce:idea_new"))
    page.get_by_label(re.compile("困っていること")).fill("電話当番表を毎月作っている")
    page.get_by_role("link", name=known.title).wait_for()
    page.get_by_role("button", name="これに賛同する").click()
    page.get_by_role("button", name="賛同しました").wait_for()
    assert known.supports.get().person == writer
    assert page.get_by_label(re.compile("困っていること")).input_value() == "電話当番表を毎月作っている"


def test_estimate_is_computed_while_typing(new_page, live_server):
    page = new_page(UserFactory())
    page.goto(live_server.url + reverse("taskforce:idea_new"))
    for label, number in (("1回にかかる時間", "180"), ("1年の回数", "12"), ("同じ仕事をする部署の数", "60")):
        page.get_by_label(re.compile(label)).fill(number)
    assert page.locator("output").inner_text() == "2,160時間"


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("width", (1366, 390))
def test_pages_are_accessible(new_page, live_server, axe, language, width):
    pillar = PillarFactory(plan=PlanFactory(status=Plan.Status.ACTIVE))
    clerk = secretary(language=language)
    idea = published_idea(pillar=pillar, supports=2)
    pilot = pilot_of(idea, departments=2)
    pilot.measures.create(label="時間", unit="分", before=95, after=38)
    idea.answer(IdeaStatus.REALISED, "使える", by=clerk)
    idea.comment("うちも", by=UserFactory())
    practice = spread_of(published_practice(idea=idea, pillar=pillar), 3)
    page = new_page(clerk)
    page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for name, args in (
        ("ideas", []),
        ("idea_new", []),
        ("idea", [idea.number]),
        ("triage", []),
        ("triage_idea", [idea.number]),
        ("pilot_result", [pilot.pk]),
        ("practices", []),
        ("practice", [practice.pk]),
        ("practice_replicate", [practice.pk]),
        ("practice_new", []),
        ("idea_history", [idea.number]),
    ):
        page.goto(live_server.url + reverse(f"taskforce:{name}", args=args))
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[name] = (axe(page), wide)
    assert found == {name: ([], 0) for name in found}
