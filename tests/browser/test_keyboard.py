"""The Tab key and the menu as a person without a mouse uses them; every page's stops are in test_every_page."""

import pytest

from tests.browser.furniture import furnished
from tests.browser.test_every_page import KEYS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("name", ("portal:home", "pillars:plan", "pillars:roadmap", "pillars:report_new"))
def test_tab_walks_the_page_and_leaves_it(name, new_page):
    window, _ = Walk(furnished("ja"), new_page).open(name)
    window.evaluate(KEYS)
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
