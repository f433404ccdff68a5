"""A restricted pillar (P14): who may open its parts, and that no page or file of the portal tells others of it."""

import re
from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pytest
from django.db import transaction

from accounts.models import Follow
from accounts.models.duties import Role
from pillars.models import Indicator, Initiative, Milestone, Objective, Pillar, ProgressReport
from tests.browser.furniture import furnish_plan
from tests.factories import DutyFactory, UserFactory
from tests.pillars import sweep
from tests.test_permissions import address_of, table
from tests.world import World

pytestmark = pytest.mark.django_db
SECRET = "秘匿語"
PARTS = ("pillar", "objective", "initiative")


@pytest.fixture
def world():
    """The furnished plan with its one pillar restricted, everything in it named with a word to look for."""
    world = World()
    furnish_plan(world)
    for model in (Pillar, Objective, Initiative, Indicator, Milestone):
        model.objects.update(name=SECRET, name_en=SECRET)
    ProgressReport.objects.update(results=SECRET, issues=SECRET, next_steps=SECRET)
    Pillar.objects.update(is_restricted=True)
    initiative = sweep.initiative(world)
    initiative.refresh_from_db()
    told = {"target_label": SECRET, "target_url": initiative.get_absolute_url()}
    Follow.objects.create(user=world.people["S"], target_type="initiative", target_id=initiative.pk, **told)
    world.people["invited"] = UserFactory()
    invitation = f"pillar:{sweep.pillar(world).code}"
    DutyFactory(user=world.people["invited"], role=Role.TASKFORCE_MEMBER, scope=invitation)
    return world


@pytest.mark.parametrize(
    ("who", "status"),
    [("S", 404), ("E", 404), ("T", 404), ("invited", 200), ("R", 200), ("D", 200), ("X", 200)],
)
@pytest.mark.parametrize("part", PARTS)
def test_guessed_code_opens_only_for_those_concerned(world, who, status, part):
    thing = world.things[part]
    assert world.client(who).get(thing.get_absolute_url()).status_code == status


def test_outsider_is_told_how_many_are_hidden(world):
    said = world.client("S").get(world.things["plan"].get_absolute_url()).content.decode()
    assert "閲覧を限っている施策が1件あります" in said


def readable(response) -> str:
    """The text of an answer, that of a workbook's sheets included."""
    content = b"".join(response)
    if is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace")


def test_no_page_tells_an_outsider_of_it(world):
    client, found = world.client("S"), []
    for name, row in sorted(table().items()):
        if not row.get or not re.match("pillars:|portal:|accounts:|taskforce:", name):
            continue
        things = dict(world.things)
        with transaction.atomic():  # what a page needed beside the plan is gone before the next one
            address = address_of(name, row, world)
            response = client.get(
                address, {"q": SECRET[:2]} if name == "portal:search" else None, follow=True
            )
            if response.status_code == 200 and SECRET in readable(response):
                found.append(name)
            transaction.set_rollback(True)
        world.things = things
    assert found == []
