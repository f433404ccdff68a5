"""The demonstration's vacancies, deputies, former names and model departments."""

from datetime import date, timedelta

from accounts.models import Department, User
from taskforce.models import Body, ModelDepartment, Seat

MODELS_SINCE = date(2024, 4, 1)

# department, start, end, what it uses first, English, what was learnt, English,
# measures (name, English, unit, English, before, day, after, day, source, English)
MODELS = [
    (
        "HQ-CAB-PAS", date(2024, 4, 1), None,
        "旅券窓口の混み具合の表示と、申請書の事前入力", "Showing the queue at the passport counter; forms filled in beforehand",
        "掲示を見て来る時間を選ぶ人が増えた。", "People now choose when to come by looking at the display.",
        [
            ("窓口の平均の待ち時間", "Average wait at the counter", "分", " min", 42, date(2024, 5, 31), 23, date(2026, 9, 30),
             "番号札の記録(各月4週)", "Queue tickets, four weeks a month"),
            ("書き直しのあった申請", "Forms that had to be written again", "件", "", 118, date(2024, 5, 31), 37, date(2026, 9, 30),
             "窓口日誌", "Counter log"),
        ],
    ),
    (
        "HQ-MIN-FIN", date(2024, 10, 1), None,
        "出張旅費の申請を1枚の画面で", "Travel claims on one screen",
        "会計課が初めから入ると、書式の直しが一度で済む。", "With Accounting in from the start, forms are mended only once.",
        [
            ("旅費1件の処理にかかる日", "Days to settle a claim", "日", " days", 14, date(2024, 11, 30), 5, date(2026, 9, 30),
             "会計システムの記録", "Records of the accounting system"),
        ],
    ),
    (
        "EMB-TH", date(2025, 1, 6), None,
        "会議の録音からの議事録の下書き", "Draft minutes from recordings",
        "固有名詞の一覧を先に渡すと誤りが半分になった。", "A list of proper names given beforehand halves the errors.",
        [
            ("議事録1件の時間", "Time per set of minutes", "分", " min", 120, date(2025, 2, 28), 45, date(2026, 8, 31),
             "4週間の作業の記録", "Work log of four weeks"),
        ],
    ),
    (
        "EMB-KE", date(2025, 7, 1), None,
        "引継書のひな形と期限の一覧", "Hand-over template with a list of deadlines", "", "",
        [
            ("引継ぎにかかる週", "Weeks for a hand-over", "週", " weeks", 5, date(2025, 8, 31), 2, date(2026, 9, 30),
             "着任者への聞き取り", "Interviews with newcomers"),
        ],
    ),
    (
        "EMB-BR", date(2026, 4, 1), None,
        "査証書類の点検の自動化", "Automatic checks of visa documents", "", "",
        [
            ("書類1件の点検の時間", "Time to check one file", "分", " min", 18, date(2026, 5, 29), None, None,
             "2週間の作業の記録", "Work log of two weeks"),
        ],
    ),
    (
        "EMB-ID", date(2023, 4, 3), date(2025, 3, 31),
        "紙の回覧をやめて掲示板に", "A notice board instead of paper circulars",
        "課ごとに始める日を選べるようにしたら続いた。", "It lasted once each section could choose its first day.",
        [
            ("回覧が一回りする日", "Days for a circular to go round", "日", " days", 6, date(2023, 4, 28), 1, date(2025, 3, 14),
             "回覧簿", "Circulation log"),
        ],
    ),
]  # fmt: skip
MEASURE = (
    "name", "name_en", "unit", "unit_en", "before", "before_on", "after", "after_on", "source", "source_en",
)  # fmt: skip


def load(bodies, today):
    """`bodies` are those of the demonstration by code."""
    load_models()
    load_deputies(bodies, today)
    load_former_name(bodies["support"])


def load_models():
    for code, start, end, trying, trying_en, learnt, learnt_en, measures in MODELS:
        model = ModelDepartment.objects.create(
            department=Department.objects.get(code=code),
            starts_on=start,
            ends_on=end,
            trying=trying,
            trying_en=trying_en,
            learnt=learnt,
            learnt_en=learnt_en,
        )
        for values in measures:
            model.measures.create(**dict(zip(MEASURE, values, strict=True)))


def load_deputies(bodies, today):
    """A vacant seat kept by a deputy, and a deputy beside a holder; the vacancy began with a transfer."""
    vacant = bodies["dx-team"].seats.get(title__startswith="参事官")
    vacant.terms.create(person=staff(12), starts_on=date(2023, 7, 3), ends_on=today - timedelta(days=75))
    vacant.terms.create(person=staff(3), is_deputy=True, starts_on=today - timedelta(days=74))
    head = Seat.objects.filter(body=bodies["sub-ai"]).first()
    head.terms.create(person=staff(13), is_deputy=True, starts_on=today - timedelta(days=20))
    bodies["sub-posts"].seats.create(
        title="副座長", title_en="Vice-chair", starts_on=date(2025, 4, 1), position=1
    )


def load_former_name(support):
    """Until the spring of 2024 the support team had another name."""
    support.past.create(
        until=date(2024, 3, 31),
        name="IT相談窓口",
        name_en="IT Help Desk",
        parent=Body.objects.get(code="dx-team"),
        relation=support.relation,
    )


def staff(number):
    return User.objects.get(staff_number=f"S{number:06d}")
