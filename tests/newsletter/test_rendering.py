"""Mails as readers get them: frozen bytes, both languages, nothing from outside (N17, I6)."""

import re

import html5lib
import pytest

from dxportal.text import Confidentiality
from newsletter import drawing, rendering
from newsletter.models import Preference, Topic
from tests.factories import UserFactory
from tests.factories.newsletter import ISSUED_ON, IssueFactory, sent_issue

pytestmark = pytest.mark.django_db
FIGURES = [
    {"number": n, "name": f"柱{n}", "name_en": f"Pillar {n}", "actual": actual, "planned": planned}
    for n, (actual, planned) in enumerate([(71, 76), (79, 77), (100, 100)], start=1)
]


def parsed(html):
    return html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)


def test_composing_twice_gives_the_same_bytes():
    issue = IssueFactory()
    assert (
        rendering.compose(issue, figures=FIGURES).sha256 == rendering.compose(issue, figures=FIGURES).sha256
    )


def test_a_changed_word_changes_the_fingerprint_and_a_moved_figure_does_not():
    """ADR 0016: figures are those of the morning, so what is approved holds their places."""
    issue = IssueFactory()
    before = rendering.compose(issue, figures=FIGURES).sha256
    moved = [{**FIGURES[0], "actual": 72}, *FIGURES[1:]]
    assert rendering.compose(issue, figures=moved).sha256 == before
    assert rendering.compose(issue, figures=moved).filled().sha256 != before
    issue.title += "。"
    assert rendering.compose(issue, figures=FIGURES).sha256 != before


def test_subject_in_both_languages():
    frozen = rendering.compose(IssueFactory(number=3), figures=[])
    assert frozen.ja.subject == "業務合理化便り 第3号 着任から2週間で、引継ぎを終える"
    assert frozen.en.subject == "Better Work Weekly No. 3 Handing over a desk in two weeks"


def test_english_reader_gets_the_summary_first_and_the_japanese_marked_as_such():
    html = rendering.compose(IssueFactory(), figures=[]).en.html
    assert html.index("Three sheets are enough.") < html.index("引継書を3枚にした課の話です。")
    assert re.search(r'<div lang="ja"[^>]*><h2[^>]*>取組紹介', html)


def test_missing_english_title_falls_back_to_the_japanese():
    frozen = rendering.compose(IssueFactory(number=3, title_en=""), figures=[])
    assert frozen.en.subject == "Better Work Weekly No. 3 着任から2週間で、引継ぎを終える"


def test_empty_sections_are_left_out():
    issue = IssueFactory(articles=[("取組紹介", "本文"), ("お知らせ", "")])
    assert "お知らせ" not in rendering.compose(issue, figures=[]).ja.html


def test_two_copies_differ_only_in_name_and_stop_link():
    issue = sent_issue(figures=FIGURES)
    mails = []
    for person in (UserFactory(name="佐藤 花"), UserFactory(name="鈴木 <太郎>")):
        mail = rendering.issue_message(issue, person)
        token = re.search(r"/newsletter/unsubscribe/([^/]+)/", mail.text)[1]
        assert Preference.read_token(token) == (person.pk, Topic.NEWSLETTER)
        name = person.name.replace("<", "&lt;").replace(">", "&gt;")
        mails.append(mail.html.replace(token, "").replace(name, ""))
    assert mails[0] == mails[1]


def test_no_place_for_a_person_stays_empty():
    mail = rendering.issue_message(sent_issue(), UserFactory(language="en"))
    assert "\ue001" not in mail.html + mail.text + mail.subject
    assert "Wednesday 25 November 2026" in mail.text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_comes_from_outside_and_nothing_reports_back(language):
    html = getattr(rendering.compose(IssueFactory(), figures=FIGURES).filled(), language).html
    tags = {element.tag for element in parsed(html).iter() if isinstance(element.tag, str)}
    assert not tags & {"img", "script", "link", "iframe", "form", "svg", "object"}
    assert "url(" not in html
    assert {
        a.get("href").split("/")[2] for a in parsed(html).iter("a") if a.get("href").startswith("http")
    } == {"localhost:8000"}


