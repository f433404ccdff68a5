"""How a practice went from department to department, as rows for the tree drawing, its table and its nested list."""

from dataclasses import dataclass, field

from dxportal.text import english, localized
from dxportal.timelines import Adopter


@dataclass
class Branch:
    """A department, since when it uses the practice, from whom it learnt, and whom it taught."""

    department: object
    since: object
    teacher: object = None
    taught: list = field(default_factory=list)


def branches(practice) -> Branch:
    """The department of origin with everybody who learnt from it, directly or not. Needs with_spread().

    Who names no teacher, or one who does not use it, hangs on the origin; a circle of teachers is cut there too.
    """
    root = Branch(practice.department, practice.started_on)
    found = {practice.department_id: root}
    for row in practice.adopters:
        found[row.department_id] = Branch(row.department, row.started_on, row.learnt_from)
    teachers = {r.department_id: r.learnt_from_id for r in practice.adopters}
    for row in practice.adopters:
        teacher = (
            row.learnt_from_id if _reaches(row.department_id, practice.department_id, teachers) else None
        )
        found.get(teacher, root).taught.append(found[row.department_id])
    return root


def _reaches(department, origin, teachers) -> bool:
    """Whether going from teacher to teacher ends at the origin or at somebody without one, not in a circle."""
    seen = set()
    while department in teachers and department != origin:
        if department in seen:
            return False
        seen.add(department)
        department = teachers[department]
    return True


def walk(branch, teacher=None):
    """The branches in tree order, each with the one above it."""
    yield branch, teacher
    for other in branch.taught:
        yield from walk(other, branch)


def adopters(root, newest) -> list[Adopter]:
    """Rows for {% tree_chart %}; `newest` is the department that joined last and is marked."""
    return [
        Adopter(
            key=branch.department.pk,
            label=short_label(branch.department),
            since=branch.since,
            teacher=teacher.department.pk if teacher else None,
            new=branch.department == newest,
        )
        for branch, teacher in walk(root)
    ]


def short_label(department) -> str:
    """A name that fits beside a dot: 在ベトナム大, Hanoi. The table beside the drawing has the whole names."""
    if not english():
        return department.short_name or department.name
    if department.is_post and department.city_en:
        return department.city_en
    return localized(department, "name")


def teachers(root) -> list[Branch]:
    """Who taught most, for the sentence that says what the drawing shows."""
    found = [branch for branch, _teacher in walk(root) if branch.taught]
    return sorted(found, key=lambda branch: -len(branch.taught))


def tree_of(practice) -> dict | None:
    """Everything the spread section shows; None while nobody else uses it."""
    if not practice or not practice.adopters:
        return None
    root = branches(practice)
    rows = adopters(root, practice.adopters[-1].department)
    months = {(a.since.year, a.since.month) for a in rows}
    first, last = min(months), max(months)
    return {
        "root": root,
        "rows": rows,
        "branches": list(walk(root)),
        "teachers": teachers(root)[:5],
        "months": (last[0] - first[0]) * 12 + last[1] - first[1],
    }
