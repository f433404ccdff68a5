"""Every page of the taskforce, of ideas and of the newsletter on paper: nothing is cut off at the edge of A4."""

import pytest

from tests.browser.furniture import furnished
from tests.browser.test_every_page import Walk, pages_of
from tests.browser.test_other_plans import LONG_SHEET, SHEET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("part", ("taskforce", "ideas", "newsletter"))
def test_no_page_is_wider_than_its_sheet(part, new_page):
    walk = Walk(furnished("ja"), new_page)
    for name in pages_of(part):
        if opened := walk.open(name):
            window, _answer = opened
            window.emulate_media(media="print")
            sheet = LONG_SHEET if window.locator(".print-plan, .wide").count() else SHEET
            window.set_viewport_size({"width": sheet, "height": 900})
            wide = window.evaluate("document.documentElement.scrollWidth")
            walk.found += [f"{name}: {wide} px on {sheet}"] if wide > sheet else []
            window.emulate_media(media="screen")
    assert walk.found == []
