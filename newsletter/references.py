"""References in the text of an issue, [[施策 2-3-1 …]], and what the portal says of them on one day (N2).

The newsletter reaches every member of staff, so a reference finds only what all of them may read: restricted pillars
never, of 機密性2 things title and link alone. What is found is a plain dict, a fact, that is kept with the issue:

    {"url": "/plans/…", "shape": "ok", "at": None, "ja": {"title", "word", "note"}, "en": {…}}

`shape` is the icon of the status, `word` the status itself, `note` the figures; `at` the start of a workshop (ISO).
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from dxportal import dates
from dxportal.text import Confidentiality, localized, whole_number
from newsletter.markdown import IMAGE, OUTSIDE_IMAGE, PILLARS, PRIVATE, Piece, pieces
from pillars.models import Initiative, Milestone, Pillar, Plan
from pillars.progress import roll_up, whole
from pillars.templatetags.plan import MILESTONE_SHAPES, SHAPES, status_in
from taskforce.models import GoodPractice, Idea, Workshop

INITIATIVE, MILESTONE, IDEA, PRACTICE, WORKSHOP = "施策", "節目", "アイデア", "好事例", "ワークショップ"


@dataclass(frozen=True)
class Facts:
    """What stands in the places of an issue: the pillars' figures, and the fact of each reference by its name."""

    figures: list = field(default_factory=list)
    references: dict = field(default_factory=dict)


class Portal:
    """What the portal says on the Tokyo date `today`; each question is asked once, and only when something needs it."""

    def __init__(self, today):
        self.today = today
        self.asked, self.known = set(), {}  # names of references, and the facts that were found

    @cached_property
    def initiatives(self) -> list:
        """Those of decided plans and open pillars with their figures; the plan /plan/ leads to comes first."""
        found = Initiative.objects.published().filter(objective__pillar__is_restricted=False)
        rows = found.select_related("plan", "objective__pillar").with_figures(self.today)
        return sorted(rows, key=lambda initiative: rank(initiative.plan, self.today))

    @cached_property
    def figures(self) -> list[dict]:
        """Actual and planned progress of each open pillar of the running plan in whole percent: what drawings show."""
        running = Plan.objects.running(self.today).values("pk")[:1]
        pillars = Pillar.objects.filter(plan__in=running, is_restricted=False).select_related("plan")
        progresses = {pillar: [] for pillar in pillars.order_by("position", "code")}
        for initiative in self.initiatives if progresses else []:
            pillar = initiative.objective.pillar
            if pillar in progresses and initiative.state != Initiative.State.CANCELLED:
                progresses[pillar].append(initiative.progress(self.today))
        return [
            _figure(pillar.plan, n, roll_up(found))
            for n, (pillar, found) in enumerate(progresses.items(), start=1)
        ]

    def facts(self, found: list[Piece], *, kept: dict | None = None, with_figures: bool = True) -> Facts:
        """Facts of the pieces of an issue. What cannot be found is as it was `kept` but for link and figures, or else
        only the words that were typed. The pillars stand in the head of every mail; `with_figures=False` asks for
        them only where a piece shows them."""
        kept = kept or {}
        names = {piece.name: piece for piece in found if piece.kind not in (PILLARS, IMAGE, OUTSIDE_IMAGE)}
        told = self.find(list(names.values()))
        lost = {name: title_alone(kept.get(name), piece) for name, piece in names.items() if name not in told}
        wanted = with_figures or any(piece.kind == PILLARS for piece in found)
        return Facts(self.figures if wanted else [], {**told, **lost})

    def find(self, found) -> dict:
        """{name: fact} of those references that every member of staff may follow."""
        names, keys = {piece.name for piece in found}, {}
        for piece in found:
            if piece.name not in self.asked:
                keys.setdefault(piece.kind, set()).add(piece.key)
        for kind in keys.keys() & FINDERS.keys():
            facts = FINDERS[kind](self, keys[kind])
            self.known |= {f"{kind} {key}": fact for key, fact in facts.items()}
        self.asked |= names
        return {name: fact for name, fact in self.known.items() if name in names}


def rank(plan, today) -> tuple:
    """The order in which a code is looked for: plans that have begun, then those to come, then those that ended."""
    begun = plan.first_fiscal_year <= dates.fiscal_year(today)
    return plan.is_closed, not begun, -plan.first_fiscal_year, -plan.pk


def pieces_of(issue) -> list[Piece]:
    """Every piece of every text of the issue."""
    texts = [issue.lead, issue.english_summary, issue.editor_note, *(part.body for part in issue.sections)]
    return [piece for text in texts for piece in pieces(text)]


def title_alone(fact: dict | None, piece: Piece) -> dict:
    """What is left of a reference that cannot be followed any more: its title, without link and figures."""
    empty = {"url": "", "shape": "", "at": None}
    bare = {"word": "", "note": ""}
    titles = {code: fact[code]["title"] if fact else piece.spoken for code in ("ja", "en")}
    return {**empty, **{code: {"title": title, **bare} for code, title in titles.items()}}


