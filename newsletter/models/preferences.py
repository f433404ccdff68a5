"""What each person wants to receive, when and in which form; and the link by which anyone can stop it (N13, MA6)."""

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity, Role
from dxportal.forms import claim_version
from newsletter.models.bounces import Bounce

UNSUBSCRIBE_SALT = "newsletter.unsubscribe"


class Way(models.TextChoices):
    AT_ONCE = "at_once", _("メール(すぐ)")
    DIGEST = "digest", _("週のまとめ")
    OFF = "off", _("受け取らない")


class Topic(models.TextChoices):
    NEWSLETTER = "newsletter", _("業務合理化便り")
    ANSWER = "answer", _("出したアイデアへの返事")
    LETTER = "letter", _("編集部に送ったお便り・提案のその後")
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
    Topic.LETTER: Way.AT_ONCE,  # an answer to one's own words, like that to an idea
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


def ways_of(topic) -> list:
    """The ways a topic can come: the digest itself cannot wait for a digest."""
    return [way for way in Way if way != Way.DIGEST or topic != Topic.DIGEST]


class PreferenceQuerySet(models.QuerySet):
    def of(self, person):
        """The person's row, or an unsaved one with the defaults."""
        preference = self.filter(person=person).first() or Preference()
        preference.person = person
        return preference

    def addresses_to_check(self):
        """People whose present address was refused for good: a list for the secretariat."""
        marked = self.exclude(refused_address="").filter(person__is_active=True)
        return marked.filter(refused_address=Lower("person__email"))

    def needing(self, user, today):
        """The own address that nothing reaches; for those who keep the list also the longest-standing other one, which
        stands for all of them."""
        marked = self.addresses_to_check()
        shown = Q(person=user)
        if user.is_secretariat:
            others = marked.exclude(person=user).order_by("refused_at", "pk")
            shown |= Q(pk__in=others.values("pk")[:1])
        return marked.filter(shown)

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

    @transaction.atomic
    def choose(self, ways: dict, *, version=None, source="web", **fields) -> None:
        """Save the chosen ways ({topic: way}) and other fields; unknown topics raise ValueError.

        Raises StaleVersion when somebody saved since `version`. The history tells that it was changed, not to what: it
        is read by more people than the person.
        """
        chosen = {Topic(topic).value: Way(way).value for topic, way in ways.items()}
        if self.pk is None:
            rows = Preference.objects.bulk_create([Preference(person=self.person)], ignore_conflicts=True)
            self.pk = Preference.objects.values_list("pk", flat=True).get(person=rows[0].person)
            self._state.adding = False
        claim_version(self, self.version if version is None else version)
        self.choices = {**self.choices, **chosen}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=["choices", *fields])
        words = {"summary": "届け方を変えた", "summary_en": "Changed what is sent to them"}
        Activity.record("preference.changed", self, by=self.person, source=source, **words)

    # --- an address that nothing reaches ---------------------------------------------------------------

    @property
    def is_refused(self) -> bool:
        """Whether nothing but account mail goes to the person's present address."""
        return bool(self.refused_address) and self.refused_address == self.person.email.lower()

    @staticmethod
    def can_check_addresses(user) -> bool:
        """Who sees whom nothing reaches, and lets mail go there again (permissions.md)."""
        return user.has_role(Role.SECRETARIAT, Role.ADMIN)

    @transaction.atomic
    def trust_address(self, *, by) -> bool:
        """The address is right, or was mended at its end: mail goes there again. False when it was not marked.

        Reports of the time before count no more, so that it takes new ones to mark it again.
        """
        marked = Preference.objects.filter(pk=self.pk).exclude(refused_address="")
        if not marked.update(refused_address="", refused_reply="", refused_at=None):
            return False
        Bounce.objects.disbelieve(self.person)
        words = {"summary": "宛先にまた送ることにした", "summary_en": "Mail goes to their address again"}
        Activity.record("preference.trusted", self, by=by, **words)
        return True

    def renew_feed(self) -> None:
        """Make the address of the person's feed void; a new one holds from now on. Nothing else moves."""
        own, _is_new = Preference.objects.get_or_create(person=self.person)
        Preference.objects.filter(pk=own.pk).update(feed_turn=F("feed_turn") + 1)

    # --- the link in every mail ---------------------------------------------------------------------

    @staticmethod
    def unsubscribe_token(person, topic) -> str:
        """A signed text that can do one thing, for ever: switch `topic` off for `person`, and back on by mistake. The
        same for every copy of a mail, so it holds no time (I4)."""
        return signing.Signer(salt=UNSUBSCRIBE_SALT).sign_object([person.pk, Topic(topic).value])

    @staticmethod
    def read_token(token: str):
        """(person id, topic) of a token. Raises django.core.signing.BadSignature for anything we did not sign."""
        if token.count(":") == 2:  # of mails sent while links still held a time
            person_id, topic = signing.loads(token, salt=UNSUBSCRIBE_SALT)
        else:
            person_id, topic = signing.Signer(salt=UNSUBSCRIBE_SALT).unsign_object(token)
        return person_id, Topic(topic)

    @classmethod
    def unsubscribe(cls, token: str) -> str:
        """Switch the token's topic off, once or twice alike; the way it came before. Raises BadSignature."""
        return cls._by_token(token, lambda topic: Way.OFF)

    @classmethod
    def resubscribe(cls, token: str, way: str) -> str:
        """It was stopped by mistake: the way it came before again, the usual one for words that are no way of it."""
        return cls._by_token(token, lambda topic: way if way in ways_of(topic) else DEFAULT_WAYS[topic])

    @classmethod
    @transaction.atomic
    def _by_token(cls, token, choice) -> str:
        person_id, topic = cls.read_token(token)
        cls.objects.get_or_create(person_id=person_id)
        rows = cls.objects.select_for_update(of=("self",)).select_related("person")
        preference = rows.get(
            person=person_id
        )  # locked, so that nothing chosen on the page meanwhile is lost
        before, way = preference.way(topic), choice(topic)
        if before != way:
            preference.choose({topic: way}, source="mail")
        return before
