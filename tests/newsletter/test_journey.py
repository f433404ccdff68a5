"""An issue from the first word to every reader's mailbox, in a real browser and over real SMTP (issue 2, done 2)."""

import re

import pytest
from django.urls import reverse

from accounts.models import Role
from newsletter import drain, sending
from newsletter.models import Delivery, Issue, Preference, Topic, Way
from tests.factories import PASSWORD, UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue
from tests.factories.pillars import MilestoneFactory

pytestmark = pytest.mark.django_db(transaction=True)


def write(page, **texts):
    """Fill in fields of the editor by their names and save."""
    for name, text in texts.items():
        page.fill(f"#id_{name}", text)
    page.click(".sbar button[value=save]")
    page.wait_for_selector(".notice")


def test_editor_writes_another_person_approves_everybody_receives(new_page, relay, settings):
    settings.DEMO = True
    editor = UserFactory(roles=[Role.EDITOR])
    chief = UserFactory(roles=[Role.SECRETARIAT], password=PASSWORD)
    readers = [UserFactory() for _n in range(12)]
    Preference.objects.of(readers[0]).choose({Topic.NEWSLETTER: Way.OFF})

    page = new_page(editor)
    page.goto("/newsletter/")
    page.click("text=次の号を始める")
    write(
        page,
        title="引継ぎを2週間で",
        lead="3枚の話です。",
        title_en="Two weeks",
        english_summary="Three sheets.",
    )
    page.click(".outline >> text=取組紹介")
    page.fill("#id_body", "**人**と期限と置き場所")
    page.wait_for_selector("#pv1-in strong")
    page.click(".sbar button[value=check]")
    page.wait_for_selector("text=確認を頼みました")

    page = new_page(chief)
    page.goto(reverse("newsletter:approve", args=[1]))
    page.click("text=自分に試し送り")
    page.wait_for_selector("text=試し送りを送っています")
    assert drain.drain(seconds=5) == 1
    assert [mail.message["Subject"][:5] for mail in relay.kept] == ["【テスト】"]
    relay.kept.clear()
    page.goto(reverse("newsletter:approve", args=[1]))
    page.check("input[value=now]")
    page.click("text=承認して送る")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("text=配信の見張り")

    assert sending.start_due_issues() == 1
    drain.drain(seconds=20)
    assert sending.finish_issues() == 1
    wanted = [person.email for person in [editor, chief, *readers[1:]]]
    assert sorted(
        mail.message["To"].addresses[0].addr_spec for mail in relay.kept if is_issue(mail)
    ) == sorted(wanted)
    page = new_page(readers[0])
    page.goto("/newsletter/")
    page.click("text=この号を読む")
    assert page.inner_text("h1") == "引継ぎを2週間で"


def is_issue(mail) -> bool:
    """Not the message that tells editor and approver of the end."""
    return str(mail.message["Subject"]) == "業務合理化便り 第1号 引継ぎを2週間で"


def test_toolbar_and_pieces_write_at_the_cursor(new_page):
    editor = UserFactory(roles=[Role.EDITOR])
    MilestoneFactory()
    issue = IssueFactory(number=3, articles=[("小技", "一行")])
    page = new_page(editor)
    page.goto(reverse("newsletter:article", args=[3, issue.sections[0].pk]))
    page.focus("#id_body")
    page.keyboard.press("End")
    page.click("text=箇条書き")
    assert page.input_value("#id_body") == "- 一行"
    page.click("a[href='#in1']")
    page.click("button[data-insert]:visible")
    assert page.input_value("#id_body").startswith("- 一行\n\n")
    assert page.input_value("#id_body").count("\n") == 3


def test_unsaved_words_come_back_and_go_when_saved(new_page):
    editor = UserFactory(roles=[Role.EDITOR])
    issue = IssueFactory(number=3, articles=[("小技", "前の文")])
    address = reverse("newsletter:article", args=[3, issue.sections[0].pk])
    page = new_page(editor)
    page.goto(address)
    page.fill("#id_body", "書きかけの文")
    page.wait_for_timeout(700)
    page.goto(address)
    assert page.input_value("#id_body") == "書きかけの文"
    assert page.is_visible("text=この端末に書きかけが残っていたので")
    page.click(".sbar button[value=save]")
    page.wait_for_selector("text=保存しました")
    assert not page.is_visible("text=この端末に書きかけが残っていたので")
    assert page.evaluate("Object.keys(localStorage).filter(k => /^dx-draft:\\d*:issue/.test(k)).length") == 0


def test_stopping_without_javascript(new_page):
    editor = UserFactory(roles=[Role.EDITOR])
    sent_issue(number=4, state=Issue.State.SENDING)
    page = new_page(editor, javascript=False)
    page.goto(reverse("newsletter:delivery", args=[4]))
    page.click("text=配信を止める")
    page.click("main button[type=submit]")
    assert page.is_visible("text=止めました")
    assert Issue.objects.get().state == Issue.State.PAUSED


def test_stopping_asks_in_a_dialog(new_page):
    editor = UserFactory(roles=[Role.EDITOR])
    sent_issue(number=4, state=Issue.State.SENDING)
    page = new_page(editor)
    page.goto(reverse("newsletter:delivery", args=[4]))
    page.click("text=配信を止める")
    page.click("dialog >> text=続ける")
    assert Issue.objects.get().state == Issue.State.SENDING
    page.click("text=配信を止める")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("text=止めました")
    assert Issue.objects.get().state == Issue.State.PAUSED


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_are_accessible_and_fit_a_phone(new_page, axe, language):
    chief = UserFactory(roles=[Role.SECRETARIAT], language=language)
    MilestoneFactory()
    sent_issue(
        number=2, figures=[{"number": 1, "name": "柱1", "name_en": "Pillar 1", "actual": 71, "planned": 76}]
    )
    issue = IssueFactory(
        number=3, state=Issue.State.CHECKING, articles=[("小技", "本文"), ("お知らせ", "本文")]
    )
    Delivery.objects.post("issue", key="issue:x", person=chief, issue_id=Issue.objects.get(number=2).pk)
    page = new_page(chief, width=390)
    for address in addresses(issue):
        page.goto(address)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert language == "ja" or untranslated(page) == [], address


def addresses(issue):
    part = issue.sections[0].pk
    yield "/newsletter/"
    yield "/newsletter/2/"
    yield "/newsletter/2/delivery/"
    yield f"/newsletter/2/correct/{Issue.objects.get(number=2).sections[0].pk}/"
    yield "/newsletter/3/edit/"
    yield f"/newsletter/3/edit/{part}/"
    yield "/newsletter/3/approve/"
    yield "/newsletter/2/delivery/retry/"
    yield "/me/delivery/"
    yield reverse("newsletter:unsubscribe", args=[Preference.unsubscribe_token(UserFactory(), Topic.DIGEST)])


def untranslated(page) -> list[str]:
    """Japanese words in our own part of an English page that are not marked as Japanese."""
    script = """() => {
      const found = [];
      const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.parentElement.closest('[lang=ja], textarea, option')) continue;
        if (/[\\u3040-\\u30ff\\u4e00-\\u9fff]/.test(node.data)) found.push(node.data.trim());
      }
      return found;
    }"""
    return [text for text in page.evaluate(script) if not re.fullmatch(r"日本語", text)]
