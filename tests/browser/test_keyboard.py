"""Every page with the Tab key alone: each stop is reached in the order of the page and shows where one is."""

from pathlib import Path

import pytest

from tests.browser.furniture import furnished
from tests.browser.test_every_page import PARTS, Walk, pages_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WATCH = (Path(__file__).parent / "keyboard.js").read_text()


def stops_of(window) -> list[str]:
    """What a person with a keyboard would trip over on the page."""
    window.emulate_media(reduced_motion="reduce")  # no page that still moves while it is measured
    window.keyboard.press("Tab")
    skips = window.evaluate("document.activeElement.matches('.skip')")
    window.evaluate(WATCH)
    return window.evaluate("keyboardWalk.faults()") + ([] if skips else ["the skip link is not first"])


@pytest.mark.parametrize("part", PARTS)
def test_every_page_with_the_tab_key(part, new_page):
    walk = Walk(furnished("ja"), new_page)
    for name in pages_of(part):
        if opened := walk.open(name):
            walk.found += [f"{name}: {fault}" for fault in stops_of(opened[0])]
    assert "\n".join(walk.found) == ""


@pytest.mark.parametrize("name", ("portal:home", "pillars:plan", "pillars:roadmap", "pillars:report_new"))
def test_tab_walks_the_page_and_leaves_it(name, new_page):
    window, _ = Walk(furnished("ja"), new_page).open(name)
    window.evaluate(WATCH)
    reached = window.evaluate_handle("() => []")
    window.evaluate(
        "seen => document.addEventListener('focusin', (event) => seen.push(event.target))", reached
    )
    for _ in range(window.evaluate("keyboardWalk.stops.length + 8")):  # areas that scroll are stops as well
        window.keyboard.press("Tab")
    walked = "seen => { const met = [...new Set(seen)].filter((node) => keyboardWalk.stops.includes(node));"
    walked += " return met.map(keyboardWalk.name); }"
    assert window.evaluate(walked, reached) == window.evaluate("keyboardWalk.stops.map(keyboardWalk.name)")


def test_skip_link_leads_past_the_menu(new_page):
    window, _ = Walk(furnished("ja"), new_page).open("pillars:plan")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    assert window.evaluate("document.activeElement.id") == "main"
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.closest('main') !== null")


def test_menu_on_a_phone_opens_and_closes_with_keys(new_page):
    window, _ = Walk(furnished("en"), new_page, width=390).open("pillars:plan")
    button, menu = window.locator("[data-menu]"), window.locator("#site-menu")
    assert not menu.is_visible()
    button.press("Enter")
    assert menu.is_visible()
    window.keyboard.press("Tab")
    window.keyboard.press("Escape")
    assert not menu.is_visible()
    assert button.evaluate("node => node === document.activeElement")


def test_table_of_a_chart_opens_with_keys(new_page):
    window, _ = Walk(furnished("ja"), new_page).open("pillars:initiative")
    summary = window.locator(".fig summary").first
    summary.press("Enter")
    assert summary.locator("xpath=..").locator("table").is_visible()
