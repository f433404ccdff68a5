"""An issue ready to leave, readers in several zones, and a relay that can misbehave."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models.functions import Now

from newsletter import sending
from newsletter.models import Delivery, Issue, Route
from newsletter.rendering import MARKERS
from tests.factories import DepartmentFactory, UserFactory
from tests.newsletter.relay import FaultyRelay

# A Wednesday; nine o'clock in Tokyo of that day is midnight in UTC.
ISSUE_DAY = date(2026, 11, 25)
APPROVED_AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def relay(settings):
    """The relay of the settings, in good order until the test gives it other answers."""
    server = FaultyRelay().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    settings.MAIL_CONNECTIONS = 4
    yield server
    server.stop()


@pytest.fixture
def readers():
    """readers(5): that many active people of one division in Tokyo."""

    def make(number, **fields):
        division = DepartmentFactory()
        return [UserFactory(department=division, **fields) for _n in range(number)]

    return make


@pytest.fixture
def make_issue():
    """make_issue(now=True): an approved and frozen issue in state sending, its rows made for everybody there is."""

    def make(number=3, *, now=True, at=APPROVED_AT, **fields):
        editor, checker = (UserFactory(is_active=False, name=name) for name in ("編集", "確認"))
        issue = Issue.objects.create(
            **{
                "number": number,
                "title": "冬の号",
                "issued_on": ISSUE_DAY,
                "scheduled_for": ISSUE_DAY,
                "send_now": now,
                "state": Issue.State.SENDING,
                "created_by": editor,
                "last_edited_by": editor,
                "approved_by": checker,
                "approved_at": at,
                "starts_at": at - timedelta(days=365),
                "approvals": 1,
                **frozen(),
                **fields,
            }
        )
        issue.audience_count = sending.enqueue_issue(issue, at=at)
        issue.save(update_fields=["audience_count"])
        if now:  # due now by the database's clock, not by the test's
            make_due(Delivery.objects.for_issue(issue))
        return issue

    return make


def frozen():
    stop = f"unsubscribe: {MARKERS['unsubscribe']}"
    text = f"業務合理化便り 第3号\n.点で始まる行\n{MARKERS['person']}に届けています\n{stop}\n"
    html = f"<p>業務合理化便り</p><p>{MARKERS['person']}</p><a href='{MARKERS['unsubscribe']}'>止める</a>"
    ja = {"frozen_subject": "業務合理化便り 第3号", "frozen_text": text, "frozen_html": html}
    return {**ja, **{f"{name}_en": words for name, words in ja.items()}, "frozen_sha256": "0" * 64}


def make_due(rows):
    """Bring rows to be due a second ago, with three days to live."""
    rows.update(next_at=Now() - timedelta(seconds=1), expires_at=Now() + timedelta(days=3))


@pytest.fixture
def due_now():
    """due_now(): whatever waits in the queue is due at once, as if its time had passed."""
    return lambda rows=None: make_due((rows if rows is not None else Delivery.objects.all()).queued())


@pytest.fixture
def open_routes():
    """open_routes(): the time for which routes were closed is over."""
    return lambda: Route.objects.filter(closed_until__gt=Now()).update(closed_until=Now())
