"""One thread (T12): idea → answer → pilot → initiative and KPI → practice → spread → newsletter, the same line on
every page that stands in it. Two queries for any number of threads, one more for practices that began without an idea.
"""

import operator
import re
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from types import SimpleNamespace

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dxportal import dates
from dxportal.text import localized
from newsletter.models import Article, Issue
from taskforce.models import GoodPractice, Idea, IdeaStatus, Pilot
from taskforce.models.idea_sets import PRACTICE_TOLD

SHOWN = 5
LONGEST = 22  # letters of a title in a step
IDEA, PRACTICE = re.compile(r"/ideas/(\d{1,9})/"), re.compile(r"/practices/(\d{1,9})/")


@dataclass
class Step:
    """One step of the line: its word, and links to what stands there; without any it is open."""

    key: str
    label: str
    links: list = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return not self.links


@dataclass(frozen=True)
class Link:
    url: str
    text: str
    japanese: bool = False


@dataclass
class Thread:
    idea: Idea | None
    steps: list[Step]


def threads(user, ideas=None, practices=None) -> list[Thread]:
    """The threads of the ideas and of the practices without an idea that fit the conditions, and that he may see."""
    found = list(_ideas(user).filter(ideas)[:SHOWN]) if ideas else []
    return _drawn(user, found, practices)


def _drawn(user, found, practices=None) -> list[Thread]:
    loose = list(_practices(user).filter(practices, idea=None).distinct()[:SHOWN]) if practices else []
    mentions = _mentions(user, found, loose)
    told = [_of_idea(idea, mentions) for idea in found]
    return told + [Thread(None, _of_practice(row.as_told, mentions)) for row in loose]


def _ideas(user):
    told = Idea.objects.visible_to(user).listed().with_supports(user).with_readable_initiative(user)
    return told.with_thread(user).order_by("-support_count", "number").distinct()


def _practices(user):
    """Practices everybody may read, each with what a step says of it."""
    rows = GoodPractice.objects.visible_to(user).told().with_users_counted()
    return rows.annotate(as_told=PRACTICE_TOLD).order_by("-moved_at", "-pk")


def _mentions(user, ideas, practices) -> dict[str, list[int]]:
    """{address: numbers of published issues whose text links to it}, in one query."""
    addresses = [idea.get_absolute_url() for idea in ideas]
    known = [told["pk"] for idea in ideas for told in idea.practices_shown] + [row.pk for row in practices]
    addresses += [reverse("taskforce:practice", args=[pk]) for pk in known]
    if not addresses:
        return {}
    issues = Issue.objects.visible_to(user).published()
    # A reference becomes a link only where the page is drawn; issues sent before pages were kept have their articles.
    drawn = issues.filter(_contains("page_html", addresses)).order_by().values_list("number", "page_html")
    articles = Article.objects.kept().filter(_contains("body", addresses), issue__in=issues).order_by()
    texts = drawn.union(articles.values_list("issue__number", "body"), all=True)
    found: dict = {}
    for number, text in sorted(texts):
        for address in addresses:
            if address in text and number not in found.setdefault(address, []):
                found[address].append(number)
    return found


def _contains(field, addresses) -> Q:
    conditions = (Q(**{f"{field}__contains": address}) for address in addresses)
    return reduce(operator.or_, conditions)


def _of_idea(idea, mentions) -> Thread:
    practices = idea.practices_shown
    addresses = [idea.get_absolute_url(), *(_practice_url(told) for told in practices)]
    steps = [
        Step("idea", _("アイデア"), [Link(idea.get_absolute_url(), f"No.{idea.number}")]),
        Step("answer", _("返事"), _answer(idea)),
        Step("pilot", _("試行"), [_pilot(told) for told in idea.pilots_shown]),
        Step("initiative", _("施策・KPI"), _plan(idea)),
        *_of_practices(practices),
        Step("issue", _("便り"), _issues(addresses, mentions)),
    ]
    return Thread(idea, steps)


def _of_practice(told, mentions) -> list[Step]:
    """A practice that began without an idea: the steps before it are open."""
    return [
        *(
            Step(key, label)
            for key, label in (("idea", _("アイデア")), ("answer", _("返事")), ("pilot", _("試行")))
        ),
        Step("initiative", _("施策・KPI")),
        *_of_practices([told]),
        Step("issue", _("便り"), _issues([_practice_url(told)], mentions)),
    ]


