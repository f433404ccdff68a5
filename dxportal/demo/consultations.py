"""The demonstration's consultations, some of every state, and the guidance that came of them."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Role, User
from taskforce.models import Consultation, Guidance

# title, text, days ago, how far: received, assigned, answered, resolved, published
ASKED = [
    ("共有フォルダの古い版を消せない", "同じ名前の文書が何十もあり、どれが最新か分からない。", 1, "received"),
    ("窓口の予約を電話から変えたい", "予約の電話が一日に60件ある。何から始めればよいか。", 4, "received"),
    (
        "Scanned forms cannot be searched",
        "Our archive of visa forms is scanned. How can we find a name?",
        3,
        "assigned",
    ),
    ("表の様式が部署ごとに違う", "集める側で毎月そろえ直している。", 6, "assigned"),
    ("会議の音声を文字にしたい", "省内の道具でどこまでできるか。", 9, "answered"),
    (
        "Two time zones in one calendar",
        "Meetings with Tokyo are entered twice. Is there a better way?",
        12,
        "answered",
    ),
    ("紙の決裁が一つだけ残る", "添付が大きく、電子決裁に載らない。", 20, "resolved"),
    ("Mail merge breaks Japanese names", "Names with rare characters become question marks.", 26, "resolved"),
    ("毎月の集計に半日かかる", "7つの表を手で写している。", 40, "published"),
    ("引継ぎの一覧が古くなる", "着任のたびに作り直している。", 55, "published"),
    ("A shared mailbox nobody empties", "Four people read it and nobody answers.", 70, "published"),
    ("祝日の違いで締切を間違える", "本省と公館で休みが違う。", 90, "published"),
]
ANSWER = "まず一つの仕事で2週間だけ試し、かかった時間を前と比べてください。手順は1枚にまとめると続きます。"
ANSWER_EN = "Try it for two weeks with one task and compare the time. Keep the steps on one page."
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
    askers = list(
        User.objects.active()
        .filter(department__isnull=False)
        .exclude(pk__in=[expert.pk for expert in experts])[160:200]
    )
    for number, (title, text, days, state) in enumerate(ASKED):
        at = timezone.now() - timedelta(days=days)
        asker = askers[number % len(askers)]
        made = Consultation.ask(by=asker, title=title, text=text, at=at, may_publish=number != 7)
        if state != "received":
            go_on(made, experts[number % len(experts)], chief, state, at)


def go_on(made, expert, chief, state, at):
    made.assign(expert, by=chief, version=made.version, at=at + timedelta(hours=5))
    if state == "assigned":
        return
    words = ANSWER_EN if made.title.isascii() else ANSWER
    made.answer(words, by=expert, at=at + timedelta(days=1 + len(made.title) % 4))
    if state == "answered":
        return
    made.resolve(by=made.asker, at=at + timedelta(days=6))
    if state == "published":
        texts = dict(zip(Guidance.TEXTS, GUIDANCE[made.title], strict=True))
        Guidance(consultation=made, **texts).publish(by=chief, at=at + timedelta(days=9))
