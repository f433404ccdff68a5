"""One row per mail to one person: the outbox of the whole portal (sending.md, "One table, six states")."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dxportal.text import narrow

LEASE = timedelta(seconds=settings.MAIL_LEASE_SECONDS)


class DeliveryQuerySet(models.QuerySet):
    def for_issue(self, issue):
        """The copies of an issue to its readers, without test mails and withdrawn approvals."""
        return self.filter(issue=issue, kind=Delivery.Kind.ISSUE)

    def tests(self):
        return self.filter(kind=Delivery.Kind.TEST)

    def received_by(self, person):
        """Mails the relay has taken for this person."""
        return self.filter(person=person, state=Delivery.State.SENT)

    def queued(self):
        return self.filter(state=Delivery.State.QUEUED)

    def failed(self):
        """Rows whose person was not reached: refused for good, or out of time."""
        return self.filter(state__in=(Delivery.State.FAILED, Delivery.State.EXPIRED))

    def in_flight(self):
        """Being sent now: claimed, without a result, the lease still running."""
        return self.queued().filter(UNFINISHED, next_at__gt=Now())

    def unconfirmed(self):
        """Claimed, without a result, the lease over: the next claim sends again, so these may come twice."""
        return self.queued().filter(UNFINISHED, next_at__lte=Now())

    def post(self, kind, *, key, person=None, address="", due_at=None, expires_in=None, **content):
        """Put one mail into the outbox and return it; a key that is there already changes nothing and returns None.

        `due_at` is an aware instant (default: at once); `expires_in` a timedelta after which nobody wants it any more.
        """
        address = clean_address(address or person.email)
        parameters = {
            "key": key,
            "kind": kind,
            "priority": PRIORITY[kind],
            "person": person.pk if person else None,
            "address": address,
            "domain": address.rpartition("@")[2],
            "issue": content.pop("issue_id", None),
            "due_at": due_at,
            "life": expires_in or LIFETIME[kind],
            "content": models.JSONField().get_db_prep_value(content, connection),
        }
        with connection.cursor() as cursor:
            cursor.execute(POST, parameters)
            row = cursor.fetchone()
        return self.get(pk=row[0]) if row else None

    def figures(self) -> dict:
        """What the monitor shows, in three queries whatever the number of rows: see `newsletter.figures`."""
        from newsletter.figures import figures

        return figures(self)


class Delivery(models.Model):
    class Kind(models.TextChoices):
        ACCOUNT = "account", _("アカウントのメール")
        TEST = "test", _("試し送り")
        ALARM = "alarm", _("運用のお知らせ")
        NOTICE = "notice", _("お知らせ")
        REMINDER = "reminder", _("期限のお知らせ")
        ISSUE = "issue", _("業務合理化便り")
        JOINER = "joiner", _("着任した人への最新号")
        DIGEST = "digest", _("週のまとめ")

    class State(models.TextChoices):
        QUEUED = "queued", _("待ち")
        SENT = "sent", _("届けた")
        FAILED = "failed", _("失敗")
        SKIPPED = "skipped", _("送らない")
        EXPIRED = "expired", _("時間切れ")
        CANCELLED = "cancelled", _("取りやめ")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    priority = models.PositiveSmallIntegerField()
    issue = models.ForeignKey(
        "newsletter.Issue",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("号"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("あて先の人"),
    )
    address = models.EmailField(_("メールアドレス"), max_length=254)
    domain = models.CharField(max_length=254)
    zone = models.CharField(_("時間帯"), max_length=40, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("届ける時刻"))
    next_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claims = models.PositiveIntegerField(
        default=0
    )  # how often a worker took the row; the fence of every later write
    results = models.PositiveIntegerField(default=0)  # how many of these claims ended with a known result
    tries = models.PositiveIntegerField(default=0)  # temporary refusals of this person
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    mail_date = models.DateTimeField(null=True, blank=True)
    lost_replies = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(_("結果"), max_length=30, blank=True)
    reply = models.CharField(_("相手の答え"), max_length=500, blank=True)
    # What a mail without an issue says; emptied for account mails once they have left (they hold sign-in codes).
    content = models.JSONField(default=dict, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("配達")
        verbose_name_plural = _("配達")
        indexes = [
            models.Index(
                fields=["priority", "issue", "next_at", "id"],
                condition=Q(state="queued"),
                name="delivery_lane",
            ),
            models.Index(fields=["issue"], condition=Q(state="queued"), name="delivery_unfinished"),
            models.Index(fields=["issue", "state"], name="delivery_issue_state"),
            models.Index(fields=["person", "-due_at"], name="delivery_person"),
        ]

    def __str__(self):
        return self.key

    @property
    def message_id(self) -> str:
        """The same for every copy of this row, whichever process sends it (I4)."""
        return f"<delivery-{self.pk}@{settings.MAIL_HOST_NAME}>"

    @property
    def recipient(self) -> str:
        """The address as relays take it: its domain in ASCII (RFC 5890). Raises UnicodeError, a ValueError, for a name
        that no domain can have."""
        name, _at, domain = self.address.rpartition("@")
        return self.address if domain.isascii() else f"{name}@{domain.encode('idna').decode()}"

    # --- the seal: who reports that a mail came back must have seen it -----------------------------------

    SEAL_HEADER = "X-Delivery-Seal"

    @property
    def seal(self) -> str:
        """A signature of row and address for the header; equal in every copy while SECRET_KEY stays (I4)."""
        return signing.Signer(salt="newsletter.seal").signature(self._sealed)

    def is_sealed_by(self, seal: str) -> bool:
        """Whether the seal is of this row; also by a key that SECRET_KEY replaced (SECRET_KEY_FALLBACKS)."""
        try:
            return bool(signing.Signer(salt="newsletter.seal").unsign(f"{self._sealed}:{seal}"))
        except signing.BadSignature:
            return False

    @property
    def _sealed(self) -> str:
        return f"{self.pk}/{self.address}"


Kind, State = Delivery.Kind, Delivery.State
UNFINISHED = Q(started_at__isnull=False) & (Q(finished_at=None) | Q(started_at__gt=F("finished_at")))
PRIORITY = {
    Kind.ACCOUNT: 0,
    Kind.TEST: 1,
    Kind.ALARM: 2,
    Kind.NOTICE: 3,
    Kind.REMINDER: 4,
    Kind.ISSUE: 5,
    Kind.JOINER: 5,
    Kind.DIGEST: 6,
}
LIFETIME = {
    Kind.ACCOUNT: timedelta(minutes=30),
    Kind.TEST: timedelta(hours=2),
    Kind.ALARM: timedelta(hours=24),
    Kind.NOTICE: timedelta(hours=72),
    Kind.REMINDER: timedelta(hours=9),
    Kind.ISSUE: timedelta(hours=72),
    Kind.JOINER: timedelta(hours=72),
    Kind.DIGEST: timedelta(hours=24),
}
POST = """
insert into newsletter_delivery (key, kind, priority, issue_id, person_id, address, domain, zone, state, due_at,
  next_at, expires_at, claims, results, tries, lost_replies, code, reply, content)
select %(key)s, %(kind)s, %(priority)s, %(issue)s, %(person)s, %(address)s, %(domain)s, '', 'queued', t.due, t.due,
  t.due + %(life)s, 0, 0, 0, 0, '', '', %(content)s
from (select coalesce(%(due_at)s::timestamptz, statement_timestamp()) as due) t
on conflict (key) do nothing returning id
"""


def clean_address(address: str) -> str:
    """The address as it is compared and sent to: half-width, without blanks, lower case."""
    return narrow(address).lower()
