"""The browser of the journeys sees the portal as people do."""

from dxportal.local.catcher import Keeper
from tests.factories import UserFactory


def test_a_page_opens_signed_in(new_page, transactional_db):
    page = new_page(UserFactory(), width=390)

    page.goto("/")

    assert page.locator("h1").count() == 1


def test_the_mail_reader_is_accessible(new_page, axe, settings, tmp_path, transactional_db):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    (tmp_path / "mail").mkdir()
    head = b"From: a@example.jp\r\nSubject: Hello\r\nContent-Type: text/html\r\n\r\n"
    mail = head + b"<html lang=en><head><title>Hello</title></head><main><h1>Hello</h1></main></html>"
    name = Keeper(tmp_path / "mail").keep("a@example.jp", ["b@example.jp"], mail).stem
    page = new_page()

    for path in ("/demo/mail/", f"/demo/mail/{name}/"):
        page.goto(path)
        assert axe(page) == []
