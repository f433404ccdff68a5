"""What happened to the things a person cares for: what the digest tells, topic by topic as the notices do (N14).

Each topic of the page 届け方 names the acts it covers as one condition; what is switched off names none. All of them
are asked for at once, so the number of queries does not grow with what happened.
"""

from django.core.cache import cache
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Activity, Follow, Role
from dxportal.text import localized
from newsletter import concerned, consulting, invitations, targets
from newsletter.models import Letter, Topic, Way
from pillars.acts import UNSEEN
from pillars.models import Initiative
from pillars.templatetags.plan import SHAPES, percent, status_in
from taskforce.models import Consultation, Idea, Thanks

LINES_PER_ITEM = 3
IMPORTS_LOOKED_AT = 3
KEPT_SECONDS = 600
NAMED, NAMED_WORDS = "idea.mentioned", gettext_lazy("意見の中であなたの名前が挙がった")
# The shapes of design.md, section 4, as letters: a mail has no icons.
SIGNS = {"ok": "●", "slow": "▲", "late": "◆", "done": "☑", "none": "○"}


def moves(person, preference, since, until, today) -> list[dict]:
    """What happened between two instants, newest first, one entry a thing: {title, url, lines, status, mark}.

    `status` is a line like ▲ やや遅れ 実績58% 計画72% as of the Tokyo date `today`, "" for what is no initiative;
    `mark` the information class where it is 2, and then there are no lines (domain.md 3.6).
    """
    cares = Q(pk__in=[])
    for topic, condition in CARES.items():
        if preference.way(topic) != Way.OFF:
            cares |= condition(person, since, until)
    own = Q(actor_id=person.pk) & ~Q(target_type="registration")  # an own seat is news: it may have come late
    acts = Activity.objects.filter(cares, at__gte=since, at__lt=until).exclude(own | UNSEEN)
    latest = {}
    for act in acts.order_by("-at", "-pk"):
        latest.setdefault((act.target_type, act.target_id), []).append(act)
    seen = targets.visible(person, latest)
    statuses = status_lines([target for target in seen.values() if isinstance(target, Initiative)], today)
    told = [_move(seen[key], of_one, statuses) for key, of_one in latest.items() if key in seen]
    return [move for move in told if move["lines"] or move["mark"]]


def _move(target, acts, statuses) -> dict:
    secret = targets.is_confidential(target)
    lines = [str(NAMED_WORDS) if act.verb == NAMED else concerned.what_happened(act) for act in acts]
    distinct = [line for line in dict.fromkeys(lines) if line][:LINES_PER_ITEM]
    return {
        "title": localized(target, "name") or localized(target, "title") or str(target),
        "url": target.get_absolute_url(),
        "lines": [] if secret else distinct,
        "status": "" if secret or not isinstance(target, Initiative) else statuses.get(target.pk, ""),
        "mark": targets.mark(target),
    }


def status_lines(initiatives, today) -> dict:
    """{pk: ▲ やや遅れ 実績58% 計画72%} with the portal's own arithmetic and the plan's own words; one query."""
    if not initiatives:
        return {}
    found = Initiative.objects.filter(pk__in=[initiative.pk for initiative in initiatives])
    return {
        initiative.pk: status_line(initiative.progress(today), initiative.plan)
        for initiative in found.select_related("plan", "objective").with_figures(today)
    }


def status_line(progress, plan) -> str:
    figures = {"actual": percent(progress.actual), "planned": percent(progress.planned)}
    words = _("実績%(actual)s 計画%(planned)s") % figures
    return f"{SIGNS[SHAPES[progress.shown]]} {status_in(progress.shown, plan)} {words}"


# --- what each topic covers: (person, since, until) -> condition on Activity -------------------------


def of(target_type, ids, **more) -> Q:
    return Q(target_type=target_type, target_id__in={str(pk) for pk in ids}, **more)


def followed(person, since, until) -> Q:
    found = Q(pk__in=[])
    for target_type, target_id in Follow.objects.filter(user=person).values_list("target_type", "target_id"):
        found |= Q(target_type=target_type, target_id=target_id) & ~Q(verb=NAMED)
    return found


