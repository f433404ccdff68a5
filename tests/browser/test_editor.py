"""Writing an issue in a real browser: autosave, the order of sections by keyboard and mouse, Enter without script."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from newsletter.models import Issue, Sitting
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor():
    return UserFactory(roles=[Role.EDITOR])


@pytest.fixture
def issue():
    return IssueFactory(number=3, articles=[(label, "文。") for label in ("一", "二", "三")])


def opened(page, issue):
    page.goto(issue.sections[1].get_edit_url())


def labels():
    return "".join(part.label for part in Issue.objects.get().sections)


def test_words_are_kept_while_typing_and_are_there_on_another_device(new_page, editor, issue):
    page = new_page(editor)
    opened(page, issue)
    page.fill("#id_body", "書きかけ")
    expect(page.locator("[data-autosave-status]")).to_contain_text("保存", timeout=30_000)
    assert Sitting.objects.get().fields["body"] == "書きかけ"
    elsewhere = new_page(editor)
    opened(elsewhere, issue)
    expect(elsewhere.locator("#id_body")).to_have_value("書きかけ")
    elsewhere.locator(".sbar button[value=save]").click()
    expect(elsewhere.locator("main")).to_contain_text("保存しました")
    assert Issue.objects.get().sections[1].body == "書きかけ"


def test_preview_follows_the_words(new_page, editor, issue):
    page = new_page(editor)
    opened(page, issue)
    page.fill("#id_body", "**太字**の文")
    expect(page.locator("#pv1-in strong")).to_have_text("太字")


def test_sections_move_by_keyboard_and_the_focus_stays(new_page, editor, issue):
    page = new_page(editor)
    opened(page, issue)
    page.locator(f"#up-{issue.sections[2].pk}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#moved")).to_have_text("「三」は2番目です。")
    expect(page.locator(f"#up-{issue.sections[2].pk}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#down-{issue.sections[2].pk}")).to_be_focused()
    assert labels() == "三一二"


def test_sections_move_by_mouse(new_page, editor, issue):
    page = new_page(editor)
    opened(page, issue)
    rows = page.locator("[data-section]")
    rows.nth(0).drag_to(rows.nth(2))
    expect(page.locator("#moved")).to_have_text("「一」は3番目です。")
    assert labels() == "二三一"


def test_bold_by_keyboard(new_page, editor, issue):
    page = new_page(editor)
    opened(page, issue)
    page.locator("#id_body").select_text()
    page.keyboard.press("Control+b")
    expect(page.locator("#id_body")).to_have_value("**文。**")


def test_enter_saves_and_moves_nothing(new_page, editor, issue):
    page = new_page(editor, javascript=False)
    opened(page, issue)
    page.fill("#id_title", "見出し")
    page.press("#id_title", "Enter")
    expect(page.locator("main")).to_contain_text("保存しました")
    assert (labels(), Issue.objects.get().sections[1].title) == ("一二三", "見出し")
