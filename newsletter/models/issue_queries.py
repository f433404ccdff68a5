"""Which issues there are: for readers, for those who make them, the next one (N1, N6, N9, MA13)."""

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Role
from dxportal import dates, officedays
from dxportal.search import SearchQuerySet
from newsletter.models.articles import Correction
from newsletter.models.readers import Vote


class State(models.TextChoices):
    DRAFT = "draft", _("下書き")
    CHECKING = "checking", _("確認待ち")
    SCHEDULED = "scheduled", _("配信の予約")
    SENDING = "sending", _("配信中")
    PAUSED = "paused", _("停止中")
    SENT = "sent", _("配信済")
    CANCELLED = "cancelled", _("取りやめ")


FIRST_SECTIONS = (
    _("取組紹介"),
    _("今週の数字"),
    _("計画のいま"),
    _("タスクフォースから"),
    _("在外から"),
    _("小技"),
    _("お知らせ"),
)
OPEN = (State.DRAFT, State.CHECKING)
STOPPABLE = (State.SCHEDULED, State.SENDING)
NUMBER_LOCK = 118_001  # advisory lock under which the next number is taken
CANCELLABLE = (*OPEN, *STOPPABLE, State.PAUSED)


def weekly_slot(after) -> date:
    """The next weekly day after the Tokyo date `after`; a holiday moves it to the next office day (N6)."""
    days = (settings.NEWSLETTER_WEEKDAY - after.weekday() - 1) % 7 + 1
    return officedays.next_office_day(after + days * dates.DAY)


class IssueQuerySet(SearchQuerySet):
    def published(self):
        """Issues whose sending has begun: the archive."""
        return self.filter(published_at__isnull=False)

    def light(self):
        """Without the frozen mails, 150 kB an issue that no page shows."""
        return self.defer("frozen_html", "frozen_text", "frozen_html_en", "frozen_text_en", "strings")

    def visible_to(self, user):
        """Published issues for staff, every issue for those who make them, nothing for outside experts."""
        if user.has_role(Role.EDITOR, Role.SECRETARIAT):
            return self.light()
        if user.is_expert:
            return self.none()
        return self.published().light()

    def with_corrections(self):
        """Adds `corrected_at`, when an article was last put right after it was sent, else None."""
        latest = Correction.objects.filter(article__issue=models.OuterRef("pk")).order_by("-at")
        return self.annotate(corrected_at=models.Subquery(latest.values("at")[:1]))

    def for_reader(self, user, number):
        """For the page of issue `number`: adds the reader's `voice`, and which issues put right and were put right."""
        later = self.model.objects.published().filter(corrects=models.OuterRef("pk")).order_by("-number")
        return self.with_corrections().annotate(
            voice=Vote.objects.mine(number, user),
            corrected_in=models.Subquery(later.values("number")[:1]),
            corrects_number=F("corrects__number"),
        )

    def in_fiscal_year(self, year: int):
        return self.filter(issued_on__range=(dates.year_start(year), dates.year_end(year)))

    def in_the_making(self):
        """Not yet sent: drafts, issues waiting for a check or for their day."""
        return self.filter(state__in=(*OPEN, State.SCHEDULED))

    def needing(self, user, today):
        """What waits for this person: a check by the secretariat, or a draft whose day is two days away or less."""
        waiting = self.none()
        if user.has_role(Role.SECRETARIAT):
            mine = Q(last_edited_by=user) | Q(created_by=user)
            waiting = waiting | self.filter(state=State.CHECKING).exclude(mine)
        if user.has_role(Role.EDITOR):
            waiting = waiting | self.filter(state=State.DRAFT, issued_on__lte=today + 2 * dates.DAY)
        return waiting

    def at_hand(self) -> dict:
        """Numbers of the newest issue being written and of the newest one approved: where 編集 and 配信 lead."""
        approved = Q(approved_at__isnull=False)
        return self.aggregate(
            edit=Max("number", filter=Q(state__in=OPEN)),
            delivery=Max("number", filter=approved & ~Q(state__in=OPEN)),
        )

    def next_number(self) -> int:
        return (self.aggregate(last=Max("number"))["last"] or 0) + 1

    @transaction.atomic
    def start_next(self, *, by, today):
        """A new draft with the next number, the next free weekly day and the sections of the last issue, empty (N1).
        Pressed again, it is the one that was just started (P17)."""
        self._take_turn(by)
        last = self.filter(corrects=None).order_by("-number").first()
        if last and last.is_blank and last.created_by_id == by.pk:
            return last
        day = weekly_slot(max(today, last.issued_on) if last else today)
        labels = [article.label for article in last.sections] if last else FIRST_SECTIONS
        return self._start(labels, by=by, issued_on=day)

    @transaction.atomic
    def start_correction(self, of, *, by, today):
        """A draft for the next office day that goes to the frozen list of the issue `of` and to nobody else (MA13).
        While one is being written, it is that one."""
        if not of.can_correct(by):
            raise PermissionDenied
        self._take_turn(by)
        if started := self.filter(corrects=of, state__in=OPEN).order_by("number").first():
            return started
        title = _("第%(number)s号の訂正") % {"number": of.number}
        day = officedays.next_office_day(today + dates.DAY)
        return self._start([_("訂正")], by=by, issued_on=day, corrects=of, title=title)

    def _take_turn(self, by) -> None:
        """Numbers are given one after the other, until the end of the transaction."""
        if not self.model.can_make(by):
            raise PermissionDenied
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [NUMBER_LOCK])

    def _start(self, labels, *, by, **fields):
        issue = self.create(number=self.next_number(), created_by=by, last_edited_by=by, **fields)
        for label in labels:
            issue.add_article(label=str(label), by=by)
        Activity.record("issue.created", issue, by=by)
        return issue
