"""The main form of every page, filled in and sent by a browser that runs no script.

The browser sends; the request is caught on its way and asked again through a test client, and all it did is undone, so
that one world serves all pages.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client

from dxportal import dates
from tests.browser.furniture import furnished
from tests.browser.test_every_page import PARTS, pages_of, viewer_of
from tests.factories import Book
from tests.factories.newsletter import picture
from tests.test_permissions import address_of, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNCHANGED = "変わるところがありません"
LATER = (dates.today() + timedelta(days=30)).isoformat()


def words_for(world) -> dict:
    """What to say by name of the field, where any word at all would be refused."""
    book = {
        "name": "plan.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": Book(world.department).content,
    }
    days = dict.fromkeys(
        (
            "starts_on",
            "ends_on",
            "planned_on",
            "started_on",
            "review_on",
            "due_on",
            "next_review_on",
            "closes_on",
            "day",
        ),
        LATER,
    )
    days |= dict.fromkeys(("closes_on", "before_on"), LATER)
    people = {"email": "E", "person": "S", "successor": "R", "lead": "S"}
    people = {name: world.people[role].email for name, role in people.items()}
    years = dict.fromkeys(("first_fiscal_year", "last_fiscal_year"), str(dates.fiscal_year(dates.today())))
    return {
        **days,
        **years,
        **people,
        "starts_at": f"{LATER}T10:00",
        "starts_time": "10:00",
        "start": "10:00",
        "end": "11:00",
        "file": book,
    }


def with_picture() -> dict:
    """The page of pictures takes another kind of file."""
    return {"file": {"name": "図.png", "mimeType": "image/png", "buffer": picture().read()}}


SIGN_IN = (
    "account_",
    "mfa_",
)  # need passwords and numbers: tests/accounts/test_pages.py sends them without script
ALSO = {"title", "alt"}  # not required by itself, but this or another field is
CHOSEN = {"decision": "ended"}  # the choice that asks for nothing more
CONTROLS = "input:not([type=hidden]):not([type=submit]), textarea, select"


class Sender:
    """A window without script that sends the main form of pages, and keeps what went out."""

    def __init__(self, new_page, person):
        self.page = new_page(person, javascript=False)
        self.sent = None
        self.page.set_default_timeout(10_000)
        self.page.route("**/*", self.on_the_way)

    def on_the_way(self, route):
        if route.request.method != "POST":
            return route.continue_()
        self.sent = route.request
        return route.fulfill(status=204)

    def main_form(self):
        """The form with most to fill in; one that changes something before one that only filters."""
        forms = [
            form for form in self.page.locator("main form:not([inert], [inert] *)").all() if buttons(form)
        ]
        size = lambda form: (form.get_attribute("method") == "post", form.locator(CONTROLS).count())  # noqa: E731
        return max(forms, key=size, default=None)

    def send(self, address, words):
        """Status of the answer to the main form, and whether it found fault; None without a form."""
        self.page.goto(address)
        form, self.sent = self.main_form(), None
        if form is None:
            return None
        form_method = form.get_attribute("method")
        fill(form, words)
        buttons(form)[0].click()
        if self.sent is not None:
            return self.replay()
        filters = form_method != "post" and urlsplit(self.page.url).query
        return (200, "") if filters else (0, "not sent")

    def replay(self):
        client = Client(enforce_csrf_checks=True)
        for cookie in self.page.context.cookies():
            client.cookies[cookie["name"]] = cookie["value"]
        parts = urlsplit(self.sent.url)
        with transaction.atomic():
            answer = client.generic(
                "POST",
                f"{parts.path}?{parts.query}",
                self.sent.post_data_buffer or b"",
                content_type=self.sent.headers["content-type"],
                headers={"host": parts.netloc},
            )
            transaction.set_rollback(True)
        page = "" if answer.streaming else answer.content.decode(errors="replace")
        if UNCHANGED in page:  # it was sent, and a form as it was found proposes nothing
            return 200, ""
        return answer.status_code, "refused" if 'aria-invalid="true"' in page else ""


def buttons(form):
    """Buttons that send the form and can be seen."""
    found = form.locator("button:not([type=button]), input[type=submit]").all()
    return [button for button in found if button.is_visible() and button.is_enabled()]


def fill(form, words):
    """Say something in every field that is visible, must be filled and is still empty."""
    for control in form.locator(CONTROLS).all():
        name, kind = control.get_attribute("name"), control.get_attribute("type")
        asked = control.get_attribute("required") is not None or name in ALSO
        if not asked or not control.is_visible():
            continue
        if kind in ("radio", "checkbox"):
            fitting = form.locator(f"[name={name}][value={CHOSEN.get(name)}]")
            if not form.locator(f"[name={name}]:checked").count():
                (fitting if fitting.count() else control).check()
        elif kind == "file":
            control.set_input_files(words[name])
        elif not control.input_value():
            choose(control) if kind is None and is_list(control) else control.fill(words.get(name, "3"))


def is_list(control) -> bool:
    return control.evaluate("node => node.tagName") == "SELECT"


def choose(control):
    values = [option.get_attribute("value") for option in control.locator("option").all()]
    control.select_option(next(value for value in values if value))


@pytest.mark.parametrize("part", PARTS)
def test_main_form_is_sent_without_script(part, new_page):
    world, found, senders = furnished("ja"), [], {}
    for name in pages_of(part):
        if name.startswith(SIGN_IN):
            continue
        row = table()[name]
        role = viewer_of(row)
        if role not in senders:
            senders[role] = Sender(new_page, world.people[role])
        words = {**words_for(world), **(with_picture() if name == "newsletter:images" else {})}
        answer = senders[role].send(address_of(name, row, world), words)
        if answer and (answer[0] not in (200, 302, 303) or answer[1]):
            found.append(f"{name}: {answer}")
    assert "\n".join(found) == ""
