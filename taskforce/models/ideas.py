"""Ideas: 「困っていること / こんなツールがあれば」, from a draft to something departments use (T5–T8).

The name of an anonymous author is known to the author alone (permissions.md). Ideas therefore keep their history in
Activity rows only, with a blank actor for acts of an anonymous author, and are not tracked by database history, which
would store the writer's id.
"""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Activity, Department, Follow, User
from dxportal import dates, officedays
from dxportal.forms import claim_version
from dxportal.search import Letters, Pieces, search_text_for, similar_text_for
from dxportal.text import Confidentiality
from taskforce.models.groups import WorkingGroup
from taskforce.models.idea_acts import IdeaActs
from taskforce.models.idea_sets import IdeaQuerySet
from taskforce.models.voices import IdeaStatus

FIRST_ANSWER_OFFICE_DAYS = 5  # the answer promise (T8), counted in Japanese office days
AUTHOR_ACTS = {
    "published",
    "edited",
    "withdrawn",
    "restored",
    "commented",
    "mentioned",
    "comment_edited",
    "comment_withdrawn",
    "file_added",
    "file_withdrawn",
}
RESTORE_DAYS = 30  # a withdrawn idea can be brought back (permissions.md, "restore deleted")
NUMBER_LOCK = 118_000  # advisory lock under which the next number is taken


