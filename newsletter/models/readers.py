"""What readers make of an issue: how many read it by place, and for how many it was useful (N10, N12; ADR 19).

Nobody is named here, and nothing leads to a person once an issue is OPEN_DAYS old.
"""

from datetime import timedelta

from django.db import connection, models, transaction
from django.db.models import Count, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, EmploymentKind

OPEN_DAYS = timedelta(days=90)  # promises.md P22: afterwards only totals are kept
FEW = 5  # a group, or a step between two figures of it, below this is never shown (N12)


def pseudonym(purpose: str, number: int, person) -> str:
    """A word that stands for the person in one issue and for one purpose; without SECRET_KEY it says nothing."""
    made = salted_hmac(f"newsletter.{purpose}", f"{number}:{person.pk}", algorithm="sha256")
    return made.hexdigest()[:32]


class Place(models.TextChoices):
    """Where readers work: the only thing about them that is counted."""

    HEADQUARTERS = "headquarters", _("本省")
    POSTS = "posts", _("在外公館")
    LOCAL = "local", _("現地職員")

    @classmethod
    def of(cls, person) -> "Place":
        """The place of a person whose `department` is loaded; the query OPEN says the same."""
        if person.employment_kind == EmploymentKind.LOCAL:
            return cls.LOCAL
        return cls.POSTS if person.department and person.department.is_post else cls.HEADQUARTERS


class VoteQuerySet(models.QuerySet):
    def mine(self, number, person):
        """For `annotate` on issues: what the person said of issue `number`, None when nothing."""
        own = self.filter(issue=models.OuterRef("pk"), voice=pseudonym("vote", number, person))
        return models.Subquery(own.values("useful")[:1])

    @transaction.atomic
    def cast(self, issue, *, by, useful: bool | None) -> None:
        """Count one voice: useful, not useful, or (None) none any more. Said twice, also at once, it counts once."""
        issues = type(issue).objects.filter(pk=issue.pk)
        issues.select_for_update(no_key=True).values("pk").get()  # voices at once are counted one by one
        voice = {"issue": issue, "voice": pseudonym("vote", issue.number, by)}
        if useful is None:
            self.filter(**voice).delete()
        else:
            self.update_or_create(**voice, defaults={"useful": useful})
        self.recount(issue)

    def recount(self, issue) -> None:
        """Write on the issue how many voices there are of either kind."""
        said = {"useful_count": Q(useful=True), "useless_count": Q(useful=False)}
        counted = {name: Count("pk", filter=which) for name, which in said.items()}
        type(issue).objects.filter(pk=issue.pk).update(**self.filter(issue=issue).aggregate(**counted))


class Vote(models.Model):
    """One voice on one issue, without name and time; deleted when voting closes, the counts stay on the issue."""

    issue = models.ForeignKey("newsletter.Issue", models.CASCADE, related_name="votes")
    voice = models.CharField(max_length=32)
    useful = models.BooleanField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "voice"], name="issue_vote_once")]
        verbose_name = _("便りの票")
        verbose_name_plural = _("便りの票")

    def __str__(self):
        return str(self.useful)


class Read(models.Model):
    """Somebody signed in opened the page of an issue: once for each person, without name and time."""

    issue = models.ForeignKey("newsletter.Issue", models.CASCADE, related_name="reads")
    reader = models.CharField(max_length=32)
    place = models.CharField(max_length=12, choices=Place)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "reader"], name="issue_read_once")]
        verbose_name = _("閲覧")
        verbose_name_plural = _("閲覧")

    def __str__(self):
        return self.place


class ReadershipQuerySet(models.QuerySet):
    def open(self, since) -> None:
        """How many people of each place were to get the issues that went out after `since`; once for an issue."""
        self._run(OPEN, {"since": since, "posts": list(Department.POST_KINDS)})

    def recount(self, issues) -> None:
        """Bring the shown numbers of these issue ids up to date where a place gained FEW readers or more."""
        self._run(RECOUNT, {"issues": list(issues), "few": FEW})

    def _run(self, sql, parameters) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)


class Readership(models.Model):
    """How many people of one place read one issue. The number moves in steps of FEW or more, so that neither a small
    group nor the difference of two looks tells of anybody; readers are 0 until there are FEW."""

    issue = models.ForeignKey("newsletter.Issue", models.CASCADE, related_name="readership")
    place = models.CharField(max_length=12, choices=Place)
    readers = models.PositiveIntegerField(default=0)
    audience = models.PositiveIntegerField(default=0)  # people the issue was sent to

    objects = ReadershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "place"], name="issue_readership_once")]
        verbose_name = _("閲覧数")
        verbose_name_plural = _("閲覧数")

    def __str__(self):
        return f"{self.get_place_display()} {self.readers}"

    @property
    def is_small(self) -> bool:
        """Fewer than FEW are known to have read it: only that is said."""
        return self.readers < FEW

    @property
    def is_nearly_all(self) -> bool:
        """Fewer than FEW have not read it: they are not to be counted either."""
        return not self.is_small and self.audience - self.readers < FEW

    @property
    def shown(self) -> int:
        """What may go into a sum: nobody of a small group, and never so many that the rest would be small."""
        if self.is_small:
            return 0
        return max(0, self.audience - FEW) if self.is_nearly_all else self.readers


OPEN = """
insert into newsletter_readership (issue_id, place, readers, audience)
select r.issue_id, case when u.employment_kind = 'local' then 'local'
    when d.kind = any(%(posts)s) then 'posts' else 'headquarters' end as place, 0, count(*)
from newsletter_delivery r
join newsletter_issue i on i.id = r.issue_id
join accounts_user u on u.id = r.person_id left join accounts_department d on d.id = u.department_id
where r.kind = 'issue' and i.published_at > %(since)s
  and not exists (select 1 from newsletter_readership s where s.issue_id = i.id)
group by 1, 2
on conflict (issue_id, place) do nothing
"""
RECOUNT = """
insert into newsletter_readership (issue_id, place, readers, audience)
select issue_id, place, count(*), 0 from newsletter_read where issue_id = any(%(issues)s)
group by issue_id, place having count(*) >= %(few)s
on conflict (issue_id, place) do update set readers = excluded.readers
where excluded.readers >= newsletter_readership.readers + %(few)s
"""
