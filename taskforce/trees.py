"""How a practice went from department to department, as rows for the tree drawing, its table and its nested list.

Beyond GROUP_OVER departments those of one bureau or region are drawn as one row, unless the address opens it.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import Department
from dxportal.text import english, localized
from dxportal.timelines import Adopter
from taskforce.models.replications import ACTIVE, ReplicationStatus

GROUP_OVER = 40
GROUPING = (Department.Kind.BUREAU, Department.Kind.MISSION_GROUP)
MARKS = {ReplicationStatus.PLANNED: "plan", ReplicationStatus.STOPPED: "stop"}


@dataclass
class Branch:
    """A department (or the departments of a bureau as one), since when, how far, and whom it taught."""

    key: str
    department: object
    since: object
    mark: str = ""
    number: int = 0
    teacher: object = None
    taught: list = field(default_factory=list)
    closes: int = 0  # how many lists end after this row, for the nested list

    @property
    def ends(self) -> range:
        return range(self.closes)

    @property
    def is_group(self) -> bool:
        return self.mark == "group"


class Tree:
    """Everything the spread section of a practice shows. Needs with_spread(); `opened`: codes of groups, or "all"."""

    def __init__(self, practice, opened=()):
        self.practice = practice
        self.rows = sorted((row for row in practice.spread if row.since), key=lambda row: (row.since, row.pk))
        self.newest = practice.adopters[-1] if practice.adopters else None
        self.groups = self._groups() if len(self.rows) > GROUP_OVER else {}
        self.opened = (
            set(self.groups) if "all" in opened else {code for code in opened if code in self.groups}
        )
        self.root = self._grown()
        self.branches = list(walk(self.root))

    @property
    def is_grouped(self) -> bool:
        return bool(self.groups)

    def _groups(self) -> dict:
        """{code: (bureau or region, its rows)} of those with more than one department here."""
        places = Department.objects.filter(kind__in=GROUPING)
        found: dict = {}
        for row in self.rows:
            above = [place for place in places if row.department.path.startswith(place.path)]
            if above:
                place = max(above, key=lambda one: len(one.path))
                found.setdefault(place.code, (place, []))[1].append(row)
        found = {code: told for code, told in found.items() if len(told[1]) > 1}
        return dict(sorted(found.items(), key=lambda item: item[1][0].path))

    def _grown(self) -> Branch:
        """The department of origin with everybody who learnt from it, directly or not.

        Who names no teacher, or one who does not use it, hangs on the origin; a circle of teachers is cut there too.
        """
        practice = self.practice
        root = Branch(f"d{practice.department_id}", practice.department, practice.started_on, number=1)
        nodes, teachers, by_key = {practice.department_id: root}, {}, {}
        folded = self._folded()
        for row in self.rows:
            code = folded.get(row.pk)
            key = f"g{code}" if code else f"d{row.department_id}"
            if (node := by_key.get(key)) is None:
                node = by_key[key] = self._group(key, code, row) if code else self._single(key, row)
                teachers[key] = row
            node.number += row.status in ACTIVE
            nodes[row.department_id] = node
        return self._hung(root, nodes, teachers)

    def _folded(self) -> dict:
        """{replication id: code of the closed group it is drawn in}."""
        closed = (item for item in self.groups.items() if item[0] not in self.opened)
        return {row.pk: code for code, (_place, rows) in closed for row in rows}

    def _group(self, key, code, row) -> Branch:
        return Branch(key, self.groups[code][0], row.since, mark="group")

    def _single(self, key, row) -> Branch:
        new = self.newest is not None and row.pk == self.newest.pk
        return Branch(key, row.department, row.since, mark=MARKS.get(row.status, "new" if new else ""))

    def _hung(self, root, nodes, first_rows) -> Branch:
        """Hang every branch on the branch of its (first) teacher, oldest first."""
        above = {}
        for key, row in first_rows.items():
            teacher = nodes.get(row.learnt_from_id, root)
            above[key] = root.key if teacher.key == key else teacher.key
        by_key = {node.key: node for node in nodes.values()}
        for key in first_rows:
            node = by_key[key]
            node.teacher = by_key[above[key]] if _reaches(key, root.key, above) else root
            node.teacher.taught.append(node)
        return root

    # --- what the templates read ---------------------------------------------------------------------------

    @property
    def chart(self) -> list[Adopter]:
        """Rows for {% tree_chart %}."""
        return [
            Adopter(
                key=branch.key,
                label=label_of(branch),
                since=branch.since,
                teacher=branch.teacher.key if branch.teacher else None,
                mark=branch.mark,
            )
            for branch in self.branches
        ]

    @property
    def months(self) -> int:
        """Months from the first to the last department."""
        days = [branch.since for branch in self.branches]
        first, last = min(days), max(days)
        return (last.year - first.year) * 12 + last.month - first.month

    @property
    def teachers(self) -> list[tuple]:
        """(department, number of departments it taught), most first: for the sentence that says what one sees."""
        taught = Counter(
            row.learnt_from_id for row in self.rows if row.status in ACTIVE and row.learnt_from_id
        )
        named = {row.learnt_from_id: row.learnt_from for row in self.rows}
        return [(named[pk], number) for pk, number in taught.most_common(3)]

    @property
    def choices(self) -> list[dict]:
        """The groups with the address that opens or closes each."""
        return [
            {
                "place": place,
                "number": len(rows),
                "is_open": code in self.opened,
                "query": "&".join(
                    f"open={one}" for one in self.groups if (one in self.opened) != (one == code)
                ),
            }
            for code, (place, rows) in self.groups.items()
        ]

    @property
    def all_open(self) -> bool:
        return len(self.opened) == len(self.groups)


def _reaches(key, origin, above) -> bool:
    """Whether going from teacher to teacher ends at the origin, not in a circle."""
    seen = set()
    while key != origin:
        if key in seen:
            return False
        seen.add(key)
        key = above.get(key, origin)
    return True


def walk(root):
    """The branches in tree order, each told how many lists end after it. No recursion: a chain may be long."""
    root.closes = 0
    waiting = [(root, 0)]
    while waiting:
        branch, ends = waiting.pop()
        branch.closes = 0 if branch.taught else ends
        yield branch
        last = len(branch.taught) - 1
        for k, other in reversed(list(enumerate(branch.taught))):
            waiting.append((other, ends + 1 if k == last else 0))


def label_of(branch) -> str:
    """A name that fits beside a dot, with what the dot alone does not say."""
    name = short_label(branch.department)
    if branch.is_group:
        return _("%(name)s %(n)s部署") % {"name": name, "n": branch.number}
    words = {"plan": _("%(name)s(予定)"), "stop": _("%(name)s(やめた)")}
    return words[branch.mark] % {"name": name} if branch.mark in words else name


def short_label(department) -> str:
    """A name that fits beside a dot: 在ベトナム大, Hanoi. The table beside the drawing has the whole names."""
    if not english():
        return department.short_name or department.name
    if department.is_post and department.city_en:
        return department.city_en
    return localized(department, "name")


def tree_of(practice, opened=()) -> Tree | None:
    """The spread of a practice; None while nobody else has taken it up."""
    if not practice or not any(row.since for row in practice.spread):
        return None
    return Tree(practice, opened)