class Idea(IdeaActs):
    followable = "idea"

    Status = IdeaStatus
    STEPS = {"received": 1, "under_review": 2, "adopted": 2, "piloting": 3, "realised": 4, "declined": 0}

    number = models.PositiveIntegerField(_("アイデアの番号"), unique=True, editable=False)
    title = models.CharField(_("題名"), max_length=80)
    title_en = models.CharField(_("題名(英語)"), max_length=120, blank=True)
    problem = models.TextField(pgettext_lazy("アイデア", "困っていること"), max_length=2000)
    wish = models.TextField(_("こんなツールがあれば"), max_length=2000)
    minutes_each = models.PositiveIntegerField(_("1回にかかる時間(分)"), null=True, blank=True)
    times_a_year = models.PositiveIntegerField(_("1年の回数"), null=True, blank=True)
    departments_count = models.PositiveIntegerField(_("同じ仕事をする部署の数"), null=True, blank=True)
    pillar = models.ForeignKey(
        "pillars.Pillar",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("いちばん近い柱"),
    )
    initiative = models.ForeignKey(
        "pillars.Initiative",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("つながる施策"),
    )
    language = models.CharField(_("書いた言語"), max_length=2, choices=settings.LANGUAGES, default="ja")
    is_anonymous = models.BooleanField(_("部署名だけ出す"), default=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="ideas", verbose_name=_("出した人"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("部署")
    )
    status = models.CharField(
        _("状態"), max_length=12, choices=Status, default=Status.RECEIVED, editable=False
    )
    published_at = models.DateTimeField(_("出した日時"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("取り下げた日時"), null=True, editable=False)
    answer_due_on = models.DateField(_("最初の返事の約束"), null=True, editable=False)
    first_answered_at = models.DateTimeField(_("最初の返事"), null=True, editable=False)
    moved_at = models.DateTimeField(_("動きのあった日時"), default=timezone.now, editable=False)
    triage_owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="triaged_ideas",
        verbose_name=_("返事の担当"),
    )
    group = models.ForeignKey(
        WorkingGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("担当のグループ"),
    )
    triage_version = models.PositiveIntegerField(default=1, editable=False)
    private_notes = models.TextField(_("内部のメモ"), max_length=4000, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_ideas", editable=False
    )
    confidentiality = models.PositiveSmallIntegerField(
        _("情報の格付"), choices=Confidentiality, default=Confidentiality.ONE
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    search_text = models.TextField(editable=False, default="")
    similar_text = models.TextField(editable=False, default="")

    objects = IdeaQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("アイデア")
        verbose_name_plural = _("アイデア")
        indexes = [
            models.Index(fields=["status", "-moved_at"], name="idea_status_moved"),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="idea_search_trgm"),
            GinIndex(Letters("search_text"), name="idea_letters"),
            GinIndex(Pieces("similar_text"), name="idea_pieces"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="idea_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(answer_due_on__isnull=False),
                name="idea_published_has_promise",
            ),
        ]

    def __str__(self):
        return f"No.{self.number} {self.title}"

    def save(self, *args, **kwargs):
        self.fill_shadows()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "title_en", "search_text", "similar_text"}
        super().save(*args, **kwargs)

    def fill_shadows(self) -> None:
        """The columns that searches compare, from the words; save() does it, bulk_create does not."""
        if self.language == "en":
            self.title_en = self.title
        self.search_text = search_text_for(
            self.title, self.title_en, self.problem, self.wish, f"No.{self.number}"
        )
        self.similar_text = similar_text_for(self.title, self.problem, self.wish)

    def get_absolute_url(self):
        return reverse("taskforce:idea", args=[self.number])

    @property
    def history_key(self):
        return "idea", str(self.number)

    # --- how it is shown ----------------------------------------------------------------------------

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_open(self) -> bool:
        """Published and still standing on its own: may be supported, discussed and answered."""
        return bool(self.published_at and not self.withdrawn_at and not self.merged_into_id)

    @property
    def step(self) -> int:
        """How many of the four dots 受付・検討・試行・使われている are filled; 0 for 見送り."""
        return self.STEPS[self.status]

    @property
    def title_language(self) -> str:
        """The language `title` is written in, for the lang attribute."""
        return self.language

    @property
    def hours_a_year(self) -> Decimal | None:
        """Minutes × times a year × departments in hours, None unless all three are given."""
        numbers = (self.minutes_each, self.times_a_year, self.departments_count)
        if None in numbers:
            return None
        return Decimal(numbers[0] * numbers[1] * numbers[2]) / 60

    # The next four need with_story().

    @property
    def last_answer(self):
        return next((answer for answer in reversed(self.told_answers) if not answer.undone_at), None)

    @property
    def pilot(self):
        """The pilot to speak of: the last one."""
        return self.told_pilots[-1] if self.told_pilots else None

    @property
    def practice(self):
        """The good practice it became, None before."""
        return self.told_practices[0] if self.told_practices else None

    @property
    def department_count(self) -> int:
        """Departments that use what came of it."""
        return self.practice.department_count if self.practice else 0

    def shown_author(self, viewer):
        """The author as this viewer may see him: None behind an anonymous idea, except for the author."""
        return self.author if not self.is_anonymous or viewer == self.author else None

    def age_days(self, today) -> int:
        """Days since publication in Tokyo."""
        return (today - dates.today(self.published_at)).days

    def is_past_promise(self, today) -> bool:
        return bool(self.is_open and not self.first_answered_at and self.answer_due_on < today)

    def request_to(self, user, today) -> str:
        """What the idea asks of a person who is `needing` it, as a few words."""
        if self.is_draft:
            return str(_("下書きのままです"))
        if self.is_past_promise(today):
            return str(_("最初の返事の約束を過ぎています"))
        return str(_("最初の返事を待っています"))

    # --- who may do what (permissions.md) -------------------------------------------------------------

    def can_edit(self, user) -> bool:
        return self.author_id == user.pk and not self.withdrawn_at and not self.merged_into_id

    def can_restore(self, user, at=None) -> bool:
        """The author within 30 days, and the secretariat."""
        if not self.withdrawn_at:
            return False
        young = ((at or timezone.now()) - self.withdrawn_at).days < RESTORE_DAYS
        return user.is_secretariat or (self.author_id == user.pk and young)

    def can_triage(self, user) -> bool:
        """Answer, assign, merge and read the private notes: the secretariat, and the group that has the idea."""
        return not self.is_draft and (user.is_secretariat or bool(self.group and self.group.has_member(user)))

    def can_moderate(self, user) -> bool:
        """Hide a comment: the secretariat, and the lead of the group."""
        return user.is_secretariat or bool(self.group and self.group.is_led_by(user))

    def can_take_out(self, user) -> bool:
        """Take a file out of it, with a reason."""
        return user.is_secretariat and not self.is_draft

    def can_support(self, user) -> bool:
        """Everybody who sees it, but not the author: one's own idea is supported by having written it."""
        return self.is_open and self.author_id != user.pk

    def can_comment(self, user) -> bool:
        return self.is_open

    @staticmethod
    def can_create(user) -> bool:
        return not user.is_expert

    def people_to_tell(self, activity):
        """Who should hear of an act on this idea: the author (named or not) and followers, without who did it.

        The author's id stands nowhere in the Activity; a comment without an actor was written by the author himself.
        """
        told = User.objects.active().filter(
            Q(pk=self.author_id) | Q(pk__in=Follow.objects.of(self).values("user"))
        )
        if activity.actor_id:
            return told.exclude(pk=activity.actor_id)
        by_author = activity.verb.removeprefix("idea.") in AUTHOR_ACTS
        return told.exclude(pk=self.author_id) if by_author else told

    # --- writing --------------------------------------------------------------------------------------

    def _voice(self, verb, by):
        """The actor history may name: nobody when the anonymous author acts as such. What he does as one of those who
        answer has a name, or its lack would tell who he is."""
        as_author = verb.removeprefix("idea.") in AUTHOR_ACTS
        return None if by and as_author and self.is_anonymous and by.pk == self.author_id else by

    def _record(self, verb, *, by, at, ja, en, **details):
        title_en = self.title_en or self.title
        Activity.record(
            verb,
            self,
            by=self._voice(verb, by),
            at=at,
            label=f"No.{self.number} {self.title}",
            summary=ja.replace("{idea}", f"アイデア「{self.title}」"),
            summary_en=en.replace("{idea}", f"the idea “{title_en}”"),
            **details,
        )

    def _locked(self):
        """The same idea as it stands now, its row locked until the end of the transaction."""
        return Idea.objects.select_for_update(of=("self",)).get(pk=self.pk)

    def _set(self, **values):
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=values.keys())

    def _check_open(self):
        if not self.is_open:
            raise ValidationError(_("このアイデアには、もう書き込めません。"), code="closed")

    @classmethod
    @transaction.atomic
    def draft(cls, *, by, at=None, number=None, new=False, **texts):
        """A new draft, seen by its author alone. Leaves no Activity: a draft has no readers.

        The same texts posted again (a double click) give the idea that is already there, unless it must be a `new` one.
        """
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
        same = {name: texts.get(name, "") for name in ("title", "problem", "wish")}
        if not new and (twin := cls.objects.filter(author=by, withdrawn_at=None, **same).first()):
            return twin
        idea = cls(author=by, department=by.department, moved_at=at or timezone.now(), **texts)
        idea.number = number or (cls.objects.aggregate(last=models.Max("number"))["last"] or 0) + 1
        idea.save(force_insert=True)
        return idea

    @transaction.atomic
    def publish(self, *, by, at=None):
        """Put the draft before everybody and start the clock of the answer promise."""
        at = at or timezone.now()
        if not self._locked().is_draft:
            raise ValidationError(_("もう出されています。"), code="published")
        due = officedays.add_office_days(dates.today(at), FIRST_ANSWER_OFFICE_DAYS)
        self._set(published_at=at, moved_at=at, answer_due_on=due)
        self._record("idea.published", by=by, at=at, ja="{idea}が出された", en="A new idea: {idea}")

    @transaction.atomic
    def edit(self, *, by, version=None, at=None, **texts):
        """Change the given fields. A published idea keeps before and after in its history; it cannot become anonymous,
        because history already names the author. Raises StaleVersion when `version` is no longer the last."""
        at = at or timezone.now()
        if not self.is_draft and texts.get("is_anonymous") and not self.is_anonymous:
            raise ValidationError(_("名前を出したアイデアは、あとから名前を隠せません。"), code="named")
        changed = {name: value for name, value in texts.items() if getattr(self, name) != value}
        changes = self._changes(changed)
        claim_version(self, self.version if version is None else version)
        if changed:
            self._set(**changed)
        if changes and not self.is_draft:
            self._record(
                "idea.edited", by=by, at=at, ja="{idea}を書き直した", en="Edited: {idea}", changes=changes
            )

    @classmethod
    def _label(cls, name) -> str:
        with translation.override("ja"):
            return str(cls._meta.get_field(name).verbose_name)

    def _changes(self, values) -> dict:
        """Before and after of the fields about to be set, by their Japanese names."""
        return {
            self._label(name): [_plain(getattr(self, name)), _plain(value)] for name, value in values.items()
        }

    @transaction.atomic
    def withdraw(self, *, by, at=None):
        """Take the idea out of every list; a draft is thrown away."""
        at = at or timezone.now()
        if self.is_draft:
            for file in self.files.all():
                file.forget()
            self.delete()
            return
        self._set(withdrawn_at=at, moved_at=at)
        self._record("idea.withdrawn", by=by, at=at, ja="{idea}が取り下げられた", en="Withdrawn: {idea}")

    @transaction.atomic
    def restore(self, *, by, at=None):
        """Bring a withdrawn idea back as it was."""
        at = at or timezone.now()
        self._set(withdrawn_at=None, moved_at=at)
        self._record("idea.restored", by=by, at=at, ja="{idea}が元に戻された", en="Restored: {idea}")


def _plain(value):
    """A field value as history keeps it: text, number or None."""
    return str(value) if isinstance(value, models.Model) else value
