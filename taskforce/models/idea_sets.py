"""Sets of ideas: who sees which, what waits for whom, and the median wait for a first answer."""

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from accounts.models import Role
from dxportal.search import SearchQuerySet
from pillars.models import Indicator, Initiative
from taskforce.models.moments import Median, by_moment
from taskforce.models.voices import IdeaAnswer, Support

# What a thread says of a practice; needs with_users_counted().
PRACTICE_TOLD = JSONObject(pk="pk", title="title", title_en="title_en", used="used")
# What a page says of the theme a thing came from.
THEME_TOLD = JSONObject(
    pk="pk",
    title="title",
    title_en="title_en",
    slug="group__slug",
    name="group__name",
    name_en="group__name_en",
)
# Ideas without an answer give no wait, and the median leaves them out.
MEDIAN_WAIT = Median(F("first_answered_at") - F("published_at"), output_field=models.DurationField())


def group_slugs(user, *roles) -> list[str]:
    """The groups in which the person holds one of the roles today."""
    return [
        d.scope.removeprefix("group:")
        for d in user.duties_today
        if d.role in roles and d.scope.startswith("group:")
    ]


def triages_ideas(user) -> bool:
    """Whether the person sees the triage board: the secretariat, and everybody in a group."""
    return user.is_secretariat or bool(group_slugs(user, Role.TASKFORCE_LEAD, Role.TASKFORCE_MEMBER))


