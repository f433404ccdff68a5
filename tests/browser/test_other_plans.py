"""Plans of other shapes in a real browser: no page is wider than a phone, a screen or a sheet of A4 (P1, P2)."""

import pytest

from tests.browser.furniture import furnish_plan
from tests.browser.test_every_page import pages_of
from tests.factories.shapes import SHAPES
from tests.pillars.test_shapes import LAST_YEAR, world_of
from tests.test_permissions import address_of, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1366, 390, 320)
SHEET, LONG_SHEET = (
    703,
    1062,
)  # CSS pixels between the margins of an A4 page upright and on its side (print.css)
LANGUAGES = {"CITY-3": "ja", "AGENCY-6": "en"}


def too_wide(page) -> list[str]:
    """The widths at which the open page has to be scrolled sideways."""
    found = []
    sheet = LONG_SHEET if page.locator(".print-plan, .wide").count() else SHEET
    for medium, width in (*(("screen", width) for width in WIDTHS), ("print", sheet)):
        page.emulate_media(media=medium)
        page.set_viewport_size({"width": width, "height": 900})
        shown = page.evaluate("document.documentElement.scrollWidth")
        if shown > width:
            found.append(f"{shown} px on {width} ({medium})")
    page.emulate_media(media="screen")
    return found


@pytest.mark.parametrize("code", SHAPES)
def test_no_page_is_too_wide(code, new_page):
    world = world_of(SHAPES[code], LANGUAGES[code])
    furnish_plan(world)
    page, found = new_page(world.people["X"]), {}
    for name in pages_of("plan"):
        row = table()[name]
        if name in LAST_YEAR or "X" not in row.get.split():
            continue
        answer = page.goto(address_of(name, row, world))
        assert answer.status == 200, name
        if faults := too_wide(page):
            found[name] = faults
    assert found == {}
