"""Plans of other shapes (P1): imported from a workbook, every page opens and speaks the words of the plan."""

import re
from datetime import date

import html5lib
import pytest
from django.db import transaction

from dxportal import dates
from pillars import imports, succession
from pillars.models import CarryOver, InitiativeReview, Plan
from pillars.outlines import Wish
from tests.factories.shapes import SHAPES, book_of
from tests.pillars.sweep import sweep_last_year
from tests.test_permissions import address_of, table
from tests.world import World

pytestmark = pytest.mark.django_db
PAGES = sorted(name for name, row in table().items() if name.startswith("pillars:") and row.get)
# About files in the fixed format of the import, acts told in the words of the fields, and the words themselves.
FIXED_WORDS = re.compile("import|export|history|plan_new|plan_words")
# Of the handover to the next plan: they need one.
LAST_YEAR = sorted(name for name, row in sweep_last_year.SWEEP.items() if row.get)
DEFAULT_WORDS = {"ja": "柱|施策|目標[0-9]", "en": r"[Pp]illar|[Ii]nitiative|[Oo]bjective"}


def imported(shape, world) -> Plan:
    """The plan of the shape, taken in as the secretariat would."""
    content, by = book_of(shape, world.department).content, world.people["X"]
    upload = imports.upload(content, "plan.xlsx", by=by, today=dates.today())
    assert upload.errors == []
    imports.confirm(upload, by=by, today=dates.today())
    return Plan.objects.get(code=shape.code)


def world_of(shape, language="ja") -> World:
    """The world of the permission sweep, whose plan and its parts are those of the shape."""
    world = World()
    plan = imported(shape, world)
    world.things["plan"] = plan
    for name in ("pillar", "objective", "initiative", "indicator"):
        world.things[name] = getattr(plan, f"{name}s").order_by("pk").last()
    type(world.people["X"]).objects.update(language=language)
    return world


def open_pages(world, names):
    """(name, text of its main part) of every page the secretariat may open."""
    client = world.client("X")
    for name in names:
        row, things = table()[name], dict(world.things)
        if "X" not in row.get.split():
            continue
        with transaction.atomic():  # what the page needed beside the plan is gone before the next one
            response = client.get(address_of(name, row, world), follow=True)
            transaction.set_rollback(True)
        world.things = things
        assert response.status_code == 200, name
        if response.headers["Content-Type"].startswith("text/html"):
            main = html5lib.parse(response.content, namespaceHTMLElements=False).find(".//main")
            yield name, " ".join("".join(main.itertext()).split())


def hand_over(world):
    """All but the last initiative reviewed and decided to continue, and the next plan drafted from them."""
    plan, by = world.things["plan"], world.people["X"]
    for initiative in plan.initiatives.exclude(pk=world.things["initiative"].pk):
        texts = {"outcome": "reached", "why": "届いた。", "lessons": "早く始める。", "state": "confirmed"}
        InitiativeReview.objects.create(initiative=initiative, confirmed_by=by, **texts)
        row = CarryOver(initiative=initiative)
        row.propose("continued", "まだ要る。", by=world.people["R"])
        row.decide("continued", "まだ要る。", by=by)
    world.things["review confirmed"] = plan.initiatives.order_by("pk").first()
    first = plan.last_fiscal_year + 1
    places = {objective.code: 1 for objective in plan.objectives.all()}
    wish = Wish("NEXT", "次の案", "Next", first, first + 4, [("届ける", "Reach")], places)
    world.things["draft plan"] = succession.create(plan, wish, by=by)
    world.things["draft initiative"] = world.things["draft plan"].initiatives.order_by("pk").first()


def default_words(world, names, language) -> dict[str, list[str]]:
    """Where a page says the usual words for the levels of a plan, with what stands beside them."""
    usual = re.compile(rf".{{0,12}}(?:{DEFAULT_WORDS[language]}).{{0,8}}")
    return {name: said for name, text in open_pages(world, names) if (said := usual.findall(text))}


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("code", SHAPES)
def test_pages_speak_the_words_of_the_plan(code, language):
    names = [name for name in PAGES if not (FIXED_WORDS.search(name) or name in LAST_YEAR)]
    assert default_words(world_of(SHAPES[code], language), names, language) == {}


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("code", SHAPES)
def test_pages_of_the_last_year_speak_the_words_of_the_plan(code, language, monkeypatch):
    monkeypatch.setattr(dates, "today", lambda now=None: date(SHAPES[code].years[1], 12, 1))
    world = world_of(SHAPES[code], language)
    hand_over(world)
    assert default_words(world, LAST_YEAR, language) == {}


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("code", SHAPES)
def test_pages_before_there_is_a_next_plan_speak_the_words_of_the_plan(code, language):
    world = world_of(SHAPES[code], language)
    assert default_words(world, ["pillars:closing", "pillars:successor"], language) == {}
