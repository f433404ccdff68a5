"""What mail servers reported back about our mails: each report counts once, and is believed when confirmed (N16)."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from newsletter.models.deliveries import Delivery

CONFIRMING = 2  # reports about different mails before an address is believed to be wrong
WITHIN = timedelta(days=30)
TOO_MANY_SHARE = (
    0.05  # of an issue's mails: so many addresses are not wrong at once, something else is (MA10)
)
TOO_MANY_AT_LEAST = 10


class BounceQuerySet(models.QuerySet):
    def about(self, person):
        """Reports that the person's present address does not exist, as far as they are believed."""
        mine = self.filter(kind=Bounce.Kind.GONE, counted=True, delivery__person=person)
        return mine.filter(address=person.email.lower())

    def returned(self):
        """Reports that a mail the relay had taken did not arrive; delays may still end well."""
        return self.filter(kind__in=(Bounce.Kind.GONE, Bounce.Kind.FAILED))

    def of_issue(self, issue_id):
        """Reports that an address of an issue's readers does not exist."""
        rows = self.filter(kind=Bounce.Kind.GONE, delivery__issue=issue_id)
        return rows.filter(delivery__kind=Delivery.Kind.ISSUE)

    def confirms(self, person) -> bool:
        """Whether enough different mails to the present address came back within 30 days."""
        recent = self.about(person).filter(received_at__gt=Now() - WITHIN)
        return recent.values("delivery").distinct().count() >= CONFIRMING

    def are_too_many(self, issue_id) -> bool:
        """Whether more of an issue came back than wrong addresses can explain."""
        sent = Delivery.objects.for_issue(issue_id).filter(state=Delivery.State.SENT).count()
        back = self.of_issue(issue_id).values("delivery").distinct().count()
        return back > max(TOO_MANY_AT_LEAST, sent * TOO_MANY_SHARE)

    def disbelieve(self, person) -> int:
        """The person's address was mended: what was reported before counts no more."""
        return self.about(person).update(counted=False)


class Bounce(models.Model):
    """One message of the bounce mailbox. Without a delivery it is about nothing we sent; then nothing of it is kept."""

    class Kind(models.TextChoices):
        GONE = "gone", _("宛先がない")
        FAILED = "failed", _("届かなかった(宛先のほかのわけ)")
        DELAYED = "delayed", _("遅れている")
        REPLY = "reply", _("自動の返信")
        UNKNOWN = "unknown", _("読み取れない")

    fingerprint = models.CharField(max_length=64, unique=True)  # of the message: the same message counts once
    name = models.CharField(
        max_length=255, db_index=True
    )  # in its mailbox: what has been read is not read again
    received_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, null=True, related_name="bounces", verbose_name=_("配達")
    )
    address = models.CharField(_("宛先"), max_length=254, blank=True)
    status = models.CharField(max_length=20, blank=True)  # RFC 3463, e.g. 5.1.1
    words = models.CharField(_("相手の答え"), max_length=500, blank=True)
    counted = models.BooleanField(default=True)  # False: not to be believed, or settled

    objects = BounceQuerySet.as_manager()

    class Meta:
        verbose_name = _("戻ってきたメール")
        verbose_name_plural = _("戻ってきたメール")
        constraints = [
            models.CheckConstraint(
                condition=Q(delivery__isnull=False) | Q(kind__in=("reply", "unknown")), name="bounce_of_ours"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.status} {self.address}".strip()

    @property
    def is_report(self) -> bool:
        """A report about one of our mails: it is put away once it has been counted; the rest stays for people."""
        return self.delivery_id is not None
