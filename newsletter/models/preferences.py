"""What each person wants to receive, when and in which form; and the link by which anyone can stop it (N13, MA6)."""

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

UNSUBSCRIBE_SALT = "newsletter.unsubscribe"


class Way(models.TextChoices):
    AT_ONCE = "at_once", _("メール(すぐ)")
    DIGEST = "digest", _("週のまとめ")
    OFF = "off", _("受け取らない")


class Topic(models.TextChoices):
    NEWSLETTER = "newsletter", _("業務合理化便り")
    ANSWER = "answer", _("出したアイデアへの返事")
    SUPPORTED = "supported", _("賛同したアイデアの段階が変わった")
    MENTION = "mention", _("意見の中で名前を挙げられた")
    THANKS = "thanks", _("お礼が届いた")
    REPORT = "report", _("担当する報告が戻った・届いた、担当する施策が取込で変わった")
    FOLLOWED = "followed", _("フォロー中の施策・アイデアの動き")
    GROUP = "group", _("グループの会合と記録")
    WORKSHOP = "workshop", _("申し込んだワークショップの予定")
    CONSULTATION = "consultation", _("相談のやりとり")
    REMINDER = "reminder", _("報告や用事の締切")
    DIGEST = "digest", _("週のまとめ")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("月曜")
    TUESDAY = 1, _("火曜")
    WEDNESDAY = 2, _("水曜")
    THURSDAY = 3, _("木曜")
    FRIDAY = 4, _("金曜")


DEFAULT_WAYS = {
    Topic.NEWSLETTER: Way.AT_ONCE,
    Topic.ANSWER: Way.AT_ONCE,
    Topic.SUPPORTED: Way.DIGEST,
    Topic.MENTION: Way.AT_ONCE,
    Topic.THANKS: Way.AT_ONCE,
    Topic.REPORT: Way.AT_ONCE,
    Topic.FOLLOWED: Way.DIGEST,
    Topic.GROUP: Way.DIGEST,
    Topic.WORKSHOP: Way.AT_ONCE,
    Topic.CONSULTATION: Way.AT_ONCE,
    Topic.REMINDER: Way.AT_ONCE,
    Topic.DIGEST: Way.AT_ONCE,
}
DEFAULT_WEEKDAY = Weekday.WEDNESDAY


class PreferenceQuerySet(models.QuerySet):
    def of(self, person):
        """The person's row, or an unsaved one with the defaults."""
        return self.filter(person=person).first() or Preference(person=person)

    def addresses_to_check(self):
        """People whose present address was refused for good: a list for the secretariat."""
        return self.exclude(refused_address="").filter(
            refused_address=models.F("person__email"), person__is_active=True
        )

    def mark_refused(self, person_id, address, reply):
        """The relay said for good that this address does not exist."""
        fields = {"refused_address": address, "refused_reply": reply[:500], "refused_at": Now()}
        self.update_or_create(person_id=person_id, defaults=fields)

    def unmark(self, deliveries):
        """Believe the addresses of these deliveries again."""
        marked = self.filter(person__in=deliveries.values("person"))
        marked.update(refused_address="", refused_reply="", refused_at=None)


class Preference(models.Model):
    """A person without a row has the defaults, so importing 10,000 people writes nothing here."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="preference", verbose_name=_("職員")
    )
    choices = models.JSONField(
        _("届け方"), default=dict, blank=True
    )  # {topic: way}; what is missing is the default
    digest_weekday = models.PositiveSmallIntegerField(
        _("週のまとめの曜日"), choices=Weekday, default=DEFAULT_WEEKDAY
    )
    paused_until = models.DateField(_("この日まで休む"), null=True, blank=True)
    plain_text = models.BooleanField(_("文字だけのメール"), default=False)
    feed_turn = models.PositiveIntegerField(
        default=0, db_default=0
    )  # counts renewals: addresses of earlier turns are void
    refused_address = models.CharField(_("確かめる宛先"), max_length=254, blank=True)
    refused_reply = models.CharField(max_length=500, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("届け方")
        verbose_name_plural = _("届け方")

    def __str__(self):
        return str(self.person)

    @property
    def history_key(self):
        return "user", str(self.person_id)

    def way(self, topic) -> str:
        """How the person receives this topic: a value of `Way`."""
        return self.choices.get(topic) or DEFAULT_WAYS[topic]

    def wants_at_once(self, topic) -> bool:
        return self.way(topic) == Way.AT_ONCE

    def is_paused(self, today) -> bool:
        """Nothing but account mail until and including the chosen day (of the person's calendar)."""
        return bool(self.paused_until and today <= self.paused_until)

    def choose(self, ways: dict, **fields) -> None:
        """Save the chosen ways ({topic: way}) and other fields; unknown topics raise ValueError."""
        self.choices = {**self.choices, **{Topic(topic).value: Way(way).value for topic, way in ways.items()}}
        for name, value in fields.items():
            setattr(self, name, value)
        self.version = (self.version or 0) + 1 if self.pk else 1
        self.save()

    def renew_feed(self) -> None:
        """Make the address of the person's feed void; a new one holds from now on."""
        self.feed_turn += 1
        self.version = (self.version or 0) + 1 if self.pk else 1
        self.save()

    # --- the link in every mail ---------------------------------------------------------------------

    @staticmethod
    def unsubscribe_token(person, topic) -> str:
        """A signed text that can do one thing, for ever: switch `topic` off for `person`."""
        return signing.dumps([person.pk, Topic(topic).value], salt=UNSUBSCRIBE_SALT)

    @staticmethod
    def read_token(token: str):
        """(person id, topic) of a token. Raises django.core.signing.BadSignature for anything we did not sign."""
        person_id, topic = signing.loads(token, salt=UNSUBSCRIBE_SALT)
        return person_id, Topic(topic)

    @classmethod
    def unsubscribe(cls, token: str):
        """Switch the token's topic off, once or twice alike. Returns (preference, topic); raises BadSignature."""
        person_id, topic = cls.read_token(token)
        preference, _created = cls.objects.get_or_create(person_id=person_id)
        if preference.way(topic) != Way.OFF:
            preference.choose({topic: Way.OFF})
        return preference, topic
