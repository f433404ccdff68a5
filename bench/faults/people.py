"""F11, F25 to F27, F30: what people do, and an installation that was switched off."""

import threading
import time
from datetime import timedelta

from demonstration import wait_for
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from stage import Fault, promised

from accounts.models import Duty, User
from dxportal import dates
from newsletter.models import Delivery, Issue, Preference

SLOW = 0.06


def approved_five_times(stage):
    """Approve is pressed 5 times at once, by two people."""
    import outbox

    second = User.objects.get(email="reader2@example.jp")
    Duty.objects.get_or_create(user=second, role="secretariat", defaults={"starts_on": dates.today()})
    issue = outbox.written(stage.editor, letters=600)
    outbox.tested(issue, stage.checker)
    outbox.tested(issue, second)
    outcomes = []

    def press(person):
        try:
            outcomes.append(Issue.objects.get(pk=issue.pk).approve(by=person, now=True))
        except (PermissionDenied, ValidationError):
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=((stage.checker, second)[n % 2],)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (stage.issue,) = [outcome for outcome in outcomes if outcome]
    stage.finish()
    promised(
        (stage.history("issue.approved"), stage.rows.count()) == (1, stage.people), "more than one approval"
    )
    return "one approval, one set of rows"


def people_change(stage):
    """Before it is due one person leaves, one stops the newsletter, one moves to Honolulu."""
    for name in ("beat", "worker", "mail-worker"):
        stage.rig.stop(name)
    stage.send()
    left, off, moved = (User.objects.get(email=f"reader{n}@example.jp") for n in (5, 6, 8))
    User.objects.filter(pk=left.pk).update(is_active=False)
    Preference.unsubscribe(Preference.unsubscribe_token(off, "newsletter"))
    User.objects.filter(pk=moved.pk).update(timezone="Pacific/Honolulu")
    for name in ("beat", "worker", "mail-worker"):
        stage.rig.children[name].start()
    stage.finish()
    codes = dict(stage.rows.filter(person__in=(left, off)).values_list("person", "code"))
    promised(codes == {left.pk: "left", off.pk: "off"}, codes)
    return (
        "both are skipped and listed; who moved has it (sent at once; mornings: tests of schedule and drain)"
    )


def stopped_and_resumed(stage):
    """Stop at a tenth and at half, resume each time."""
    issue = stage.send(delay=SLOW)
    over = []
    for share in (0.1, 0.5):
        stage.wait_for_mails(share)
        began = time.monotonic()
        Issue.objects.get(pk=issue.pk).pause(by=stage.checker)
        at_press = stage.got
        promised(time.monotonic() - began <= 3, "the press took longer than 3 s")
        time.sleep(4)
        over.append(stage.got - at_press)
        promised(Issue.objects.get(pk=issue.pk).state == Issue.State.PAUSED, "not paused")
        Issue.objects.get(pk=issue.pk).resume(by=stage.checker)
    stage.finish()
    promised(max(over) <= stage.rig.connections, over)
    return f"{over[0]} and {over[1]} mails after the press"


def cancelled(stage):
    """Cancelled at half."""
    issue = stage.send(delay=SLOW)
    stage.wait_for_mails(0.5)
    Issue.objects.get(pk=issue.pk).cancel(by=stage.checker, reason="測定")
    at_press = stage.got
    time.sleep(4)
    after = stage.got - at_press
    stage.finish()
    promised(after <= stage.rig.connections, after)
    return f"{after} mails after the press, {stage.states()['cancelled']} cancelled and listed"


def broken_data(stage):
    """The mail of one person cannot be made."""
    broken = User.objects.get(email="reader9@example.jp")
    stage.rig.stop("mail-worker")
    stage.send()
    User.objects.filter(pk=broken.pk).update(email="reader9@@example.jp")
    stage.rig.children["mail-worker"].start()
    stage.finish()
    User.objects.filter(pk=broken.pk).update(email="reader9@example.jp")
    row = stage.rows.get(person=broken)
    stage.names.discard("reader9@example.jp")
    promised((row.state, row.code) == ("failed", "template"), (row.state, row.code))
    promised(
        stage.states() == {"sent": stage.people - 1, "failed": 1},
        "stage.states() == {'sent': stage.people - 1, 'failed': 1}",
    )
    return "that one is listed, everybody else has it"


def switched_off(stage):
    """Everything is off for 70 hours after the approval."""
    for name in ("beat", "worker", "mail-worker"):
        stage.rig.stop(name)
    stage.send()
    stage.shift(timedelta(hours=-70))
    for name in ("beat", "worker", "mail-worker"):
        stage.rig.children[name].start()
    wait_for(lambda: stage.got, seconds=90)
    stage.finish()
    promised(
        Delivery.objects.filter(kind="digest").values("person").distinct().count()
        == Delivery.objects.filter(kind="digest").count(),
        "more than one digest for a person",
    )
    return "the issue goes out late, at most one digest for each person"


FAULTS = [
    Fault("F11", approved_five_times),
    Fault("F25", people_change),
    Fault("F26a", stopped_and_resumed),
    Fault("F26b", cancelled),
    Fault("F27", broken_data),
    Fault("F30", switched_off),
]
