"""Pictures of an issue: uploaded once, shown to whoever may read it, sent inside the mail (N1, N17, AZ14, AZ15)."""

import email
import email.policy
import io

import html5lib
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from accounts.models import Activity, Role
from dxportal.forms import StaleVersion
from newsletter import composing, rendering
from newsletter.models import Delivery, Issue, IssueImage, Preference
from newsletter.models.images import MOST_IMAGES
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory, add_image, picture, sent_issue

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return UserFactory(roles=[Role.EDITOR])


@pytest.fixture
def issue(editor):
    return IssueFactory(number=3, created_by=editor, articles=[("小技", "前\n\n![3枚](image:1)\n\n後")])


def address(number=3, name="images", **kwargs):
    return reverse(f"newsletter:{name}", kwargs={"number": number, **kwargs})


def sent_with_picture(**fields):
    """An issue in the archive whose article shows a picture."""
    draft = IssueFactory(number=4, articles=[("小技", "![3枚](image:1)")])
    add_image(draft, **fields)
    frozen = draft.compose(draft.issued_on)
    checker = UserFactory(roles=[Role.SECRETARIAT])
    Issue.objects.filter(pk=draft.pk).update(
        **frozen.fields(),
        state=Issue.State.SENT,
        published_at=draft.last_edited_at,
        approved_by=checker,
        approved_at=draft.last_edited_at,
        scheduled_for=draft.issued_on,
        page_html=rendering.page(draft, frozen.facts),
    )
    return Issue.objects.get(pk=draft.pk)


def parts(message):
    return [part.get_content_type() for part in message.walk()]


# --- keeping --------------------------------------------------------------------------------------


def test_numbers_count_up_and_are_never_given_twice(issue, editor):
    first, second = add_image(issue), add_image(issue)
    second.remove(by=editor)
    assert [first.number, second.number, add_image(issue).number] == [1, 2, 3]


def test_picture_says_something_or_is_decorative(issue):
    assert add_image(issue, is_decorative=True).alt == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        add_image(issue, alt="")


def test_no_more_than_some_and_none_once_approved(issue):
    IssueImage.objects.bulk_create(
        IssueImage(issue=issue, number=n, alt="図", width=1, height=1, size=1, uploaded_by=issue.created_by)
        for n in range(1, MOST_IMAGES + 1)
    )
    with pytest.raises(ValidationError):
        add_image(issue)
    with pytest.raises(PermissionDenied):
        add_image(sent_issue(number=9))


def test_words_are_said_anew_and_an_old_window_loses_nothing(issue, editor):
    image = add_image(issue)
    image.describe(by=editor, version=1, alt="人、期限、置き場所の3枚", is_decorative=False)
    with pytest.raises(StaleVersion):
        IssueImage.objects.get().describe(by=editor, version=1, alt="ほか", is_decorative=False)
    assert IssueImage.objects.get().alt == "人、期限、置き場所の3枚"
    assert Activity.objects.with_verbs("issue.image_described").count() == 1


def test_taking_out_voids_a_check_and_can_be_undone(issue, editor):
    image = add_image(issue)
    Issue.objects.update(state=Issue.State.CHECKING)
    image.issue.refresh_from_db()
    image.remove(by=editor)
    assert Issue.objects.get().state == Issue.State.DRAFT
    image.restore(by=editor)
    assert list(Issue.objects.get().shown_images) == ["1"]


# --- giving out -----------------------------------------------------------------------------------


def test_reader_of_a_sent_issue_gets_the_picture_and_no_cache_may_answer_alone(client_for):
    issue = sent_with_picture()
    response = client_for(UserFactory()).get(issue.images.get().get_absolute_url())
    assert Image.open(io.BytesIO(response.getvalue())).size == (40, 20)
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_unchanged_picture_is_not_sent_again_and_one_taken_out_is_gone(client_for):
    image = sent_with_picture().images.get()
    client = client_for(UserFactory())
    known = {"if-none-match": f'"{image.sha256}"'}
    assert client.get(image.get_absolute_url(), headers=known).status_code == 304
    IssueImage.objects.update(withdrawn_at=image.uploaded_at)
    assert client.get(image.get_absolute_url(), headers=known).status_code == 404


def test_picture_of_a_draft_or_of_another_issue_is_not_found(client_for, issue):
    image = add_image(issue)
    sent_issue(number=4)
    client = client_for(UserFactory())
    assert client.get(image.get_absolute_url()).status_code == 404
    assert client.get(address(4, "image", image=1)).status_code == 404
    assert (
        client_for(UserFactory(roles=[Role.SUPPORT_EXPERT])).get(image.get_absolute_url()).status_code == 404
    )


def test_visitor_is_asked_to_sign_in(client):
    image = sent_with_picture().images.get()
    assert client.get(image.get_absolute_url()).status_code == 302


def test_lost_file_is_not_found_and_no_error(client_for):
    image = sent_with_picture().images.get()
    image.file.storage.delete(image.file.name)
    assert client_for(UserFactory()).get(image.get_absolute_url()).status_code == 404


# --- pages ----------------------------------------------------------------------------------------


