"""The demonstration's workshops, some past, some to come, with people registered."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from dxportal import dates, officedays
from taskforce.models import Workshop

# title, title_en, description, description_en, host, host_en, days from today, hour in Tokyo, minutes, capacity
WORKSHOPS = [
    (
        "表計算で日程表を組む(初級)",
        "Building itineraries in a spreadsheet (beginners)",
        "訪問日程表のひな形を使い、便名と時差の入れ方を練習する。",
        "Practise with the itinerary template: flights and time zones.",
        "製品の開発元",
        "The vendor",
        3,
        18,
        60,
        40,
    ),
    (
        "省内生成AI 使い方相談会",
        "Generative AI clinic",
        "実際の文書を持ち寄り、下書きと要約の頼み方を試す。機密性3情報は持ち込まない。",
        "Bring real texts (no secrets) and try drafting and summarising.",
        "DXサポートチーム",
        "DX Support Team",
        9,
        9,
        90,
        60,
    ),
    (
        "電子決裁 はじめの一歩",
        "First steps in electronic approval",
        "起案から決裁までを画面で通す。",
        "From draft to approval on screen.",
        "情報通信課",
        "ICT Division",
        14,
        17,
        45,
        80,
    ),
    (
        "RPAで集計を自動にする",
        "Automating tallies with RPA",
        "毎月の集計を一つ選び、自動にする。",
        "Pick one monthly tally and automate it.",
        "DXサポートチーム",
        "DX Support Team",
        30,
        16,
        90,
        30,
    ),
    (
        "引継書のひな形の使い方",
        "Using the hand-over template",
        "冬の異動の前に、ひな形を自分の仕事で埋めてみる。",
        "Fill the template with your own work before the winter transfers.",
        "グループB",
        "Group B",
        -12,
        18,
        60,
        100,
    ),
    (
        "窓口の混み具合を出してみる",
        "Showing the queue at the counter",
        "在タイ大使館の4週間の試行の報告。",
        "What the embassy in Thailand learnt in four weeks.",
        "在タイ大使館",
        "Embassy in Thailand",
        -33,
        17,
        60,
        100,
    ),
]


def load(today):
    """Around `today`; called by the taskforce's loader, which loads once."""
    people = list(User.objects.active().filter(department__isnull=False)[70:150])
    for title, title_en, text, text_en, host, host_en, days, hour, minutes, capacity in WORKSHOPS:
        day = officedays.next_office_day(today + timedelta(days=days))
        start = dates.local_morning(day, dates.TOKYO, hour)
        workshop = Workshop.objects.create(
            title=title,
            title_en=title_en,
            description=text,
            description_en=text_en,
            host=host,
            host_en=host_en,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            place="本省 8階 会議室",
            place_en="HQ, 8th floor",
            capacity=capacity,
        )
        for person in people[: min(capacity - 6, 26 + abs(days))]:
            workshop.register(person, at=min(start - timedelta(days=1), timezone.now()))
