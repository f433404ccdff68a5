"""Weekly issues: written, checked and approved by another person, frozen, sent, archived (N1, N5, N6, N11)."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Role
from dxportal import dates
from dxportal.forms import claim_version
from dxportal.search import search_text_for
from dxportal.text import Confidentiality
from newsletter import checks, rendering
from newsletter.models.articles import changed
from newsletter.models.contents import IssueContent
from newsletter.models.issue_queries import CANCELLABLE, OPEN, STOPPABLE, IssueQuerySet, State
from newsletter.models.readers import OPEN_DAYS

TESTS_PER_HOUR = 20  # for one person
NOT_TESTED = _(
    "この中身の試し送りがまだ届いていません。自分に試し送りをして、届いたメールを見てから承認してください。"
)
NOBODY = _("届ける人が一人もいません。宛先の人と受け取り方を確かめてください。")
OTHER_LIST = _(
    "宛先が%(before)s人から%(now)s人に変わりました。人数を確かめて、よければもう一度押してください。"
)


class Issue(IssueContent):
    State = State

    number = models.PositiveIntegerField(_("号数"), unique=True)
    title = models.CharField(_("題名"), max_length=80, blank=True)
    title_en = models.CharField(_("題名(英語)"), max_length=120, blank=True)
    lead = models.TextField(_("リード"), blank=True)
    editor_note = models.TextField(_("編集後記"), blank=True)
    english_summary = models.TextField(_("英語の要約"), blank=True)
    confidentiality = models.PositiveSmallIntegerField(
        _("機密性"), choices=Confidentiality, default=Confidentiality.ONE
    )
    issued_on = models.DateField(_("配信する日"))
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("作った人")
    )
    last_edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("最後に直した人")
    )
    last_edited_at = models.DateTimeField(default=timezone.now)

    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承認した人"),
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approvals = models.PositiveSmallIntegerField(
        default=0
    )  # how often it was approved: part of the delivery key
    scheduled_for = models.DateField(_("配信日"), null=True, blank=True)
    # The demonstration only: all mails at once, or the mornings of the world so many times faster than the clock.
    send_now = models.BooleanField(default=False)
    compression = models.PositiveSmallIntegerField(default=1, db_default=1)
    starts_at = models.DateTimeField(null=True, blank=True)
    audience_count = models.PositiveIntegerField(_("宛先の人数"), default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)

    # What was approved, byte by byte, with places for figures (newsletter.drawing) and markers for each person
    # (newsletter.rendering).
    frozen_subject = models.CharField(max_length=200, blank=True)
    frozen_html = models.TextField(blank=True)
    frozen_text = models.TextField(blank=True)
    frozen_subject_en = models.CharField(max_length=250, blank=True)
    frozen_html_en = models.TextField(blank=True)
    frozen_text_en = models.TextField(blank=True)
    frozen_sha256 = models.CharField(max_length=64, blank=True)

    # Voices of readers, counted by newsletter.models.readers; and the issue this one puts right, for its readers only.
    useful_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    useless_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("訂正する号"),
    )

    search_text = models.TextField(editable=False, default="")

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("号")
        verbose_name_plural = _("号")
        constraints = [
            models.CheckConstraint(
                name="issue_approved_by_another_person",
                condition=Q(approved_by=None)
                | ~(Q(approved_by=F("last_edited_by")) | Q(approved_by=F("created_by"))),
            ),
            models.CheckConstraint(
                name="issue_approved_before_it_leaves",
                condition=Q(state__in=(*OPEN, State.CANCELLED))
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="issue_state_start")]

    def __str__(self):
        return _("第%(number)s号 %(title)s") % {"number": self.number, "title": self.title}

    def get_absolute_url(self):
        return reverse("newsletter:issue", args=[self.number])

    def get_edit_url(self):
        """Where its head is written."""
        return reverse("newsletter:edit", args=[self.number])

    @property
    def history_key(self):
        return "issue", str(self.number)

    @property
    def opening(self) -> str:
        """The first paragraph of the lead as plain words, for lists."""
        return rendering.opening(self.lead)

    @property
    def opening_en(self) -> str:
        return rendering.opening(self.english_summary)

    @property
    def is_blank(self) -> bool:
        """A draft into which nothing has been written yet."""
        head = (self.title, self.title_en, self.lead, self.english_summary, self.editor_note)
        return self.state == State.DRAFT and not any(head) and not any(part.body for part in self.parts)

    @property
    def is_confidential(self) -> bool:
        """Class 2: its mail holds title and link, the text is read in the portal (domain.md 3.6)."""
        return self.confidentiality >= Confidentiality.TWO

    @property
    def is_hurried(self) -> bool:
        """Whether its mails do not wait for real mornings (the demonstration)."""
        return self.send_now or self.compression > 1

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def is_open_to_readers(self, at=None) -> bool:
        """Whether reads and voices still count at the instant: OPEN_DAYS from the first mail (promises.md P22)."""
        return self.is_published and (at or timezone.now()) < self.published_at + OPEN_DAYS

    @property
    def parts(self) -> list:
        """Every article in order, those taken out included; loaded once."""
        if not hasattr(self, "_parts"):
            rows = self.articles.select_related("last_edited_by").order_by("position", "pk")
            self._parts = list(rows)
            for article in self._parts:
                article.issue = self
        return self._parts

    @property
    def sections(self) -> list:
        """Articles in order, without those taken out."""
        return [article for article in self.parts if article.removed_at is None]

    def forget_parts(self) -> None:
        """Read the articles again when they are next asked for."""
        self.__dict__.pop("_parts", None)

    def index_words(self) -> str:
        """The normalised text that search looks into."""
        texts = [part for article in self.sections for part in (article.label, article.title, article.body)]
        return search_text_for(
            self.title, self.title_en, self.lead, self.english_summary, self.editor_note, *texts
        )

    # --- writing ----------------------------------------------------------------------------------

    @transaction.atomic
    def edit(self, *, by, version: int, **changes) -> None:
        """Change title, lead, note, summary, class or day. Raises StaleVersion when somebody saved since `version`."""
        self.must_be_open(by)
        claim_version(self, version)
        found = changed(self, changes)
        self.touch(by, *found)
        Activity.record("issue.edited", self, by=by, changes=found)

    @transaction.atomic
    def add_article(self, *, label, by):
        """An empty section at the end."""
        self.must_be_open(by)
        last = self.articles.aggregate(last=Max("position"))["last"] or 0
        article = self.articles.create(label=label, position=last + 1, last_edited_by=by)
        self.touch(by)
        return article

    def redraw(self) -> None:
        """Draw the archive's page again and index its words, after a correction. Figures stay as they were sent; only
        a reference that the correction brings in is new."""
        self.forget_parts()
        self.references = {**self.facts_on(dates.today()).references, **self.references}
        self.draw_page(self.facts)
        self.search_text = self.index_words()
        self.save(update_fields=["references", "page_html", "summary_html", "search_text"])

    def must_be_open(self, by) -> None:
        """Raise PermissionDenied unless `by` may change the texts now. Inside a transaction: the row stays locked until
        its end, so that an approval cannot come between and be undone by what is saved here."""
        locked = Issue.objects.select_for_update(no_key=True).filter(pk=self.pk)
        self.state = locked.values_list("state", flat=True).get()
        if not self.can_edit(by):
            raise PermissionDenied

    def touch(self, by, *fields) -> None:
        """Note who changed the texts last. A check asked for is void: what was read is no longer what is sent."""
        self.forget_parts()
        self.last_edited_by, self.last_edited_at = by, timezone.now()
        self.search_text = self.index_words()
        if self.state == State.CHECKING:
            self.state = State.DRAFT
        self.save(update_fields=[*fields, "last_edited_by", "last_edited_at", "search_text", "state"])

    # --- check, approval --------------------------------------------------------------------------

    @transaction.atomic
    def ask_for_check(self, *, by, at=None) -> None:
        """Draft → waiting for another person's check. Raises ValidationError with what is still missing."""
        self.must_be_open(by)
        if missing := [problem.message for problem in checks.problems(self) if problem.blocking]:
            raise ValidationError(missing)
        self._move(State.CHECKING, "issue.check_requested", by=by, at=at)

    @transaction.atomic
    def send_back(self, *, by, reason: str) -> None:
        """The checker returns it to the editors with a reason."""
        if self.state != State.CHECKING or not by.is_secretariat:
            raise PermissionDenied
        self._move(State.DRAFT, "issue.sent_back", by=by, reason=reason)

    def approve(self, *, by, on=None, now=False, compression=1, at=None, people: int | None = None):
        """Freeze what was tested and queue one mail per person, for the day `on` (local mornings) or at once.

        Pressed twice, the second press finds the issue approved and is refused: one approval, one set of rows.
        `people` is the number the approver was shown: ValidationError when the list has changed since, and when
        there is nobody on it (promises.md MA3).
        """
        at = at or timezone.now()
        with transaction.atomic():
            issue = Issue.objects.select_for_update().get(pk=self.pk)
            if not issue.can_approve(by):
                raise PermissionDenied
            frozen = issue.compose(dates.today(at))
            if not issue.was_tested_by(by, frozen.sha256):
                raise ValidationError(NOT_TESTED, code="not_tested")
            from newsletter import sending  # sending knows the models

            issue._freeze(frozen, by=by, on=dates.today(at) if now else on, now=now, at=at)
            issue.compression = compression
            issue.audience_count = sending.enqueue_issue(issue, at=at)
            issue._must_reach(people)
            issue.starts_at = issue.deliveries.for_issue(issue).aggregate(first=Min("due_at"))["first"]
            issue.save()
            Activity.record("issue.approved", issue, by=by, at=at, changes=issue._approval_facts())
        return issue

    def _must_reach(self, people: int | None) -> None:
        if not self.audience_count:
            raise ValidationError(NOBODY, code="nobody")
        if people is not None and people != self.audience_count:
            raise ValidationError(OTHER_LIST % {"before": people, "now": self.audience_count}, code="list")

    def _freeze(self, frozen, *, by, on, now, at) -> None:
        for name, value in frozen.fields().items():
            setattr(self, name, value)
        self.strings, self.sent_sha256 = {}, ""
        self.draw_page(self.facts)
        self.state, self.approved_by, self.approved_at = State.SCHEDULED, by, at
        self.scheduled_for, self.issued_on, self.send_now = on, on, now
        self.approvals += 1

    def _approval_facts(self) -> dict:
        return {
            "audience": [None, self.audience_count],
            "on": [None, self.scheduled_for],
            "sha256": [None, self.frozen_sha256],
        }

    @transaction.atomic
    def send_test(self, *, by, at=None):
        """Put 【テスト】 of what is there now into the outbox for the person who asks; the delivery row.

        Raises ValidationError after TESTS_PER_HOUR within an hour (promises.md MA8).
        """
        if not self.can_preview(by):
            raise PermissionDenied
        at = at or timezone.now()
        rows = self.deliveries.model.objects.filter(kind="test", person=by)
        if rows.filter(due_at__gt=at - timedelta(hours=1)).count() >= TESTS_PER_HOUR:
            words = _("試し送りは、1時間に%(number)s通までです。あとでもう一度押してください。")
            raise ValidationError(words % {"number": TESTS_PER_HOUR})
        frozen = self.compose(dates.today(at))
        mail = rendering.test_message(frozen.filled(), by, self.issued_on)
        key = f"test:{self.number}:{frozen.sha256[:32]}:{by.pk}:{at.timestamp():.0f}"
        content = {"subject": mail.subject, "text": mail.text, "html": mail.html}
        return self.deliveries.model.objects.post("test", key=key, person=by, issue_id=self.pk, **content)

    def was_tested_by(self, person, sha256: str) -> bool:
        """Whether the person has received a test mail of exactly these bytes."""
        return self.deliveries.tests().received_by(person).filter(key__contains=sha256[:32]).exists()

    @transaction.atomic
    def unschedule(self, *, by) -> None:
        """Take back the approval before the first mail has left, so that the texts can be changed again."""
        if not self.can_make(by):
            raise PermissionDenied
        from newsletter import sending

        self._move(
            State.DRAFT,
            "issue.unscheduled",
            by=by,
            when=(State.SCHEDULED,),
            approved_by=None,
            approved_at=None,
        )
        sending.withdraw_issue(self)

    def _move(self, state, verb, *, by, when=OPEN, reason="", at=None, **fields) -> None:
        """Change the state if it is still one of `when`; ValidationError when somebody was quicker."""
        rows = Issue.objects.filter(pk=self.pk, state__in=when)
        if not rows.update(state=state, **fields):
            raise ValidationError(_("この号の状態が変わっています。画面を開き直してください。"), code="state")
        before, self.state = self.get_state_display(), state
        for name, value in fields.items():
            setattr(self, name, value)
        changes = {str(_("状態")): [str(before), str(self.get_state_display())]}
        Activity.record(verb, self, by=by, reason=reason, changes=changes, at=at or timezone.now())

    # --- on its way -------------------------------------------------------------------------------

    @transaction.atomic
    def pause(self, *, by, reason: str = "") -> None:
        """Stop after the mails in flight. `by` is None when the portal itself stops it."""
        if by and not self.can_stop(by):
            raise PermissionDenied
        self._move(State.PAUSED, "issue.paused", by=by, when=STOPPABLE, reason=reason, pause_reason=reason)

    @transaction.atomic
    def resume(self, *, by) -> None:
        if not self.can_resume(by):
            raise PermissionDenied
        state = State.SENDING if self.is_published else State.SCHEDULED
        self._move(state, "issue.resumed", by=by, when=(State.PAUSED,), pause_reason="")

    @transaction.atomic
    def cancel(self, *, by, reason: str) -> None:
        """Whoever has not received it will not. What was sent cannot be taken back."""
        from newsletter import sending

        if not self.can_stop(by):
            raise PermissionDenied
        self._move(State.CANCELLED, "issue.cancelled", by=by, when=CANCELLABLE, reason=reason)
        sending.cancel_issue(self)

    # --- who may do what (permissions.md) ---------------------------------------------------------

    @staticmethod
    def can_make(user) -> bool:
        """Start, edit and preview issues, send test mails."""
        return user.has_role(Role.EDITOR, Role.SECRETARIAT)

    def can_edit(self, user) -> bool:
        return self.state in OPEN and self.can_make(user)

    def can_preview(self, user) -> bool:
        return self.can_make(user)

    def can_approve(self, user) -> bool:
        """The secretariat, but neither the person who made the issue nor the one who edited it last."""
        return (
            self.state == State.CHECKING
            and user.is_secretariat
            and user.pk not in (self.created_by_id, self.last_edited_by_id)
        )

    def can_stop(self, user) -> bool:
        """Pause or cancel: editors, the secretariat and administrators."""
        return user.has_role(Role.EDITOR, Role.SECRETARIAT, Role.ADMIN)

    def can_resume(self, user) -> bool:
        return user.is_secretariat

    def can_see_figures(self, user) -> bool:
        return user.has_role(Role.EDITOR, Role.SECRETARIAT)

    def can_see_names(self, user) -> bool:
        """Who failed to receive it, by name."""
        return user.has_role(Role.SECRETARIAT, Role.ADMIN)

    def can_correct(self, user) -> bool:
        return self.is_published and user.has_role(Role.EDITOR, Role.SECRETARIAT)
