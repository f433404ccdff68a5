"""What readers send to the editors: letters about an issue, and things they would like to read there (N3, N10)."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models.functions import MD5, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Role
from dxportal.forms import claim_version

LONGEST = 1000


def name_of(thing) -> str:
    """How people call a thing of the portal: by its title, where it has one."""
    return getattr(thing, "title", "") or getattr(thing, "name", "") or str(thing)


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everything for those who make issues, the own ones for everybody else."""
        if user.has_role(Role.EDITOR, Role.SECRETARIAT):
            return self.all()
        return self.filter(author=user)

    def waiting(self):
        return self.filter(state=Letter.State.NEW)

    def for_tray(self):
        """With what a line of the tray says."""
        return self.select_related("author__department", "issue", "used_in")

    def needing(self, user, today):
        """The oldest one that waits, for editors: one thing to do, however many there are."""
        if not user.has_role(Role.EDITOR):
            return self.none()
        return self.waiting().order_by("sent_at", "pk")[:1]

    def send(self, *, by, text, about=None, **fields):
        """Put it into the editors' tray, once however often the button is pressed; the letter.

        `about` is an object of the portal with a page of its own, which the proposal is about, or None.
        """
        named = {"about_label": name_of(about)[:300], "about_url": about.get_absolute_url()} if about else {}
        values = {"author": by, "text": text, **named, **fields}
        try:
            with transaction.atomic():
                letter = self.create(**values)
                Activity.record("letter.sent", letter, by=by)
        except IntegrityError:
            same = {"issue": None, "about_url": "", **values}  # what the database calls the same letter
            names = ("author", "kind", "issue", "about_url", "text")
            letter = self.get(**{name: same[name] for name in names})
        return letter


class Letter(models.Model):
    """At most LONGEST letters, in Japanese or English; printed without the name where the writer asks for that."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("お便り")
        PROPOSAL = "proposal", _("載せてほしいこと")

    class State(models.TextChoices):
        NEW = "new", _("受け取った")
        USED = "used", _("便りで使う")
        DECLINED = "declined", _("見送り")

    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    issue = models.ForeignKey(
        "newsletter.Issue",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("号"),
    )
    text = models.CharField(_("本文"), max_length=LONGEST)
    about_label = models.CharField(_("何について"), max_length=300, blank=True)
    about_url = models.CharField(max_length=300, blank=True)
    unnamed = models.BooleanField(_("載せるときに名前を出さない"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("書いた人")
    )
    sent_at = models.DateTimeField(_("届いた時"), default=timezone.now)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.NEW)
    answer = models.CharField(_("返事"), max_length=LONGEST, blank=True)
    used_in = models.ForeignKey(
        "newsletter.Issue", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("使う号")
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("お便り")
        verbose_name_plural = _("お便り")
        constraints = [
            models.UniqueConstraint(
                "author", "kind", Coalesce("issue", 0), "about_url", MD5("text"), name="letter_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "sent_at"], name="letter_state"),
            models.Index(fields=["author", "-sent_at"], name="letter_author"),
        ]

    def __str__(self):
        return Truncator(" ".join(self.text.split())).chars(40)

    def get_absolute_url(self):
        return reverse("newsletter:letter", args=[self.pk])

    @property
    def history_key(self):
        return "letter", str(self.pk)

    @property
    def title(self) -> str:
        """What mails and lists call it."""
        return str(self)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.NEW

    @property
    def signature(self) -> str:
        """Under the words in print: name and department, or nobody's."""
        if self.unnamed:
            return _now("読者より")
        return " ".join(
            filter(None, (self.author.name, self.author.department and self.author.department.name))
        )

    @property
    def markdown(self) -> str:
        """The words as they are put into an issue: a quotation with its signature, and the thing as a link."""
        quoted = "\n".join(f"> {line}".rstrip() for line in self.text.splitlines())
        label = self.about_label.replace("[", "(").replace("]", ")")  # brackets would end the link early
        about = f"\n\n[{label}]({self.about_url})" if self.about_url else ""
        return f"{quoted}\n>\n> {self.signature}{about}"

    # --- verbs ------------------------------------------------------------------------------------

    @transaction.atomic
    def settle(self, state, *, by, version: int, answer: str = "", used_in=None) -> None:
        """Say what becomes of it, or take that back (State.NEW). Raises StaleVersion when somebody was quicker."""
        if not self.can_settle(by):
            raise PermissionDenied
        claim_version(self, version)
        before, self.state = self.get_state_display(), self.State(state)
        self.answer, self.used_in = answer, used_in if state == self.State.USED else None
        self.settled_by, self.settled_at = (None, None) if self.is_waiting else (by, timezone.now())
        self.save(update_fields=["state", "answer", "used_in", "settled_by", "settled_at"])
        changes = {str(_("状態")): [str(before), str(self.get_state_display())]}
        Activity.record(f"letter.{state}", self, by=by, reason=answer, changes=changes)

    def can_settle(self, user) -> bool:
        return user.has_role(Role.EDITOR, Role.SECRETARIAT)
