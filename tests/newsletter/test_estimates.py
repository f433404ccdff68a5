"""When an issue will be through (P6): before approval, from the pace of the last issue and the settings."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter import estimates
from newsletter.models import Delivery
from tests.factories import UserFactory
from tests.factories.newsletter import sent_issue

NINE = datetime(2026, 11, 25, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("stops", "pace", "per_day", "end", "days"),
    [
        ([], 60, 0, None, 1),
        ([(NINE, 600)], 60, 0, NINE + timedelta(minutes=10), 1),
        ([(NINE, 600), (NINE + HOUR, 60)], 60, 0, NINE + HOUR + timedelta(minutes=1), 1),
        (
            [(NINE, 7200), (NINE + HOUR, 60)],
            60,
            0,
            NINE + timedelta(minutes=121),
            1,
        ),  # the first wave runs into it
        ([(NINE, 10_000)], 30, 0, NINE + timedelta(minutes=10_000 / 30), 1),
        ([(NINE, 25_000)], 100, 10_000, NINE + timedelta(days=2, minutes=50), 3),
        ([(NINE, 100), (NINE + 24 * HOUR, 100)], 60, 100, NINE + timedelta(hours=24, minutes=100 / 60), 2),
    ],
)
def test_last_moment(stops, pace, per_day, end, days):
    assert estimates.last_moment(stops, pace=pace, per_day=per_day) == (end, days)


def sent(issue, number, *, seconds, due=NINE):
    """So many mails of one wave, one after the other within `seconds`."""
    for n in range(number):
        at = due + timedelta(seconds=seconds * n / number)
        key = f"issue:{issue.pk}:{due}:{n}"
        row = Delivery.objects.post(
            "issue", key=key, address=f"r{n}@example.jp", due_at=due, issue_id=issue.pk
        )
        done = {
            "state": "sent",
            "claims": 1,
            "started_at": at,
            "finished_at": at + timedelta(seconds=seconds / number),
        }
        Delivery.objects.filter(pk=row.pk).update(**done)


@pytest.mark.django_db
def test_pace_of_the_last_issue_without_the_hours_between_waves():
    issue = sent_issue(number=3)
    assert estimates.measured_pace() is None
    sent(issue, 60, seconds=30)
    sent(issue, 60, seconds=30, due=NINE + 8 * HOUR)
    assert estimates.measured_pace() == pytest.approx(120)
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(
        claims=2, finished_at=NINE + 72 * HOUR
    )
    assert estimates.measured_pace() == pytest.approx(120, rel=0.05)


@pytest.mark.django_db
def test_the_set_pace_bounds_the_estimate(settings):
    settings.MAIL_PER_MINUTE, settings.MAIL_CONNECTIONS = 30, 4
    UserFactory()
    found = estimates.estimate([(NINE, 90)])
    assert (found.pace, found.measured, found.end) == (30, False, NINE + timedelta(minutes=3))