def is_lost(fact: dict) -> bool:
    """Whether the fact is only a title."""
    return not fact["url"]


# --- one finder for each kind -----------------------------------------------------------------------


def _figure(plan, number, total) -> dict:
    actual, planned = (
        int(whole(value)) if value is not None else 0 for value in (total.actual, total.planned)
    )
    return {
        "number": number,
        "name": f"{plan.pillar_label}{number}",
        "name_en": f"{plan.pillar_label_en} {number}".strip(),
        "actual": actual,
        "planned": planned,
    }


def _fact(obj, name, say, *, level, shape="", at=None) -> dict:
    """The fact of an object in both languages. `say()` gives (word, note) in the language that is active."""
    fact = {"url": obj.get_absolute_url(), "shape": shape, "at": at}
    for code in ("ja", "en"):
        with override(code):
            word, note = say() if level == Confidentiality.ONE else ("", "")
            title = PRIVATE.sub("", localized(obj, name))  # anybody's words, which must not forge a place
            fact[code] = {"title": title, "word": str(word), "note": str(note)}
    return fact if level == Confidentiality.ONE else {**fact, "shape": ""}


def initiative_fact(initiative, today) -> dict:
    """順調 実績60% 計画50%: the status as the plan's pages show it, and today's figures."""
    progress = initiative.progress(today)

    def say():
        if progress.actual is None or progress.planned is None:
            return status_in(progress.shown, initiative.plan), ""
        figures = {"actual": whole(progress.actual), "planned": whole(progress.planned)}
        return status_in(progress.shown, initiative.plan), _("実績%(actual)s%% 計画%(planned)s%%") % figures

    return _fact(initiative, "name", say, level=initiative.confidentiality, shape=SHAPES[progress.shown])


def milestone_fact(milestone, today) -> dict:
    """完了 11月17日(火)."""
    state = Milestone.State(milestone.state(today))
    level = milestone.initiative.confidentiality

    def say():
        return state.label, dates.format_day(milestone.ends_on, "weekday")

    return _fact(milestone, "name", say, level=level, shape=MILESTONE_SHAPES[state])


def idea_fact(idea) -> dict:
    """検討中 賛同 9. Needs `supporters`, their number."""

    def say():
        return idea.get_status_display(), _("賛同 %(count)s") % {"count": idea.supporters}

    return _fact(idea, "title", say, level=idea.confidentiality)


def practice_fact(practice) -> dict:
    """ほかに9部署が使っている. Needs with_users_counted()."""

    def say():
        word = "" if practice.state == GoodPractice.State.PUBLISHED else practice.get_state_display()
        used = _("ほかに%(count)s部署が使っている") % {"count": practice.used} if practice.used else ""
        return word, used

    return _fact(practice, "title", say, level=practice.confidentiality)


def workshop_fact(workshop) -> dict:
    """12月2日(水) 17:00(東京); the page shows each reader the own clock instead."""
    begins = workshop.starts_at.astimezone(dates.TOKYO)

    def say():
        day = dates.format_day(begins.date(), "weekday")
        when = _("%(day)s %(time)s(東京)") % {"day": day, "time": f"{begins:%H:%M}"}
        return _("中止") if workshop.is_cancelled else "", when

    at = workshop.starts_at.isoformat()
    return _fact(workshop, "title", say, level=Confidentiality.ONE, at=at)


def _initiatives(portal, keys) -> dict:
    found = {}
    for initiative in portal.initiatives:
        if initiative.code in keys and initiative.code not in found:
            found[initiative.code] = initiative_fact(initiative, portal.today)
    return found


def _milestones(portal, keys) -> dict:
    rows = Milestone.objects.published().filter(
        code__in=keys, initiative__objective__pillar__is_restricted=False
    )
    ordered = sorted(
        rows.select_related("initiative__plan"), key=lambda row: rank(row.initiative.plan, portal.today)
    )
    return {row.code: milestone_fact(row, portal.today) for row in reversed(ordered)}


def numbers(keys) -> list[int]:
    """Those of the keys that can be a number in the database."""
    return [number for key in keys if (number := whole_number(key))]


def _ideas(portal, keys) -> dict:
    rows = Idea.objects.published().filter(number__in=numbers(keys))
    return {str(row.number): idea_fact(row) for row in rows.annotate(supporters=Count("supports"))}


def _practices(portal, keys) -> dict:
    rows = GoodPractice.objects.told().filter(pk__in=numbers(keys)).with_users_counted()
    return {str(row.pk): practice_fact(row) for row in rows}


def _workshops(portal, keys) -> dict:
    return {str(row.pk): workshop_fact(row) for row in Workshop.objects.filter(pk__in=numbers(keys))}


FINDERS = {
    INITIATIVE: _initiatives,
    MILESTONE: _milestones,
    IDEA: _ideas,
    PRACTICE: _practices,
    WORKSHOP: _workshops,
}
