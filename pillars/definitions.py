"""The plan as data (P1): its words, its grade scale, a new plan. All of it takes two people."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Activity
from pillars.amendments import read
from pillars.models import Evaluation, Grade, GradeScale, Plan, ProgressStatus

LABEL_FIELDS = [
    f"{level}_label{end}" for level in ("pillar", "objective", "initiative") for end in ("", "_en")
]
LANGUAGES = {"ja": "", "en": "(英語)"}


def _record(verb, target, proposal, by):
    note = {"reason": proposal.told(by), "source": proposal.source}
    Activity.record(verb, target, by=by, changes=proposal.changes, **note)


# --- words: the names of the levels and of the states -----------------------------------------------------


def words_of(plan) -> dict[str, tuple[str, str]]:
    """{key: (label, word)} of every word a plan may call its own; states without an own word are ""."""
    with override("ja"):
        words = {n: (str(Plan._meta.get_field(n).verbose_name), getattr(plan, n)) for n in LABEL_FIELDS}
        for status in ProgressStatus:
            own = plan.status_words.get(status.value, {})
            for language, suffix in LANGUAGES.items():
                label = f"「{status.label}」の言葉{suffix}"
                words[f"{status.value}.{language}"] = label, own.get(language, "")
    return words


def word_changes(plan, wanted: dict[str, str]) -> dict:
    """{label: [before, after]} for the words that would change."""
    known = words_of(plan)
    return {known[key][0]: [known[key][1], word] for key, word in wanted.items() if known[key][1] != word}


def words_now(proposal) -> dict:
    known = words_of(proposal.target)
    return {known[key][0]: known[key][1] for key in proposal.values}


def apply_words(proposal, by) -> None:
    plan = proposal.locked_target()
    states = {status: dict(words) for status, words in plan.status_words.items()}
    for key, word in proposal.values.items():
        status, _dot, language = key.partition(".")
        if language:
            states.setdefault(status, {})[language] = word
        else:
            setattr(plan, key, word)
    plan.status_words = {
        status: kept for status, words in states.items() if (kept := {k: v for k, v in words.items() if v})
    }
    plan.version = F("version") + 1
    plan.save(update_fields=[*LABEL_FIELDS, "status_words", "version"])
    _record("plan.reworded", plan, proposal, by)


# --- the grade scale --------------------------------------------------------------------------------------

STEP_FIELDS = ("code", "description", "description_en", "minimum_share", "not_measured")


def steps_of(plan) -> list[dict]:
    """The scale as data: one dictionary for each step with its key."""
    grades = plan.grade_scale.grades.all() if plan.grade_scale_id else []
    return [{"pk": g.pk, **{name: getattr(g, name) for name in STEP_FIELDS}} for g in grades]


def step_words(steps) -> dict[str, str]:
    """{評価 A: すべて達成 / 測った指標のすべてが目標に達した}."""
    with override("ja"):
        return {f"評価 {step['code']}": _words_of_step(step) for step in steps}


def _words_of_step(step) -> str:
    share = step["minimum_share"]
    share = None if share in (None, "") else Decimal(share)
    rule = Grade(not_measured=step["not_measured"], minimum_share=share).rule
    return " / ".join(word for word in (step["description"], step["description_en"], rule) if word)


def scale_changes(plan, steps: list[dict]) -> dict:
    before, after = step_words(steps_of(plan)), step_words(steps)
    order = {"評価の並び": ["、".join(words).replace("評価 ", "") or None for words in (before, after)]}
    pairs = {label: [before.get(label), after.get(label)] for label in {**before, **after}} | order
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def scale_now(proposal) -> dict:
    now = step_words(steps_of(proposal.target))
    order = {"評価の並び": "、".join(now).replace("評価 ", "") or None}
    return {label: (now | order).get(label) for label in proposal.changes}


def apply_scale(proposal, by) -> None:
    """Write the steps. A scale other plans use as well is copied first, so that theirs stays as it is."""
    plan = proposal.locked_target()
    scale = own_scale(plan)
    known = {grade.code: grade for grade in scale.grades.all()}
    before = {step["pk"]: step["code"] for step in proposal.values["before"]}
    kept = [known.get(before.get(step["pk"])) for step in proposal.values["steps"]]
    _drop(scale, [grade.pk for grade in kept if grade])
    for grade in filter(None, kept):  # so that two steps may change places
        Grade.objects.filter(pk=grade.pk).update(code=f"~{grade.pk}")
    for position, (grade, step) in enumerate(zip(kept, proposal.values["steps"], strict=True), 1):
        grade = grade or Grade(scale=scale)
        for name, value in read(Grade, {name: step[name] for name in STEP_FIELDS}).items():
            setattr(grade, name, value)
        grade.position = position
        grade.save()
    Plan.objects.filter(pk=plan.pk).update(version=F("version") + 1)
    _record("plan.rescaled", plan, proposal, by)


def own_scale(plan) -> GradeScale:
    """The plan's scale, made or copied when it has none of its own; its evaluations move along."""
    old = plan.grade_scale
    if old and not old.plans.exclude(pk=plan.pk).exists():
        return old
    plan.grade_scale = copy_scale(old, plan.name)
    plan.save(update_fields=["grade_scale"])
    for grade in plan.grade_scale.grades.all():
        given = Evaluation.objects.filter(objective__plan=plan, grade__code=grade.code)
        given.update(grade=grade)
    return plan.grade_scale


def copy_scale(scale: GradeScale | None, name: str) -> GradeScale:
    """A new scale with the same steps; without a scale an empty one."""
    copied = GradeScale.objects.create(name=name[:100])
    for grade in scale.grades.all() if scale else ():
        grade.pk, grade._state.adding, grade.scale = None, True, copied
        grade.save()
    return copied


def _drop(scale, kept: list[int]) -> None:
    """Remove steps that are no longer there. Raises ValidationError when one has been given to an objective."""
    try:
        scale.grades.exclude(pk__in=kept).delete()
    except ProtectedError as error:
        codes = "、".join(sorted({evaluation.grade.code for evaluation in error.protected_objects}))
        words = _("評価 %(codes)s はもう使われているので外せません。")
        raise ValidationError(words % {"codes": codes}, code="used") from None


# --- a new plan --------------------------------------------------------------------------------------------


def apply_new_plan(proposal, by) -> None:
    """Make the plan as a draft, with a copy of the scale of another plan when one was chosen."""
    values = dict(proposal.values)
    scale_of = values.pop("scale_of", None)
    if Plan.objects.filter(code=values["code"]).exists():
        raise ValidationError(_("同じコードの計画がもうあります。"), code="taken")
    plan = Plan(**read(Plan, values), status=Plan.Status.DRAFT)
    if scale_of:
        plan.grade_scale = copy_scale(Plan.objects.get(pk=scale_of).grade_scale, plan.name)
    plan.save(force_insert=True)
    type(proposal).objects.filter(pk=proposal.pk).update(plan=plan, target_url=plan.get_absolute_url())
    _record("plan.created", plan, proposal, by)