def _of_practices(practices) -> list[Step]:
    titles = [_titled(_practice_url(told), told, "title") for told in practices]
    spread = [
        Link(f"{_practice_url(told)}#h-t", ngettext("%(n)s部署", "%(n)s部署", n) % {"n": n})
        for told in practices
        if (n := told["used"] + 1) > 1
    ]
    return [Step("practice", _("好事例"), titles), Step("spread", _("広がり"), spread)]


def _practice_url(told) -> str:
    return reverse("taskforce:practice", args=[told["pk"]])


def _titled(url, told, name, before="") -> Link:
    row = SimpleNamespace(**told)
    text = localized(row, name)
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return Link(url, f"{before}{shown}", japanese=not getattr(row, f"{name}_en"))


def _answer(idea) -> list[Link]:
    if idea.status == IdeaStatus.RECEIVED or not idea.first_answered_at:
        return []
    return [Link(f"{idea.get_absolute_url()}#h-l", str(idea.get_status_display()))]


def _pilot(told) -> Link:
    begun = dates.format_day(date.fromisoformat(told["starts_on"]), "short")
    word = str(Pilot.Decision(told["decision"]).label) if told["decision"] else ""
    return Link(reverse("taskforce:pilot", args=[told["pk"]]), f"{begun} {word}".strip())


def _plan(idea) -> list[Link]:
    initiative = idea.initiative if idea.initiative_shown else None
    if initiative is None:
        return []
    told = {"name": initiative.name, "name_en": initiative.name_en}
    links = [_titled(initiative.get_absolute_url(), told, "name")]
    for kpi in idea.kpis_shown:
        url = reverse("pillars:indicator", args=[initiative.plan.code, kpi["code"]])
        links.append(_titled(url, kpi, "name", "KPI "))
    return links


def _issues(addresses, mentions) -> list[Link]:
    numbers = sorted({number for address in addresses for number in mentions.get(address, ())})
    return [
        Link(reverse("newsletter:issue", args=[number]), _("第%(number)s号") % {"number": number})
        for number in numbers[-3:]
    ]


# --- where a thread is asked for ----------------------------------------------------------------------------


def of_idea(idea, user):
    """The page of an idea may have asked for its thread together with it: then there is nothing more to ask."""
    if hasattr(idea, "practices_shown"):
        return _drawn(user, [idea])
    return threads(user, ideas=Q(pk=idea.pk))


def of_pilot(pilot, user):
    return threads(user, ideas=Q(pk=pilot.idea_id))


def of_practice(practice, user):
    if practice.idea_id:
        return threads(user, ideas=Q(pk=practice.idea_id))
    return threads(user, practices=Q(pk=practice.pk))


def of_initiative(initiative, user):
    return threads(user, ideas=Q(initiative=initiative.pk))


def of_indicator(indicator, user):
    """Through its initiative, else through those of its objective."""
    if indicator.initiative_id:
        return threads(user, ideas=Q(initiative=indicator.initiative_id))
    return threads(user, ideas=Q(initiative__objective=indicator.objective_id))


def of_department(place, user):
    """Of the practices that moved last among those the department began or took up."""
    under = {"department__path__startswith": place.path}
    within = Q(**under) | Q(**{f"replications__{name}": value for name, value in under.items()})
    newest = GoodPractice.objects.visible_to(user).told().filter(within).order_by("-moved_at", "-pk")
    keys = newest.values("pk").distinct()[:3]
    return threads(user, ideas=Q(practices__in=keys), practices=Q(pk__in=keys))


def of_issue(issue, user):
    """Of the ideas and practices the text of the issue links to, as every member of staff may see them: nobody's duties
    count, so that one drawing does for all readers (newsletter/drawn_threads.py)."""
    reader = copy(user)
    reader.duties_today, reader.roles = [], frozenset()
    bodies = issue.articles.kept().values_list("body", flat=True)
    text = issue.page_html or " ".join(bodies)
    numbers, keys = set(IDEA.findall(text)), set(PRACTICE.findall(text))
    if not numbers and not keys:
        return []
    named = Q(number__in=numbers) | Q(practices__in=keys)
    return threads(reader, ideas=named, practices=Q(pk__in=keys) if keys else None)