class IdeaQuerySet(SearchQuerySet):
    by_letter = True
    pieces_index = "idea_pieces"

    def published(self):
        return self.filter(published_at__isnull=False, withdrawn_at=None)

    def listed(self):
        """What lists and counts show: published, neither withdrawn nor merged into another."""
        return self.published().filter(merged_into=None)

    def with_history_id(self, text):
        """The idea that the history calls by this number."""
        return self.filter(number=text)

    def drafts_of(self, user):
        return self.filter(author=user, published_at=None, withdrawn_at=None)

    def unfinished_of(self, user):
        """Own drafts, and own ideas with words that are not saved yet, the last touched first; `.kept_at` says when."""
        open_ones = Q(published_at=None) | Q(typed__isnull=False)
        found = self.filter(open_ones, author=user, withdrawn_at=None, merged_into=None)
        return found.annotate(kept_at=Coalesce("typed__saved_at", "moved_at")).order_by("-kept_at", "-pk")

    def visible_to(self, user):
        """Published ideas and one's own; an outside expert sees those he is invited to (scope idea:118 or group:b)."""
        own = Q(author=user)
        shown = Q(published_at__isnull=False, withdrawn_at=None)
        if user.is_expert:
            scopes = [d.scope for d in user.duties_today if d.role == Role.SUPPORT_EXPERT]
            numbers = [s[5:] for s in scopes if s.startswith("idea:") and s[5:].isdigit()]
            shown &= Q(number__in=numbers) | Q(group__slug__in=group_slugs(user, Role.SUPPORT_EXPERT))
        elif user.is_secretariat:
            shown = Q(published_at__isnull=False)
        return self.filter(own | shown)

    def concerning(self, user):
        """What the person wrote, then the published ideas the person supports; `.mine` tells which."""
        supported = Support.objects.filter(idea=OuterRef("pk"), person=user)
        found = self.annotate(mine=Q(author=user), is_supported=Exists(supported))
        shown = Q(mine=True) | Q(is_supported=True, published_at__isnull=False)
        return found.filter(shown).order_by("-mine", "-pk")

    def triaged_by(self, user):
        """Listed ideas the person answers for: all for the secretariat, those of the own groups for others."""
        if user.is_secretariat:
            return self.listed()
        slugs = group_slugs(user, Role.TASKFORCE_LEAD, Role.TASKFORCE_MEMBER)
        return self.listed().filter(group__slug__in=slugs) if slugs else self.none()

    def unanswered(self):
        return self.listed().filter(first_answered_at=None)

    def past_promise(self, today):
        """Without a first answer after the promised day."""
        return self.unanswered().filter(answer_due_on__lt=today)

    def needing(self, user, today):
        """Own drafts, ideas assigned to me without a first answer, and those past the promise I answer for."""
        mine = self.unanswered().filter(triage_owner=user) | self.drafts_of(user)
        late = self.triaged_by(user).filter(first_answered_at=None, answer_due_on__lt=today)
        return self.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=late.values("pk"))).order_by(
            "answer_due_on", "number"
        )

    def about(self, initiative):
        """Listed ideas linked to an initiative of the plan."""
        return self.listed().filter(initiative=initiative)

    def with_supports(self, user):
        """Adds `support_count` and `supported` (by this person)."""
        supports = Support.objects.filter(idea=OuterRef("pk"))
        counted = supports.order_by().values("idea").annotate(n=Count("pk")).values("n")
        return self.annotate(
            support_count=Coalesce(Subquery(counted, output_field=models.IntegerField()), 0),
            supported=Exists(supports.filter(person=user)),
        )

    def with_story(self, *measured):
        """Everything a line or page tells of an idea (`last_answer`, `pilot`, `practice`), in five more queries;
        with_story("measures") adds what the pilots measured, in one more."""
        pilots = apps.get_model("taskforce.Pilot").objects.prefetch_related("departments", *measured)
        practices = apps.get_model("taskforce.GoodPractice").objects.published().with_spread()
        return self.prefetch_related(
            Prefetch("answers", IdeaAnswer.objects.select_related("by", "undone_by"), "told_answers"),
            Prefetch("pilots", pilots, "told_pilots"),
            Prefetch("practices", practices.select_related("department"), "told_practices"),
        )

    def with_readable_initiative(self, user):
        """Adds `initiative_shown`: whether the person may read the initiative the idea is linked to."""
        readable = Initiative.objects.visible_to(user).filter(pk=OuterRef("initiative"))
        return self.annotate(initiative_shown=Exists(readable))

    def with_thread(self, user):
        """Adds what a thread tells beyond the idea itself, in the same query: `pilots_shown`, `practices_shown` and
        `kpis_shown`, each a list of values; the initiative comes along with its plan."""
        model = apps.get_model
        pilots = model("taskforce.Pilot").objects.filter(idea=OuterRef("pk")).order_by("-starts_on", "-pk")
        practices = model("taskforce.GoodPractice").objects.visible_to(user).told().with_users_counted()
        practices = practices.filter(idea=OuterRef("pk")).order_by("pk")
        kpis = Indicator.objects.visible_to(user).filter(initiative=OuterRef("initiative"))
        pilot = JSONObject(pk="pk", starts_on="starts_on", decision="decision")
        kpi = JSONObject(code="code", name="name", name_en="name_en")
        return self.select_related("initiative__plan").annotate(
            pilots_shown=ArraySubquery(pilots.values(told=pilot)[:2]),
            practices_shown=ArraySubquery(practices.values(told=PRACTICE_TOLD)[:3]),
            kpis_shown=ArraySubquery(kpis.order_by("position").values(told=kpi)[:2]),
        )

    def with_files(self):
        """Adds `files_told`, the files that stand as a list of values, in the same query."""
        files = apps.get_model("taskforce.IdeaFile").objects.standing().filter(idea=OuterRef("pk"))
        told = JSONObject(**{name: name for name in ("pk", "name", "kind", "size", "position")})
        return self.annotate(files_told=ArraySubquery(files.order_by("position").values(told=told)))

    def with_kin(self, user):
        """Adds `themes_told`, the themes the idea came from, and `merged_told`, the ideas merged into it, each a list
        of values, in the same query."""
        model = apps.get_model
        themes = model("taskforce.Theme").objects.visible_to(user).filter(ideas=OuterRef("pk"))
        merged = model("taskforce.Idea").objects.filter(merged_into=OuterRef("pk")).order_by("-number")
        names = ("number", "title", "title_en", "problem", "language")
        return self.annotate(
            themes_told=ArraySubquery(themes.order_by("-starts_on").values(told=THEME_TOLD)),
            merged_told=ArraySubquery(merged.values(told=JSONObject(**{name: name for name in names}))),
        )

    def figures(self) -> dict:
        """How many there are, are in use and being tried, and the median wait for a first answer, in one query."""
        status = {s: Count("pk", filter=Q(status=s)) for s in ("realised", "piloting")}
        return self.aggregate(total=Count("pk"), median=MEDIAN_WAIT, **status)

    def board_figures(self, today) -> dict:
        """How many wait for a first answer, how many of them too long, and the median wait, in one query."""
        waits = Q(first_answered_at=None)
        late = Count("pk", filter=waits & Q(answer_due_on__lt=today))
        return self.aggregate(waiting=Count("pk", filter=waits), late=late, median=MEDIAN_WAIT)

    def standing(self, *moments) -> list[dict]:
        """For each (instant, day): how many were `received` by then, the `median` wait of those answered, and how many
        were `realised` by an answer that still stands. One query."""
        told, answered = {}, self
        for place, (at, _day) in enumerate(moments):
            last = IdeaAnswer.objects.standing().filter(idea=OuterRef("pk"), at__lt=at).order_by("-at", "-pk")
            answered = answered.annotate(**{f"status_{place}": Subquery(last.values("status")[:1])})
            first = Q(published_at__lt=at, first_answered_at__lt=at)
            median = Median(
                F("first_answered_at") - F("published_at"),
                output_field=models.DurationField(),
                filter=first,
            )
            told |= {
                f"received_{place}": Count("pk", filter=Q(published_at__lt=at)),
                f"median_{place}": median,
                f"realised_{place}": Count("pk", filter=Q(**{f"status_{place}": "realised"})),
            }
        return by_moment(answered.aggregate(**told), len(moments))

    def median_first_answer(self):
        """Median time from publication to the first answer as a timedelta, None when nothing was answered."""
        return self.figures()["median"]