def test_upload_goes_back_to_the_section_it_was_for(client_for, editor, issue):
    data = {"file": picture(), "alt": "3枚", "article": issue.sections[0].pk}
    answer = client_for(editor).post(address(), data)
    assert answer.headers["Location"] == address(name="article", pk=issue.sections[0].pk)
    assert IssueImage.objects.get().markdown == "![3枚](image:1)"


@pytest.mark.parametrize("data", [{"alt": ""}, {"alt": "図", "is_decorative": "on"}])
def test_upload_asks_for_words_or_decoration(client_for, editor, issue, data):
    answer = client_for(editor).post(address(), {"file": picture(), **data})
    assert answer.status_code == 422
    assert not IssueImage.objects.exists()


def test_editor_offers_the_picture_beside_the_text(client_for, editor, issue):
    image = add_image(issue)
    html = client_for(editor).get(address(name="article", pk=issue.sections[0].pk)).content.decode()
    assert f'value="{image.markdown}"' in html
    assert f'<img class="pic" src="{image.get_absolute_url()}" alt="3枚の引継書"' in html


def test_words_taken_out_and_put_back_by_buttons(client_for, editor, issue):
    image, client = add_image(issue), client_for(editor)
    edit = address(name="image_edit", image=1)
    assert client.post(edit, {"alt": "新しい文", "version": 1}).status_code == 302
    client.post(edit, {"act": "remove"})
    assert client.get(image.get_absolute_url()).status_code == 404
    assert "外した画像" in client.get(address()).content.decode()
    client.post(edit, {"act": "restore"})
    assert IssueImage.objects.standing().get().alt == "新しい文"


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_pictures_queries(client_for, editor, issue, django_assert_num_queries, number):
    for _n in range(number):
        add_image(issue)
    client = client_for(editor)
    client.get(address())
    with django_assert_num_queries(5):
        assert client.get(address()).status_code == 200


# --- mails ----------------------------------------------------------------------------------------


def mail_of(issue, person):
    """The copy of a frozen issue as a mail program reads it."""
    row = Delivery.objects.post("issue", key=f"x:{person.pk}", person=person, issue_id=issue.pk)
    Delivery.objects.update(started_at=row.due_at, mail_date=row.due_at, zone="Asia/Tokyo")
    row.refresh_from_db()
    made = composing.compose(row, composing.IssueShelf())
    return email.message_from_bytes(made.message, policy=email.policy.default)


def test_picture_is_inside_the_html_half_of_the_mail():
    issue = sent_with_picture()
    image = issue.images.get()
    message = mail_of(issue, UserFactory(email="a@example.jp"))
    assert parts(message) == [
        *("multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png")
    ]
    shown = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (shown["Content-ID"], shown.get_content_disposition()) == (f"<{image.cid}>", "inline")
    assert shown.get_content() == image.content
    html = message.get_body(("html",)).get_content()
    [img] = html5lib.parse(html, namespaceHTMLElements=False).iter("img")
    assert (img.get("src"), img.get("alt")) == (f"cid:{image.cid}", "3枚の引継書")
    assert (img.get("width"), img.get("height")) == ("40", "20")
    assert "http://localhost:8000/newsletter/4/images" not in html


def test_text_half_says_what_the_picture_shows():
    text = mail_of(sent_with_picture(), UserFactory(email="a@example.jp")).get_body(("plain",)).get_content()
    assert "[図: 3枚の引継書]" in text


def test_decoration_is_silent():
    message = mail_of(sent_with_picture(is_decorative=True), UserFactory(email="a@example.jp"))
    assert "図:" not in message.get_body(("plain",)).get_content()
    assert 'alt=""' in message.get_body(("html",)).get_content()


def test_plain_text_readers_get_no_picture():
    person = UserFactory(email="a@example.jp")
    Preference.objects.create(person=person, plain_text=True)
    assert parts(mail_of(sent_with_picture(), person)) == ["text/plain"]


def test_two_copies_are_equal_but_for_person_and_boundary():
    issue = sent_with_picture()
    bodies = []
    for name in ("a", "b"):
        message = mail_of(issue, UserFactory(email=f"{name}@example.jp", name="同じ 名"))
        bodies.append(
            [part.get_payload() for part in message.walk() if part.get_content_type() == "image/png"]
        )
    assert bodies[0] == bodies[1]


def test_test_mail_shows_the_picture_too(issue, editor):
    add_image(issue)
    editor.email = "a@example.jp"
    editor.save()
    row = issue.send_test(by=editor)
    Delivery.objects.update(started_at=row.due_at, mail_date=row.due_at)
    row.refresh_from_db()
    message = composing.compose(row, composing.IssueShelf()).message
    assert "image/png" in parts(email.message_from_bytes(message))


def test_other_bytes_under_the_same_number_are_another_mail(issue):
    image = add_image(issue)
    before = issue.compose(issue.issued_on).sha256
    IssueImage.objects.filter(pk=image.pk).update(sha256="f" * 64)
    issue.forget_images()
    assert issue.compose(issue.issued_on).sha256 != before
