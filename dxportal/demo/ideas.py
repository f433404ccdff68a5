"""The demonstration's ideas, pilots, practices and their spread: data/ideas.toml, with dates back from today."""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

from accounts.models import Department, User
from dxportal import dates
from dxportal.demo.practices import Practices
from pillars.models import Initiative, Pillar, Plan
from taskforce.models import Idea, Pilot, Support, WorkingGroup

DATA = Path(__file__).parent / "data" / "ideas.toml"


def load(today: date) -> None:
    """Everything once; loading again changes nothing."""
    if Idea.objects.exists():
        return
    Loader(today).load(tomllib.loads(DATA.read_text()))


class Loader(Practices):
    """Builds everything through the verbs of the models, each act at its time in the past."""

    def __init__(self, today: date):
        self.today = today
        self.departments = {d.code: d for d in Department.objects.all()}
        self.people = list(
            User.objects.active().exclude(employment_kind="external_expert").order_by("staff_number")
        )
        self.by_number = {u.staff_number: u for u in self.people if u.staff_number}
        self.secretariat = self.by_number["S000003"]
        plan = Plan.objects.running().first()
        self.pillars = {p.code: p for p in Pillar.objects.filter(plan=plan)}
        self.initiatives = {i.code: i for i in Initiative.objects.filter(plan=plan)}
        self.groups = {g.slug: g for g in WorkingGroup.objects.all()}

    def load(self, told: dict) -> None:
        for row in sorted(told["idea"], key=lambda row: -row["days"]):
            self.idea(row)
        for row in told["idea"]:
            if "merged_into" in row:
                self.fresh(row["number"]).merge_into(
                    self.fresh(row["merged_into"]), by=self.secretariat, at=self.at(row["merged"])
                )
        for row in told["idea"]:
            self.take_apart(row)
        for row in told["practice"]:
            self.practice(row)
        self.invite_expert()

    def take_apart(self, row: dict) -> None:
        """A merge that was a mistake, and what its author took back."""
        idea, secretariat = self.fresh(row["number"]), self.secretariat
        if "unmerged" in row:
            idea.unmerge(by=secretariat, reason=row["unmerged_reason"], at=self.at(row["unmerged"]))
        if "withdrawn" in row:
            idea.withdraw(by=idea.author, at=self.at(row["withdrawn"]))

    def at(self, days: int, hour: int = 11) -> datetime:
        """Some time of the working day that many days ago; today's never lies ahead of the morning."""
        return datetime.combine(self.day(days), time(hour if days > 0 else 0, 20), dates.TOKYO)

    def day(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def person(self, code: str, language: str = "ja") -> User:
        """A staff number, or somebody of the department with that code, of that language if there is one."""
        if code in self.by_number:
            return self.by_number[code]
        here = [u for u in self.people if u.department_id == self.departments[code].pk]
        return next((u for u in here if u.language == language), here[0])

    def fresh(self, number: int) -> Idea:
        return Idea.objects.get(number=number)

    # --- ideas -------------------------------------------------------------------------------------------

    def idea(self, row: dict) -> None:
        author = self.person(row["department"], row.get("language", "ja"))
        minutes, times, places = row.get("estimate", (None, None, None))
        idea = Idea.draft(
            by=author,
            number=row["number"],
            at=self.at(row["days"], 10),
            title=row["title"],
            title_en=row.get("title_en", ""),
            problem=row["problem"],
            wish=row["wish"],
            minutes_each=minutes,
            times_a_year=times,
            departments_count=places,
            pillar=self.pillars.get(row["pillar"]),
            language=row.get("language", "ja"),
            is_anonymous=row.get("anonymous", False),
        )
        if row.get("draft"):
            return
        idea.publish(by=author, at=self.at(row["days"], 10))
        self.support(idea, row)
        self.assign(idea, row)
        for act in self.acts(row):
            act(self.fresh(row["number"]))

    def support(self, idea: Idea, row: dict) -> None:
        """The neighbours in the staff list, spread over departments; dated between publication and today."""
        others = [u for u in self.people if u.pk != idea.author_id]
        step = 7 + 2 * (row["number"] % 5)
        chosen = {(row["number"] * 13 + k * step) % len(others) for k in range(4 * row.get("supports", 0))}
        picked = [others[k] for k in list(chosen)[: row.get("supports", 0)]]
        Support.objects.bulk_create(
            Support(
                idea=idea,
                person=u,
                department_id=u.department_id,
                at=self.at(row["days"], 10) + timedelta(hours=k * 3 % max(row["days"] * 20, 1)),
            )
            for k, u in enumerate(picked)
        )

    def assign(self, idea: Idea, row: dict) -> None:
        values = {
            "group": self.groups.get(row.get("group")),
            "initiative": self.initiatives.get(row.get("initiative")),
            "triage_owner": self.by_number.get(row.get("owner")),
            "private_notes": row.get("notes", ""),
        }
        values = {name: value for name, value in values.items() if value}
        if values:
            idea.assign(by=self.secretariat, at=self.at(row["days"], 15), **values)

    def acts(self, row: dict) -> list:
        """Answers, comments and the pilot of an idea in the order they happened."""
        acts = []
        for answer in row.get("answers", ()):
            acts.append((answer["days"], 1, self.answer, answer))
            if undone := answer.get("undone"):
                acts.append((undone["days"], 0, self.undo, undone))
        acts += [(comment["days"], 2, self.comment, comment) for comment in row.get("comments", ())]
        if pilot := row.get("pilot"):
            acts.append((pilot["starts"], 3, self.pilot, pilot))
            if "decided" in pilot:
                acts.append((pilot["decided"], 0, self.end_pilot, pilot))
        acts.sort(key=lambda act: (-act[0], act[1]))
        return [lambda idea, do=do, told=told: do(idea, told) for _days, _order, do, told in acts]

    def answer(self, idea, told):
        text_en = told.get("text_en", "")
        idea.answer(
            told["status"],
            told["text"],
            text_en=text_en,
            by=self.person(told["by"]),
            at=self.at(told["days"], 14),
        )

    def undo(self, idea, told):
        idea.undo_answer(by=self.person(told["by"]), reason=told["reason"], at=self.at(told["days"], 9))

    def comment(self, idea, told):
        language = "en" if told["text"].isascii() else "ja"
        person = idea.author if told["by"] == "author" else self.person(told["by"], language)
        named = [self.by_number[number] for number in told.get("mentions", ())]
        comment = idea.comment(told["text"], by=person, at=self.at(told["days"], 16), mentioned=named)
        if mended := told.get("edited"):
            comment.rewrite(mended["text"], by=person, at=self.at(mended["days"], 9))
        if "hidden" in told:
            comment.hide(reason=told["hidden"], by=self.secretariat, at=self.at(told["days"] - 1, 10))

    def pilot(self, idea, told):
        pilot = Pilot.start(
            idea,
            by=self.secretariat,
            at=self.at(told["starts"], 15),
            departments=[self.departments[code] for code in told["departments"]],
            starts_on=self.day(told["starts"]),
            ends_on=self.day(told["ends"]),
            people_count=told["people"],
            question=told["question"],
            question_en=told["question_en"],
        )
        for order, (label, label_en, unit, unit_en, before, after, note, note_en) in enumerate(
            told["measures"]
        ):
            words = {
                "label": label,
                "label_en": label_en,
                "unit": unit,
                "unit_en": unit_en,
                "note": note,
                "note_en": note_en,
            }
            numbers = {"before": None if before == "" else before, "after": None if after == "" else after}
            pilot.measures.create(order=order, **words, **numbers)

    def end_pilot(self, idea, told):
        names = ("decision_text", "decision_text_en", "problems", "problems_en")
        texts = {name: told[name] for name in names}
        idea.pilots.get().end(
            decision=told["decision"], by=self.secretariat, at=self.at(told["decided"]), **texts
        )