def test_cells_of_a_pillar_add_up():
    for actual, planned in [(0, 0), (0, 100), (71, 76), (79, 77), (100, 100), (50, 50), (1, 99)]:
        parts = drawing.cells(actual, planned)
        assert sum(part["height"] for part in parts) == drawing.CELL, (actual, planned)
        kinds = [part["kind"] for part in parts]
        assert ("gap" in kinds) == (planned > actual), (actual, planned)


def test_figures_are_spoken_and_stand_in_the_text():
    mail = rendering.compose(IssueFactory(), figures=FIGURES[:1]).filled()
    assert "\n柱1 実績71% 計画76%\n" in mail.ja.text
    assert 'aria-label="柱の進み: 柱1 実績71% 計画76%"' in mail.ja.html
    assert "Pillar 1" in mail.en.text


def test_test_mail_says_so():
    frozen = rendering.compose(IssueFactory(number=3), figures=[])
    mail = rendering.test_message(frozen, UserFactory(), ISSUED_ON)
    assert mail.subject == "【テスト】業務合理化便り 第3号 着任から2週間で、引継ぎを終える"


def test_digest_names_its_numbers():
    person = UserFactory(name="三浦 遥")
    tasks = [{"title": "報告を書く", "url": "/me/", "note": "施策1", "due_on": ISSUED_ON}]
    moves = [{"title": "電子決裁", "url": "/plan/", "lines": ["節目が終わった"]}]
    mail = rendering.render(
        "digest",
        {
            **{"person": person, "topic": Topic.DIGEST, "tasks": tasks, "moves": moves},
            **{"task_count": 1, "move_count": 1},
        },
        "ja",
    )
    assert mail.subject == "週のまとめ 用事1 動き1"
    assert "・報告を書く\n  施策1\n  11月25日(水)まで\n  http://localhost:8000/me/" in mail.text
    assert "節目が終わった" in mail.html


def test_notice_escapes_what_people_wrote():
    context = {
        "person": UserFactory(),
        "title": "<b>題",
        "text": "<script>",
        "url": "/ideas/",
        "topic": Topic.ANSWER,
    }
    mail = rendering.render("notice", context, "ja")
    assert mail.subject == "<b>題"
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html


def test_account_mail_keeps_the_words_of_the_sign_in():
    mail = rendering.render(
        "account", {"subject": "コード", "body": "コード: 123456\n\n30分で切れます。"}, "ja"
    )
    assert (mail.subject, "コード: 123456\n\n30分で切れます。" in mail.text) == ("コード", True)
    assert "123456" in mail.html


def test_page_shows_corrections_under_their_article():
    issue = sent_issue()
    article = issue.articles.get()
    editor = issue.created_by
    article.correct(by=editor, version=article.version, body="**人**と期限の2枚。", note="枚数を直した")
    issue.refresh_from_db()
    assert issue.page_html.index("2枚") < issue.page_html.index("枚数を直した")
    assert article.corrections.get().before == "**人**、期限、置き場所の3枚。"
    assert "3枚" in issue.frozen_html


def test_mail_of_class_two_holds_title_and_link_only():
    """domain.md 3.6, A9: the text is read in the portal, where access ends with the duty."""
    issue = IssueFactory(confidentiality=Confidentiality.TWO, editor_note="後記")
    mail = rendering.compose(issue, figures=FIGURES).filled()
    for found in (mail.ja, mail.en):
        for words in (issue.lead, issue.english_summary, "置き場所", "後記", "実績71%"):
            assert words not in found.html + found.text
        assert issue.get_absolute_url() in found.html
        assert issue.get_absolute_url() in found.text
    assert "機密性2" in mail.ja.html
    assert "機密性2" in mail.ja.text


def test_sentences_of_the_english_mail_do_not_run_together():
    mail = rendering.compose(IssueFactory(), figures=FIGURES).filled().en
    words = " ".join("".join(parsed(mail.html).itertext()).split())
    assert f"Sent to {rendering.MARKERS['person']}. Replies reach the editors." in words


def test_heading_of_the_note_is_in_the_language_of_the_mail():
    mail = rendering.compose(IssueFactory(editor_note="寒くなりました。"), figures=FIGURES).filled().en
    japanese = [node for node in parsed(mail.html).iter("div") if node.get("lang") == "ja"]
    assert "Editor's note" not in "".join("".join(node.itertext()) for node in japanese)
