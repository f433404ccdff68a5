"""Every page there is, in a real browser: valid, one heading, accessible, no wider than a phone, usable by keyboard.

The pages are those of the permission sweep (tests/<app>/sweep.py): a new URL is looked at here as soon as it has a row.
"""

from pathlib import Path

import html5lib
import pytest

from tests.browser.furniture import furnished
from tests.test_permissions import address_of, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTS = {
    "portal": ("portal:", "accounts:", "account_", "mfa_", "usersessions_"),
    "plan": ("pillars:",),
    "taskforce": (
        "taskforce:structure",
        "taskforce:group",
        "taskforce:theme",
        "taskforce:me",
        "taskforce:action",
        "taskforce:body",
        "taskforce:seat",
        "taskforce:term_end",
        "taskforce:model",
        "taskforce:round",
        "taskforce:propose",
        "taskforce:pick",
        "taskforce:call",
        "taskforce:apply",
        "taskforce:application",
    )
    + ("taskforce:workshop", "taskforce:consultation", "taskforce:guidance"),
    "ideas": (
        "taskforce:idea",
        "taskforce:triage",
        "taskforce:pilot",
        "taskforce:practice",
        "taskforce:thanks",
        "taskforce:contributions",
    ),
    "newsletter": ("newsletter:",),
}
LOOKS = {"ja": 1366, "en": 390}
KEYS = (Path(__file__).parent / "keyboard.js").read_text()
NOT_PAGES = {  # answers that are no page of their own: parts, files, machines' answers
    "taskforce:idea_similar",
    "taskforce:idea_file",
    "taskforce:people_found",
    "taskforce:meeting_calendar",
    "taskforce:workshop_calendar",
    "taskforce:consultation_file",
    "taskforce:guidance_similar",
    "taskforce:workshop_feed",
    "newsletter:feed",
    "newsletter:image",
    "newsletter:preview_html",
    "taskforce:workshop_material",
    "portal:healthz",
    "portal:readyz",
    "pillars:evidence_file",
    "taskforce:practice_file",
    "pillars:export",
    "pillars:export_list",
    "portal:brief_pdf",
    "pillars:closing_snapshot",
    "pillars:import_differences",
    "pillars:import_result",
    "mfa_download_recovery_codes",
}


def pages_of(part):
    """Names of the pages of a part that somebody may GET."""
    named = [name for name in table() if name.startswith(PARTS[part]) and name not in NOT_PAGES]
    return [name for name in named if table()[name].get]


def viewer_of(row) -> str:
    """Who looks: the secretariat where it may, a visitor where everybody may."""
    roles = row.get.split()
    return next(role for role in "AXSLTREDMP" if role in roles)


def faults_of_source(html: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    found = [f"invalid: {place} {code} {more}" for place, code, more in parser.errors]
    found += [f"twice: id {name}" for name in sorted({name for name in ids if ids.count(name) > 1})]
    headings = len(tree.findall(".//h1"))
    return found if headings == 1 else [*found, f"{headings} h1"]


class Walk:
    """One browser window for each person of the world, and what was found wrong so far."""

    def __init__(self, world, new_page, **look):
        self.world, self.new_page, self.look = world, new_page, look
        self.windows, self.found = {}, []

    def window(self, role):
        if role not in self.windows:
            locale = "en-GB" if self.look.get("width") == 390 else "ja-JP"
            page = self.new_page(self.world.people[role], locale=locale, **self.look)
            page.on("console", lambda m: m.type == "error" and self.found.append(f"{page.url}: {m.text}"))
            self.windows[role] = page
        return self.windows[role]

    def open(self, name):
        """The window with the page of that name, and the answer; None when it leads elsewhere."""
        row = table()[name]
        window = self.window(viewer_of(row))
        address = address_of(name, row, self.world)
        answer = window.goto(address)
        if answer.status != 200:
            self.found.append(f"{name}: {answer.status}")
        return None if answer.request.redirected_from else (window, answer)


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("part", PARTS)
def test_every_page_is_sound(part, language, new_page, axe):
    walk = Walk(furnished(language), new_page, width=LOOKS[language])
    for name in pages_of(part):
        if opened := walk.open(name):
            walk.found += [f"{name}: {fault}" for fault in faults_of_page(*opened, axe)]
            walk.found += [f"{name}: {fault}" for fault in faults_of_keyboard(opened[0])]
    assert walk.found == []


def faults_of_page(window, answer, axe) -> list[str]:
    width = window.viewport_size["width"]
    wide = window.evaluate("document.documentElement.scrollWidth")
    language = window.evaluate("document.documentElement.lang")
    found = [*faults_of_source(answer.text()), *axe(window)]
    if language != ("en" if width == 390 else "ja"):
        found.append(f"in {language}")
    return found if wide <= width else [*found, f"{wide} px wide"]


def faults_of_keyboard(window) -> list[str]:
    """What a person without a mouse would trip over: each stop is reached in turn and shows where one is."""
    window.emulate_media(reduced_motion="reduce")  # no page that still moves while it is measured
    window.keyboard.press("Tab")
    skips = window.evaluate("document.activeElement.matches('.skip')")
    window.evaluate(KEYS)
    return window.evaluate("keyboardWalk.faults()") + ([] if skips else ["the skip link is not first"])


@pytest.mark.parametrize("language", LOOKS)
def test_page_that_is_not_there_is_sound(language, new_page, axe):
    world = furnished(language)
    window = new_page(world.people["S"], width=LOOKS[language])
    answer = window.goto("/ideas/99999/")
    assert answer.status == 404
    assert faults_of_page(window, answer, axe) == []