def answers(person, since, until) -> Q:
    """Of the own ideas, also where one was merged into another, and to own applications to groups."""
    own = Idea.objects.filter(author=person).values_list("number", "merged_into__number")
    numbers = {number for pair in own for number in pair if number}
    answered = person.group_applications.filter(answered_at__gte=since, answered_at__lt=until)
    applications = Q(verb="application.answered", at__in=list(answered.values_list("answered_at", flat=True)))
    return of("idea", numbers) & ~Q(verb=NAMED) | applications


def lettered(person, since, until) -> Q:
    """Own letters that were used or answered; of one passed over in silence nothing is told."""
    told = Letter.objects.filter(author=person).exclude(state=Letter.State.DECLINED, answer="")
    rows = told.annotate(word=Cast("pk", CharField())).values("word")
    return Q(target_type="letter", target_id__in=rows, verb__in=("letter.used", "letter.declined"))


def supported(person, since, until) -> Q:
    return of("idea", person.idea_supports.values_list("idea__number", flat=True)) & ~Q(verb=NAMED)


def mentioned(person, since, until) -> Q:
    """Comments that still stand and named the person in the time."""
    shown = {"comment__withdrawn_at": None, "comment__hidden_at": None}
    calls = person.mentions.filter(at__gte=since, at__lt=until, **shown).values_list("comment", flat=True)
    return Q(verb=NAMED, source__in=[f"comment:{pk}" for pk in calls])


def thanked(person, since, until) -> Q:
    """Shown notes to the person, also as part of a group or department or as a hidden author."""
    groups = person.group_memberships.filter(left_on=None).values("group")
    mine = Q(person=person) | Q(to_author=True, idea__author=person) | Q(group__in=groups)
    mine |= Q(department=person.department_id) if person.department_id else Q()
    notes = Thanks.objects.shown().filter(mine).values_list("pk", flat=True)
    return Q(verb="thanks.given", source__in=[f"thanks:{pk}" for pk in notes])


def reported(person, since, until) -> Q:
    """Imports that changed what the person reports on. Reports that came back or wait are among the tasks."""
    if not person.has_role(Role.PROGRESS_REPORTER):
        return Q(pk__in=[])
    applied = Activity.objects.with_verbs("import.applied").filter(at__gte=since, at__lt=until)
    newest = applied.order_by("-at")[:IMPORTS_LOOKED_AT]
    return Q(pk__in=[act.pk for act in newest if person.pk in _reporters(act)])


def _reporters(activity) -> set:
    """Whom an import concerns: the same for a whole wave of digests."""
    key = f"import-concerns:{activity.pk}"
    return cache.get_or_set(key, lambda: concerned.reporters(activity), KEPT_SECONDS)


def grouped(person, since, until) -> Q:
    """Meetings, notes and themes of the groups the person is in."""
    mine = person.group_memberships.filter(left_on=None).values_list("group__slug", flat=True)
    return of("group", mine, verb__in=concerned.OF_GROUPS)


def registered(person, since, until) -> Q:
    """The own place at workshops, also one that was given up, and what befell workshops with an own place."""
    rows = list(person.workshop_registrations.values_list("pk", "workshop", "state"))
    standing = [workshop for _pk, workshop, state in rows if state != "withdrawn"]
    verbs = [verb for verb, _people in invitations.TO_ALL]
    return of("registration", [pk for pk, _workshop, _state in rows]) | of(
        "workshop", standing, verb__in=verbs
    )


def consulted(person, since, until) -> Q:
    """Steps of consultations the person asked, answers, or, in the secretariat, keeps an eye on."""
    mine = Q(asker=person) | Q(expert=person)
    if person.is_secretariat:
        mine |= Q(expert=None) | Q(asked_at__gte=since)
    rows = Consultation.objects.filter(mine).values_list("pk", flat=True)
    return of("consultation", rows, verb__in=consulting.TELL)


CARES = {
    Topic.FOLLOWED: followed,
    Topic.ANSWER: answers,
    Topic.LETTER: lettered,
    Topic.SUPPORTED: supported,
    Topic.MENTION: mentioned,
    Topic.THANKS: thanked,
    Topic.REPORT: reported,
    Topic.GROUP: grouped,
    Topic.WORKSHOP: registered,
    Topic.CONSULTATION: consulted,
}
