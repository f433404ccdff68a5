"""How a group chooses its next theme: members propose, each has one vote, the lead picks and says why (T3)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Activity
from dxportal import dates
from taskforce.models.groups import WorkingGroup, groups_led, groups_of
from taskforce.models.themes import Theme


class ThemeRoundQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_on=None)

    def picked(self):
        """Rounds with a choice that is not a theme yet."""
        return self.filter(picked__isnull=False, theme=None)

    def for_group_page(self):
        """Rounds that still lead to a theme, with `.proposal_count`, newest first."""
        coming = self.filter(Q(closed_on=None) | Q(picked__isnull=False, theme=None))
        standing = Count("proposals", filter=Q(proposals__withdrawn_on=None))
        return coming.select_related("picked").annotate(proposal_count=standing)

    def needing(self, user, today):
        """Rounds that wait for the person's vote, or, when their last day is past, for the lead's choice; with
        `.is_to_pick`."""
        groups = groups_of(user)
        if not groups:
            return self.none()
        voted = ThemeVote.objects.filter(round=OuterRef("pk"), person=user)
        offered = ThemeProposal.objects.standing().filter(round=OuterRef("pk"))
        to_vote = Q(closes_on__gte=today, group__slug__in=groups) & ~Exists(voted) & Exists(offered)
        to_pick = Q(closes_on__lt=today, group__slug__in=groups_led(user))
        return self.open().filter(to_vote | to_pick).select_related("group")


class ThemeRound(models.Model):
    """次のテーマ選び: proposals and votes until a day, then one choice with its reason."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="rounds", verbose_name=_("グループ"))
    opened_on = models.DateField(_("始めた日"))
    closes_on = models.DateField(_("締切"))
    closed_on = models.DateField(_("決めた日"), null=True, blank=True)
    picked = models.ForeignKey(
        "taskforce.ThemeProposal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("選んだ提案"),
    )
    reason = models.TextField(_("選んだわけ"), max_length=1000, blank=True)
    reason_en = models.TextField(_("選んだわけ(英語)"), max_length=2000, blank=True)
    theme = models.OneToOneField(
        Theme, models.PROTECT, null=True, blank=True, related_name="chosen_in", verbose_name=_("テーマ")
    )

    objects = ThemeRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-pk"]
        verbose_name = _("次のテーマ選び")
        verbose_name_plural = _("次のテーマ選び")
        constraints = [
            models.UniqueConstraint("group", condition=Q(closed_on=None), name="round_one_open"),
            models.CheckConstraint(
                condition=Q(picked=None) | (Q(closed_on__isnull=False) & ~Q(reason="")),
                name="round_picked_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.group} {self.opened_on}"

    def get_absolute_url(self):
        return reverse("taskforce:round", args=[self.group.slug])

    def takes_votes(self, today) -> bool:
        return self.closed_on is None and today <= self.closes_on

    @classmethod
    @transaction.atomic
    def start(cls, group, *, closes_on, by, today=None):
        """Ask for proposals until `closes_on`. Raises ValidationError while another round of the group is open."""
        try:
            with transaction.atomic():
                found = cls.objects.create(group=group, opened_on=today or dates.today(), closes_on=closes_on)
        except IntegrityError:
            raise ValidationError(_t("次のテーマの提案は、もう受け付けています。")) from None
        found._tell(
            "round.opened", by, "次のテーマの提案を受け付け", "Proposals for the next theme", str(closes_on)
        )
        return found

    @transaction.atomic
    def extend(self, closes_on, *, by):
        """Move the last day of an open round."""
        if ThemeRound.objects.open().filter(pk=self.pk).update(closes_on=closes_on):
            self.closes_on = closes_on
            self._tell("round.changed", by, "提案の締切を変えた", "Proposals: new last day", str(closes_on))

    @transaction.atomic
    def propose(self, *, by, title, text, title_en="", text_en="", today=None):
        """A member's proposal. Raises ValidationError after the last day."""
        self._claim(today or dates.today())
        words = {"title": title, "text": text, "title_en": title_en, "text_en": text_en}
        proposal = self.proposals.create(by=by, proposed_at=timezone.now(), **words)
        self._tell("round.proposed", by, f"テーマの提案「{title}」", f"Proposed: {title_en or title}", title)
        return proposal

    @transaction.atomic
    def vote(self, proposal, *, by, today=None):
        """The one vote of a member; a later one replaces it. Raises ValidationError after the last day."""
        self._claim(today or dates.today())
        if not self.proposals.standing().filter(pk=proposal.pk).exists():
            raise ValidationError(_t("この提案は取り下げられました。"))
        self.votes.update_or_create(person=by, defaults={"proposal": proposal})

    @transaction.atomic
    def pick(self, proposal, *, reason, by, reason_en="", today=None):
        """Choose, with the reason; the votes advise, they do not decide. Raises ValidationError when chosen already."""
        if not self.proposals.standing().filter(pk=proposal.pk).exists():
            raise ValidationError(_t("この提案は取り下げられました。"))
        fields = {
            "picked": proposal,
            "reason": reason,
            "reason_en": reason_en,
            "closed_on": today or dates.today(),
        }
        if not ThemeRound.objects.open().filter(pk=self.pk).update(**fields):
            raise ValidationError(_t("次のテーマは、もう選ばれています。"))
        for name, value in fields.items():
            setattr(self, name, value)
        words = (
            f"次のテーマに「{proposal.title}」を選んだ",
            f"Picked “{proposal.title_en or proposal.title}”",
        )
        self._tell("round.picked", by, *words, proposal.title, reason=reason)

    def become(self, theme):
        """The choice is the theme now."""
        self.theme = theme
        self.save(update_fields=["theme"])

    def _claim(self, today):
        """Lock the round for a proposal or vote; refuses after the last day."""
        current = ThemeRound.objects.select_for_update().get(pk=self.pk)
        if not current.takes_votes(today):
            raise ValidationError(_t("受付は終わりました。"))

    def _tell(self, verb, by, words, words_en, value, **more):
        told = {
            "summary": f"{self.group}: {words}",
            "summary_en": f"{self.group.name_en or self.group}: {words_en}",
        }
        Activity.record(verb, self.group, by=by, changes={_t("次のテーマ"): ["", value]}, **told, **more)


class ThemeProposalQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(withdrawn_on=None)

    def with_votes(self, user):
        """Each proposal with `.vote_count` and `.is_mine_voted` (the person's vote is on it); most votes first."""
        mine = ThemeVote.objects.filter(proposal=OuterRef("pk"), person=user)
        counted = self.annotate(vote_count=Count("votes"), is_mine_voted=Exists(mine))
        return counted.order_by("-vote_count", "proposed_at")


class ThemeProposal(models.Model):
    """テーマの提案 of a member."""

    round = models.ForeignKey(
        ThemeRound, models.CASCADE, related_name="proposals", verbose_name=_("次のテーマ選び")
    )
    title = models.CharField(_("テーマ"), max_length=60)
    title_en = models.CharField(_("テーマ(英語)"), max_length=120, blank=True)
    text = models.TextField(_("やりたいこととわけ"), max_length=1000)
    text_en = models.TextField(_("やりたいこととわけ(英語)"), max_length=2000, blank=True)
    by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="theme_proposals", verbose_name=_("提案した人")
    )
    proposed_at = models.DateTimeField(_("提案した日時"))
    withdrawn_on = models.DateField(_("取り下げた日"), null=True, blank=True)

    objects = ThemeProposalQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("テーマの提案")
        verbose_name_plural = _("テーマの提案")

    def __str__(self):
        return self.title

    @transaction.atomic
    def withdraw(self, *, by, today=None):
        """Take the own proposal back while the round is open; its votes are free again."""
        open_round = ThemeRound.objects.open().select_for_update().filter(pk=self.round_id)
        rows = ThemeProposal.objects.standing().filter(pk=self.pk, by=by)
        if open_round.exists() and rows.update(withdrawn_on=today or dates.today()):
            self.votes.all().delete()
            words = (f"提案「{self.title}」を取り下げ", f"Withdrawn: {self.title_en or self.title}")
            self.round._tell("round.withdrawn", by, *words, self.title)


class ThemeVote(models.Model):
    round = models.ForeignKey(ThemeRound, models.CASCADE, related_name="votes")
    proposal = models.ForeignKey(ThemeProposal, models.CASCADE, related_name="votes")
    person = models.ForeignKey("accounts.User", models.CASCADE, related_name="theme_votes")

    class Meta:
        verbose_name = _("投票")
        verbose_name_plural = _("投票")
        constraints = [models.UniqueConstraint("round", "person", name="vote_once")]

    def __str__(self):
        return f"{self.person} {self.proposal}"
