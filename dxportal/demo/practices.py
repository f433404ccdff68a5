"""The demonstration's practices that came of ideas, and the departments that took them up: data/ideas.toml."""

from accounts.models import Duty, Role, User
from taskforce.models import GoodPractice, Replication


class Practices:
    """The part of the loader of ideas that builds what came of them."""

    def practice(self, row: dict) -> None:
        by = self.by_number[row.get("proposed_by", "S000003")]
        practice = GoodPractice.propose(
            by=by,
            at=self.at(max(row["started"] - 20, 1) if "proposed_by" not in row else 3),
            department=self.departments[row["department"]],
            contact=self.person(row["department"]),
            pillar=self.pillars.get(row["pillar"]),
            idea=self.ideas_by(row.get("idea")),
            started_on=self.day(row["started"]),
            title=row["title"],
            title_en=row["title_en"],
            summary=row["summary"],
            summary_en=row["summary_en"],
            steps=row["steps"],
            steps_en=row["steps_en"],
            hours_saved=row["hours"],
            hours_method=row["method"],
            hours_method_en=row["method_en"],
        )
        for code, teacher, days, hours in sorted(row.get("spread", ()), key=lambda told: -told[2]):
            self.replicate(practice, code, teacher, days, hours_saved=hours)
        for code, teacher, days, hours, note in row.get("stopped", ()):
            self.replicate(practice, code, teacher, days)
            stopped = {"started_on": self.day(days), "stopped_on": self.day(hours), "note": note}
            practice.replicate(
                self.departments[code], status="stopped", by=self.by_code(code), at=self.at(hours), **stopped
            )
        for code, teacher in row.get("planned", ()):
            self.replicate(practice, code, teacher, 6, status="planned")

    def ideas_by(self, number):
        return self.fresh(number) if number else None

    def by_code(self, code: str) -> User:
        """Somebody of the department, the secretariat where nobody of the sample works."""
        mine = (u for u in self.people if u.department_id == self.departments[code].pk)
        return next(mine, self.secretariat)

    def replicate(self, practice, code, teacher, days, *, status="", **fields):
        steady = Replication.Status.IN_USE if days > 45 else Replication.Status.STARTED
        status = status or Replication.Status.STARTED
        learnt = {"learnt_from": self.departments[teacher], **fields}
        if status != Replication.Status.PLANNED:
            learnt["started_on"] = self.day(days)
        department = self.departments[code]
        practice.replicate(department, status=status, by=self.by_code(code), at=self.at(days), **learnt)
        if status == Replication.Status.STARTED and steady != status:
            practice.replicate(department, status=steady, by=self.by_code(code), at=self.at(days - 40))

    def invite_expert(self) -> None:
        """One outside expert is invited to one idea and the practice that came of it."""
        expert = User.objects.filter(duties__role=Role.SUPPORT_EXPERT).order_by("staff_number").first()
        practice = GoodPractice.objects.filter(idea__number=118).first()
        if expert and practice:
            for scope in ("idea:118", f"practice:{practice.pk}"):
                Duty.objects.get_or_create(
                    user=expert, role=Role.SUPPORT_EXPERT, scope=scope, defaults={"starts_on": self.today}
                )
