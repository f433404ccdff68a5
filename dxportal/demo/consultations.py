"""The demonstration's consultations, some of every state, and the guidance that came of them."""

import tomllib
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import Role, User
from taskforce.models import Consultation, Guidance

DATA = Path(__file__).parent / "data" / "consultations.toml"
# title of the question: title, title_en, question, question_en, answer, answer_en
GUIDANCE = {
    "毎月の集計に半日かかる": (
        "毎月の集計を手で写さない", "Stop copying monthly figures by hand",
        "いくつもの表から数字を写して集計している。", "Figures are copied by hand from several tables.",
        "様式を一つに決め、各担当が同じ表に書く。集計は式で出し、写す作業をなくす。",
        "Agree on one table that everybody fills in. Let formulas do the totals.",
    ),
    "引継ぎの一覧が古くなる": (
        "引継ぎの一覧を古くしない", "Keep the hand-over list up to date",
        "異動のたびに一覧を作り直している。", "The list is written anew at every transfer.",
        "一覧を仕事の予定表と同じ場所に置き、締切を変えたときに一覧も直す。",
        "Keep the list beside the work calendar and change both together.",
    ),
    "A shared mailbox nobody empties": (
        "共有のメール箱に当番を置く", "Give a shared mailbox a duty rota",
        "何人もが読むが、だれも答えないメール箱がある。", "Several people read a mailbox and nobody answers.",
        "週ごとに当番を決め、答えたら「済」に移す。残りは週の終わりに数える。",
        "One person is on duty each week and moves what is answered. Count the rest on Fridays.",
    ),
    "祝日の違いで締切を間違える": (
        "締切には日と都市を書く", "Write the city beside every deadline",
        "本省と公館で休みと時刻が違い、締切を間違える。", "Holidays and clocks differ, and deadlines are missed.",
        "締切は日付、時刻、都市をそろえて書く。短い締切は両方の開庁日で数える。",
        "Give date, time and city. Count short deadlines in the office days of both places.",
    ),
}  # fmt: skip


def load():
    """Load once; dates hang on the moment of loading."""
    experts = list(User.objects.with_role(Role.SUPPORT_EXPERT).order_by("pk"))
    chief = User.objects.with_role(Role.SECRETARIAT).order_by("pk").first()
    if Consultation.objects.exists() or not experts or chief is None:
        return
    askers = User.objects.active().filter(department__isnull=False).order_by("staff_number")
    askers = list(askers.exclude(pk__in=[expert.pk for expert in experts])[160:240])
    for number, row in enumerate(tomllib.loads(DATA.read_text(encoding="utf-8"))["consultation"]):
        at, language = timezone.now() - timedelta(days=row["days"]), "en" if row["title"].isascii() else "ja"
        asker = [person for person in askers if person.language == language][number]
        words = {name: row[name] for name in ("title", "text")}
        made = Consultation.ask(by=asker, at=at, may_publish=not row.get("keep_private"), **words)
        if row["state"] != "received":
            go_on(made, experts[number % len(experts)], chief, row, at)


def go_on(made, expert, chief, row, at):
    made.assign(expert, by=chief, version=made.version, at=at + timedelta(hours=5))
    if "answer" not in row:
        return
    answered = at + timedelta(days=1 + len(row["answer"]) % 3)
    made.answer(row["answer"], by=expert, at=answered)
    for place, text in enumerate(row.get("said", ())):
        later = answered + timedelta(days=1, hours=7 * place)
        made.answer(text, by=expert, at=later) if place % 2 else made.add(text, by=made.asker, at=later)
    if row["state"] == "answered":
        return
    made.resolve(by=made.asker, at=answered + timedelta(days=3))
    if row["state"] == "published":
        texts = dict(zip(Guidance.TEXTS, GUIDANCE[made.title], strict=True))
        Guidance(consultation=made, **texts).publish(by=chief, at=answered + timedelta(days=5))
