"""The demonstration's newsletter: two issues that were sent, with what became of every mail, and a draft to approve."""

import io
import re
from datetime import time, timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from PIL import Image, ImageDraw

from accounts.models import Activity, User
from dxportal import dates, pictures
from newsletter import blocks, schedule
from newsletter.models import Delivery, Issue, IssueImage
from newsletter.models.images import LONGEST_SIDE
from newsletter.models.issue_queries import weekly_slot
from newsletter.references import Portal

TEXTS = Path(__file__).parent / "data" / "issues"
PART = re.compile(
    r"^=== (?P<name>[^\n:]+)(?P<article>: ?(?P<title>[^\n]*))?\n(?P<body>.*?)(?=^=== |\Z)", re.M | re.S
)
EDITOR, APPROVER = "S000005", "S000003"
WEEK = timedelta(days=7)
# Every so many mails something went wrong, as it does; the words are those of a real relay.
FAILURES = (
    (97, Delivery.State.FAILED, "refused", "550 5.1.1 user unknown"),
    (131, Delivery.State.EXPIRED, "mailbox_full", "452 4.2.2 mailbox full"),
)


def load(today) -> None:
    """第1号 and 第2号 sent in the last weeks, 第3号 waiting for its check. Does nothing when there are issues."""
    if Issue.objects.exists():
        return
    editor, approver = (User.objects.get(staff_number=number) for number in (EDITOR, APPROVER))
    coming = weekly_slot(today)
    last = coming - WEEK if is_over(coming - WEEK, today) else coming - 2 * WEEK
    for number, day in ((1, last - WEEK), (2, last)):
        send(write(number, day=day, by=editor), by=approver, day=day)
    write(3, day=coming, by=editor, today=today)


def is_over(day, today) -> bool:
    """Whether the issue of `day` has reached every post before `today`; holidays there may hold it up for days."""
    mornings = [schedule.local_morning(day, zone, country) for zone, country in schedule.places()]
    return today - day >= timedelta(days=2) and max(mornings).astimezone(dates.TOKYO).date() < today


def read(number) -> tuple[dict, list]:
    """Fields, and articles as (label, title, body). Parts begin with "=== field" or "=== label: headline"."""
    fields, articles = {}, []
    for part in PART.finditer((TEXTS / f"{number}.md").read_text(encoding="utf-8")):
        if part["article"] is None:
            fields[part["name"]] = part["body"].strip()
        else:
            articles.append((part["name"], part["title"], part["body"].strip()))
    return fields, articles


def write(number, *, day, by, today=None):
    """A draft with the texts of a file; the pieces from the portal are those of the day."""
    fields, articles = read(number)
    issue = Issue.objects.start_next(by=by, today=day - WEEK)
    issue.edit(by=by, version=issue.version, issued_on=day, **fields)
    issue.articles.all().delete()
    pieces = from_portal(today or day)
    if any("{sheets}" in body for _label, _title, body in articles):
        alt = "引継書を分けた3枚。1枚目は人、2枚目は期限、3枚目は置き場所"
        kept = pictures.accept(sheets(), longest=LONGEST_SIDE)
        pieces["sheets"] = IssueImage.add(issue, kept, by=by, alt=alt).markdown
    for label, title, body in articles:
        article = issue.add_article(label=label, by=by)
        article.edit(by=by, version=article.version, title=title, body=body.format_map(pieces))
    return issue


def sheets() -> SimpleUploadedFile:
    """A drawing of three sheets of paper, one tall heading and some lines on each."""
    drawing = Image.new("RGB", (1104, 420), "#f2f6fa")
    pen = ImageDraw.Draw(drawing)
    for n, colour in enumerate(("#00316a", "#0055ad", "#57b8ff")):
        left = 60 + n * 344
        pen.rectangle((left, 40, left + 296, 380), fill="white", outline="#7a8794", width=3)
        pen.rectangle((left, 40, left + 296, 104), fill=colour)
        for line in range(6):
            pen.rectangle(
                (left + 28, 140 + line * 38, left + 268 - 40 * (line % 3), 150 + line * 38), fill="#c3ccd5"
            )
    stream = io.BytesIO()
    drawing.save(stream, "PNG")
    return SimpleUploadedFile("引継書の3枚.png", stream.getvalue())


def from_portal(day) -> dict:
    """Ready-made Markdown of the day by the name used in the texts, with a sentence where there is nothing."""
    portal = Portal(day)
    offers = {
        "milestones": (blocks.milestones, "今週、動いた節目はありません。[計画の全体を見る](/plan/)"),
        "answers": (blocks.answered_ideas, "今週の返事はありません。[アイデアを出す](/ideas/)"),
        "spread": (blocks.replications, "今週、新しく使い始めたという届けはありません。"),
        "workshops": (blocks.workshops, "- [これからのワークショップを見る](/workshops/)"),
    }
    return {
        name: one_below_the_other(make(portal)[:5]) or otherwise for name, (make, otherwise) in offers.items()
    }


def one_below_the_other(offered) -> str:
    """List items as one list, what stands alone with an empty line between."""
    pieces = [block.markdown for block in offered]
    return ("\n" if all(piece.startswith("- ") for piece in pieces) else "\n\n").join(pieces)


def send(issue, *, by, day) -> None:
    """Approve the issue the evening before and write down how each mail went."""
    evening = dates.local_instant(day - dates.DAY, time(17, 40), dates.TOKYO)
    issue.ask_for_check(by=issue.created_by, at=evening - timedelta(hours=2))
    issue.send_test(by=by, at=evening - timedelta(minutes=20))
    issue.deliveries.tests().update(state=Delivery.State.SENT, code="sent", finished_at=evening)
    issue = issue.approve(by=by, on=day, at=evening)
    rows = Delivery.objects.for_issue(issue)
    seconds = timedelta(seconds=40)
    rows.update(state=Delivery.State.SENT, code="sent", reply="250 2.0.0 ok", claims=1, results=1)
    rows.update(mail_date=F("due_at"), started_at=F("due_at"), finished_at=F("due_at") + seconds)
    numbered = list(rows.order_by("pk").values_list("pk", flat=True))
    for every, state, code, reply in FAILURES:
        rows.filter(pk__in=numbered[::every][1:]).update(state=state, code=code, reply=reply)
    issue.fill(day)
    ends = rows.order_by("-finished_at").values_list("finished_at", flat=True).first()
    sent = {"state": Issue.State.SENT, "published_at": issue.starts_at, "finished_at": ends}
    Issue.objects.filter(pk=issue.pk).update(**sent)
    for verb, at in (("issue.started", issue.starts_at), ("issue.finished", ends)):
        Activity.record(verb, issue, by=None, at=at, source="demo")
