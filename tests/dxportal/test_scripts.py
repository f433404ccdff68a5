"""Each file of static/js on a small page of its own: what it adds, and that nothing is lost without it."""

import pytest
from django.conf import settings

ADDRESS = "http://portal.test/"


@pytest.fixture
def run(browser):
    """run(html, "tabs", …): a page with this body on which the named scripts have run."""
    pages = []

    def opened(html, *scripts, answer="", language="ja"):
        page = pages[0] if pages else browser.new_page()
        pages[:] = [page]
        document = f'<!doctype html><html lang="{language}"><title>x</title><body>{html}</body></html>'
        page.route("**/*", lambda route: route.fulfill(body=answer, content_type="text/html; charset=utf-8"))
        page.route(
            ADDRESS, lambda route: route.fulfill(body=document, content_type="text/html; charset=utf-8")
        )
        page.goto(ADDRESS)
        for script in scripts:
            page.add_script_tag(path=settings.BASE_DIR / "static" / "js" / f"{script}.js")
        return page

    yield opened
    for page in pages:
        page.close()


MENU = '<button data-menu aria-expanded="false" aria-controls="m">メニュー</button><div id="m"><a href="/">a</a></div>'


def test_menu_opens_and_escape_closes_it(run):
    page = run(MENU, "menu")
    page.click("button")
    assert page.get_attribute("button", "aria-expanded") == "true"
    page.focus("#m a")
    page.keyboard.press("Escape")
    assert page.get_attribute("button", "aria-expanded") == "false"
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


THEME = "".join(f'<input type="radio" name="theme" value="{value}">' for value in ("auto", "light", "dark"))


def test_theme_is_kept_on_the_device(run):
    page = run(THEME, "prefs", "theme")
    page.check('[value="dark"]')
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page = run(THEME, "prefs", "theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.check('[value="auto"]')
    assert page.evaluate("localStorage.getItem('dx-theme')") is None


def test_popup_closes_on_escape_and_on_a_click_beside_it(run):
    page = run('<details class="pop"><summary>表示</summary>x</details><p>y</p>', "popup")
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.click("p")):
        page.click("summary")
        assert page.evaluate("document.querySelector('details').open") is True
        close()
        assert page.evaluate("document.querySelector('details').open") is False


TABS = """<div data-tabs><ul class="tabs__list"><li><a href="#a">A</a></li><li><a href="#b">B</a></li></ul>
<section id="a"><h2 data-tab-title>A</h2>a</section><section id="b">B</section></div>"""


def test_tabs_show_one_panel_and_obey_the_arrows(run):
    page = run(TABS, "tabs")
    assert (page.is_visible("#a"), page.is_visible("#b")) == (True, False)
    page.focus("#a-tab")
    page.keyboard.press("ArrowRight")
    assert (page.is_visible("#a"), page.is_visible("#b")) == (False, True)
    assert page.get_attribute("#b-tab", "aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "a-tab"


def test_without_script_all_panels_are_visible(run):
    page = run(TABS)
    assert (page.is_visible("#a h2"), page.is_visible("#b")) == (True, True)


@pytest.mark.parametrize(("language", "said"), [("ja", "3字"), ("en", "3 characters")])
def test_counter_counts_letters_not_units(run, language, said):
    page = run('<textarea data-count="n"></textarea><p id="n"></p>', "counter", language=language)
    page.fill("textarea", "𠮷野家")
    assert page.inner_text("#n") == said


def test_dialog_opens_instead_of_the_link_and_closes(run):
    page = run(
        '<a href="/stop" data-open="d">止める</a><dialog id="d"><button data-close>やめる</button></dialog>',
        "dialog",
    )
    page.click("a")
    assert (page.is_visible("dialog"), page.url) == (True, ADDRESS)
    page.click("button")
    assert page.is_visible("dialog") is False


def test_print_button_prints(run):
    page = run("<button data-print>印刷</button>")
    page.evaluate("window.print = () => { window.printed = true }")
    page.add_script_tag(path=settings.BASE_DIR / "static/js/print.js")
    page.click("button")
    assert page.evaluate("window.printed") is True


ESTIMATE = '<fieldset data-estimate><input value="180"><input value="12"><input value="60"><output></output></fieldset>'


@pytest.mark.parametrize(("language", "said"), [("ja", "2,160時間"), ("en", "2,160 hours")])
def test_estimate_multiplies(run, language, said):
    page = run(ESTIMATE, "estimate", language=language)
    assert page.inner_text("output") == said
    page.fill("input >> nth=0", "")
    assert page.inner_text("output").startswith("0")


def test_similar_things_come_from_the_server(run):
    html = '<input data-similar-src><div data-similar="/ideas/similar/">まだ</div>'
    page = run(html, "similar", answer="<p>似たアイデアが1件あります</p>")
    with page.expect_request("**/ideas/similar/**") as asked:
        page.fill("input", "当番表")
    page.wait_for_selector("[data-similar] p")
    assert asked.value.url.endswith("?q=%E5%BD%93%E7%95%AA%E8%A1%A8")
    assert page.inner_text("[data-similar]") == "似たアイデアが1件あります"


DRAFT = """<form data-draft="idea"><input name="title"><input type="password" name="secret">
<input type="radio" name="p" value="1"><input type="radio" name="p" value="2">
<p data-draft-notice hidden>戻しました</p></form>"""


def test_draft_comes_back_after_the_page_is_opened_again(run):
    page = run(DRAFT, "draft")
    page.fill("[name=title]", "当番表")
    page.check("[value='2']")
    page.fill("[name=secret]", "秘密")
    page.wait_for_function("localStorage.getItem('dx-draft::idea')?.includes('当番表')")
    page = run(DRAFT, "draft")
    assert page.input_value("[name=title]") == "当番表"
    assert (page.is_checked("[value='1']"), page.is_checked("[value='2']")) == (False, True)
    assert (page.input_value("[name=secret]"), page.is_visible("[data-draft-notice]")) == ("", True)


def test_draft_goes_once_the_form_has_arrived(run):
    page = run(DRAFT, "draft")
    page.fill("[name=title]", "当番表")
    page.wait_for_function("localStorage.getItem('dx-draft::idea')")
    page = run('<p data-draft-clear="idea">出しました</p>', "draft")
    assert page.evaluate("localStorage.getItem('dx-draft::idea')") is None


WARNING = '<dialog id="session-warning"><button data-session-stay>続ける</button></dialog>'


def test_reader_is_warned_before_the_session_ends_and_may_stay(run):
    page = run(WARNING)
    page.clock.install()
    page.evaluate("document.body.dataset.sessionSeconds = 1800; document.body.dataset.sessionPing = '/me/'")
    page.add_script_tag(path=settings.BASE_DIR / "static/js/session.js")
    page.clock.run_for(1499_000)
    assert page.is_visible("dialog") is False
    page.clock.run_for(2_000)
    assert page.is_visible("dialog") is True
    with page.expect_request("**/me/") as asked:
        page.click("[data-session-stay]")
    assert asked.value.method == "HEAD"
    page.wait_for_selector("dialog", state="hidden")
