"""The demonstration's older pilots and the practices that spread by themselves: data/spread.toml.

Who learns from whom is drawn by lot with a fixed seed: the same day of loading gives the same trees. A learner sits near
its teacher (bureau, region) more often than not, and a third of the teachers are learners themselves.
"""

import random
import tomllib
from datetime import date
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Department
from dxportal import uploads
from dxportal.demo.ideas import Loader
from taskforce.models import GoodPractice, Idea, Pilot, PilotMeasure, PracticeFile, Replication

DATA = Path(__file__).parent / "data" / "spread.toml"
SEED = 218
NEAR = 0.65  # how often a learner is of the teacher's bureau or region
NOTES = (
    ("異動のあと、使う人がいなくなった。", "Nobody was left to use it after the transfers."),
    ("件数が少なく、手間のほうが大きかった。", "Too few cases to be worth it."),
    ("ほかの道具に替えた。", "Replaced by another tool."),
)
SHEET = "項目,書き方\n日付,2026-11-24の形\n担当,名前を1人\n".encode()


def load(today: date) -> None:
    """Everything once; loading again changes nothing."""
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))
    if GoodPractice.objects.filter(title=told["practice"][0]["title"]).exists():
        return
    SpreadLoader(today).load(told)


class SpreadLoader(Loader):
    def load(self, told: dict) -> None:
        self.lot = random.Random(SEED)  # noqa: S311
        self.places = [
            place
            for place in Department.objects.active().select_related("parent")
            if place.is_post or place.kind in (Department.Kind.DIVISION, Department.Kind.OFFICE)
        ]
        for row in told["pilot"]:
            self.old_pilot(row)
        for row in told["practice"]:
            self.spreading(row)
        self.wait_for_a_decision()
        self.confirm_most()

    # --- pilots ------------------------------------------------------------------------------------------

    def old_pilot(self, row) -> None:
        """A pilot that ended before its idea came into use: the state of the idea stays as it is."""
        idea = Idea.objects.get(number=row["idea"])
        moved_at, words = idea.moved_at, {n: row[n] for n in ("question", "question_en")}
        days = {"starts_on": self.day(row["starts"]), "ends_on": self.day(row["ends"])}
        pilot = Pilot.objects.create(idea=idea, people_count=row["people"], **days, **words)
        pilot.departments.set([self.departments[code] for code in row["departments"]])
        names = ("label", "label_en", "unit", "unit_en", "before", "after", "people")
        rows = [
            {name: None if value == "" else value for name, value in zip(names, told, strict=True)}
            for told in row["measures"]
        ]
        measures = [
            PilotMeasure(order=k, **{n: v if v is not None or n in names[4:] else "" for n, v in one.items()})
            for k, one in enumerate(rows)
        ]
        by, at = self.secretariat, self.at(row["decided"])
        Pilot.objects.get(pk=pilot.pk).measure(measures, by=by, at=at)
        texts = {n: row[n] for n in ("result", "result_en", "problems", "decision_text", "decision_text_en")}
        texts["problems_en"] = row["problems_en"]
        Pilot.objects.get(pk=pilot.pk).end(decision="spread", by=by, at=at, **texts)
        Idea.objects.filter(pk=idea.pk).update(moved_at=moved_at)
        GoodPractice.objects.filter(idea=idea, pilot=None).update(pilot=pilot)

    def wait_for_a_decision(self) -> None:
        """One running pilot is past its last day, so that somebody has to decide."""
        running = Pilot.objects.filter(decision="").order_by("starts_on").first()
        if running and not Pilot.objects.undecided(self.today).exists():
            running.edit(by=self.secretariat, at=self.at(20), ends_on=self.day(3))
        for pilot in Pilot.objects.filter(decision="spread", practices=None).select_related("idea"):
            GoodPractice.objects.filter(idea=pilot.idea, pilot=None).update(pilot=pilot)

    # --- practices ---------------------------------------------------------------------------------------

    def spreading(self, row) -> None:
        words = {n: row[n] for n in ("title", "title_en", "summary", "summary_en", "steps", "steps_en")}
        origin = self.departments[row["department"]]
        practice = GoodPractice.propose(
            by=self.secretariat,
            at=self.at(row["started"] - 20),
            department=origin,
            contact=self.by_code(row["department"]),
            pillar=self.pillars.get(row["pillar"]),
            started_on=self.day(row["started"]),
            hours_saved=row["hours"],
            hours_method=row["method"],
            hours_method_en=row["method_en"],
            **words,
        )
        if name := row.get("file"):
            upload = uploads.accept(SimpleUploadedFile(name, SHEET))
            PracticeFile.add(practice, upload, by=self.secretariat, note="写して使う", note_en="Copy and use")
        self.spread(practice, origin, row)
        if reason := row.get("archived"):
            practice.archive(reason, by=self.secretariat, at=self.at(row["archived_days"]))

    def spread(self, practice, origin, row) -> None:
        """So many departments, one after another; the newest steps are plans, a few early ones have stopped."""
        last = row.get("archived_days", 3) + 2
        days = sorted(self.lot.sample(range(last, row["started"] - 25), row["takers"]), reverse=True)
        users = [origin]
        for k, since in enumerate(days):
            teacher = self.lot.choice(users[-6:] if self.lot.random() < 0.4 else users)
            learner = self.near(teacher, {place.pk for place in users})
            if since < 25 and k % 2:
                self.replicate(
                    practice, learner.code, teacher.code, since, status="planned", hours_saved=self.hours(row)
                )
                continue
            self.replicate(practice, learner.code, teacher.code, since, hours_saved=self.hours(row))
            users.append(learner)
            if k % 11 == 10 and since > 120:
                note, note_en = self.lot.choice(NOTES)
                ended = since - 100
                practice.replicate(
                    learner,
                    status=Replication.Status.STOPPED,
                    by=self.by_code(learner.code),
                    at=self.at(ended),
                    stopped_on=self.day(ended),
                    note=note,
                    note_en=note_en,
                )

    def near(self, teacher, taken) -> Department:
        """A department that does not use it yet, of the teacher's bureau or region where the lot says so."""
        free = [place for place in self.places if place.pk not in taken]
        close = [place for place in free if place.parent_id == teacher.parent_id]
        return self.lot.choice(close if close and self.lot.random() < NEAR else free)

    def hours(self, row) -> int:
        """About what the first department saves: half to one and a half."""
        return max(round(row["hours"] * self.lot.uniform(0.4, 1.5)), 2)

    def confirm_most(self) -> None:
        """Contacts said this month that theirs is still right; two are still to be asked."""
        old = GoodPractice.objects.to_confirm(self.today).order_by("pk")
        for practice in list(old)[2:]:
            practice.confirm(by=practice.contact or self.secretariat, today=self.day(12), at=self.at(12))
