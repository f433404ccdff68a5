"""The demonstration's notes of thanks, from the CDO and from colleagues: data/thanks.toml."""

import tomllib
from datetime import date
from pathlib import Path

from dxportal.demo.ideas import Loader
from taskforce.models import GoodPractice, Idea, Thanks, Workshop

DATA = Path(__file__).parent / "data" / "thanks.toml"


def load(today: date) -> None:
    """Everything once; loading again changes nothing."""
    if not Thanks.objects.exists():
        ThanksLoader(today).load(tomllib.loads(DATA.read_text(encoding="utf-8")))


class ThanksLoader(Loader):
    def load(self, told: dict) -> None:
        for row in told["thanks"]:
            language = "en" if row["text"].isascii() else "ja"
            by = self.person(row["by"], language)
            Thanks.give(
                row["text"], by=by, about=self.about(row), at=self.at(row["days"], 17), **self.to(row)
            )

    def about(self, row):
        if "idea" in row:
            return Idea.objects.get(number=row["idea"])
        if "practice" in row:
            return GoodPractice.objects.get(title=row["practice"])
        if "workshop" in row:
            return Workshop.objects.get(title=row["workshop"])
        return self.groups[row["theme"]].themes.running().get()

    def to(self, row) -> dict:
        if row.get("to_author"):
            return {"to_author": True}
        if "to_group" in row:
            return {"group": self.groups[row["to_group"]]}
        to = row["to"]
        return (
            {"person": self.by_number[to]} if to in self.by_number else {"department": self.departments[to]}
        )
