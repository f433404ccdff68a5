"""Plans of other shapes (P1): imported from a workbook, every page opens and speaks the words of the plan."""

import re

import html5lib
import pytest
from django.db import transaction

from dxportal import dates
from pillars import imports
from pillars.models import Plan
from tests.factories.shapes import SHAPES, book_of
from tests.test_permissions import address_of, table
from tests.world import World

pytestmark = pytest.mark.django_db
PAGES = sorted(name for name, row in table().items() if name.startswith("pillars:") and row.get)
# About files in the fixed format of the import, and acts told in the words of the fields.
FIXED_WORDS = re.compile("import|export|history")
# Two plans on one page, each with words of its own.
TWO_PLANS = re.compile("carry|clos|draft|review|success|beside|merge|split|series")
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


@pytest.mark.parametrize("language", ("ja", "en"))
@pytest.mark.parametrize("code", SHAPES)
def test_pages_speak_the_words_of_the_plan(code, language):
    names = [name for name in PAGES if not (FIXED_WORDS.search(name) or TWO_PLANS.search(name))]
    found = {
        name: said
        for name, text in open_pages(world_of(SHAPES[code], language), names)
        if (said := [m[0] for m in re.finditer(rf".{{0,12}}(?:{DEFAULT_WORDS[language]}).{{0,8}}", text)])
    }
    assert found == {}
