"""The preview shows the mail as it will arrive, or as it arrived (N4)."""

import html5lib
import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory, sent_issue

pytestmark = pytest.mark.django_db
PAGE = reverse("newsletter:preview", args=[3])


@pytest.fixture
def editor(client_for):
    return client_for(UserFactory(roles=[Role.EDITOR], name="編集 花", name_en="Hana HENSHU"))


def frame(client, language):
    return client.get(reverse("newsletter:preview_html", args=[3, language]))


def test_page_shows_subject_words_and_frames(editor):
    IssueFactory(number=3)
    response = editor.get(PAGE)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())
    assert response.context["mail"].subject == "業務合理化便り 第3号 着任から2週間で、引継ぎを終える"
    assert "編集 花さん" in "".join(tree.find(".//pre").itertext())
    assert [one.get("src") for one in tree.iter("iframe")] == ["/newsletter/3/preview/ja.html"] * 2


def test_english_reader_gets_english_words(editor):
    IssueFactory(number=3)
    assert "Handing over a desk in two weeks" in editor.get(f"{PAGE}?language=en").context["mail"].subject
    assert "Three sheets are enough." in frame(editor, "en").content.decode()


def test_frame_reaches_nothing_and_stays_in_our_pages(editor):
    IssueFactory(number=3)
    response = frame(editor, "ja")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_sent_issue_shows_what_was_sent(editor):
    issue = sent_issue(number=3)
    issue.articles.update(body="あとから直した文")
    html = frame(editor, "ja").content.decode()
    assert "あとから直した文" not in html
    assert "期限、置き場所の3枚" in html


def test_unknown_language_is_not_found(editor):
    IssueFactory(number=3)
    assert frame(editor, "fr").status_code == 404
