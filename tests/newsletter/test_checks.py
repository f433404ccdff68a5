"""What keeps an issue from leaving: references, pictures, length and weight (N4)."""

import pytest

from newsletter import checks, markdown
from tests.factories.newsletter import IssueFactory, add_image

pytestmark = pytest.mark.django_db


def found(body, **fields):
    """(message, blocking) of every problem of an issue with this one text."""
    issue = IssueFactory(articles=[("小技", body)], **fields)
    return [(problem.message, problem.blocking) for problem in checks.problems(issue)]


def test_nothing_to_say_about_a_good_issue():
    assert found("ふつうの文。") == []


def test_reference_that_finds_nothing_is_named():
    assert found("[[施策 X-1 なくなった施策]]") == [
        ("「小技」の引用が見つからない。消えたか、全職員には見えない: [[施策 X-1 なくなった施策]]", True)
    ]


def test_drawing_of_the_pillars_is_no_reference():
    assert found("[[柱の図]]") == []


def test_pictures_from_outside_are_refused():
    [(message, blocking)] = found("![図](https://evil.example/pixel.png)")
    assert blocking
    assert "外の画像は出せない" in message
    assert "https://evil.example/pixel.png" in message


def test_picture_that_was_taken_out_is_missing():
    issue = IssueFactory(articles=[("小技", "![図](image:1)")])
    image = add_image(issue)
    assert checks.problems(issue) == []
    image.remove(by=issue.created_by)
    issue.forget_images()
    assert [problem.blocking for problem in checks.problems(issue)] == [True]


@pytest.mark.parametrize("alt", ["IMG_1234.jpg", "image", "DSC 0012", "図.png"])
def test_name_of_a_file_is_no_text_for_a_picture(alt):
    issue = IssueFactory(articles=[("小技", "![図](image:1)")])
    add_image(issue, alt=alt)
    [problem] = checks.problems(issue)
    assert "ファイル名のまま" in problem.message
    assert not problem.blocking


def test_text_beyond_the_limit_must_be_split():
    [(message, blocking)] = found("あ" * (markdown.LONGEST + 1))
    assert (message, blocking) == ("「小技」が10001字。10000字までに分ける", True)


def test_html_that_gmail_cuts_off_is_refused():
    line = "- [計画](/plan/)と**太字**\n"
    issue = IssueFactory(articles=[(f"節{n}", line * 200) for n in range(4)])
    [problem] = checks.problems(issue)
    assert problem.message.startswith("メールのHTMLが")
    assert problem.blocking


def test_mail_too_heavy_for_a_thin_line_is_refused():
    issue = IssueFactory(articles=[("小技", "![図](image:1)")])
    image = add_image(issue)
    type(image).objects.update(size=900 * 1024)
    issue.forget_images()
    [problem] = checks.problems(issue)
    assert problem.message.startswith("画像を入れたメールが")
    assert problem.blocking


def test_what_was_looked_at_is_counted():
    issue = IssueFactory(articles=[("小技", "![図](image:1) [a](/plan/) [b](/ideas/)")])
    add_image(issue)
    assert checks.counted(issue) == {"links": 2, "images": 1}
