"""The demonstration's past themes since June 2021, an open call with applications, proposals with votes."""

from datetime import timedelta

from accounts.models import Department, User
from dxportal import dates, officedays
from taskforce.models import MemberCall, Theme, ThemeRound, WorkingGroup

# slug, title, English, outcome, English, learnt, English, state,
# handed to; newest first
PAST = [
    ("a", "予定表の使い方をそろえる", "One way to use the calendar", "15分の教材。1,240人が受講", "A 15-minute course taken by 1,240 people",
     "管理職が先に受けると課全体が変わる", "A section changes once its head has taken the course", "ended", ""),
    ("a", "紙の回覧をなくす", "No more paper circulars", "回覧板の電子化。34課室", "Electronic circulars in 34 divisions",
     "一度に替えず、課ごとに始める日を選ばせた", "Let each division choose its first day", "handed_over", "HQ-MIN-GAD"),
    ("a", "会議室の予約を1か所に", "Meeting rooms booked in one place", "5つの台帳が1つに", "Five ledgers became one",
     "古い台帳を閉じる日を先に決める", "Fix the day the old ledger closes first", "handed_over", "HQ-MIN-GAD"),
    ("a", "電話の取次ぎを減らす", "Fewer calls to pass on", "1日あたり40件が12件に", "From 40 to 12 a day",
     "在席の印は自動でないと続かない", "Presence has to be shown by itself", "ended", ""),
    ("b", "異動の引継ぎを見える形に", "Making hand-overs visible", "引継書のひな形。9部署で使用", "A hand-over template, used by nine departments",
     "様式より期限の一覧が効いた", "The list of deadlines mattered more than the form", "continued", ""),
    ("b", "在外から本省への問合せを減らす", "Fewer questions from missions to HQ", "よくある問合せ120問。月310件が190件に",
     "120 answers; questions fell from 310 to 190 a month", "答える課が更新の日を決めると続く",
     "It lasts when the answering division sets its own day for updates", "handed_over", "HQ-MIN-GAD"),
    ("b", "着任者の最初の1週間", "A newcomer's first week", "手続の一覧1枚。14公館で使用", "A one-page checklist, used at 14 missions",
     "現地職員が書いた版が一番使われた", "The version local staff wrote was used most", "ended", ""),
    ("b", "連絡先の表を最新に", "Contact lists that are up to date", "32の表が1つに", "32 lists became one",
     "直す人が見つけた人だと早い", "Whoever finds the error should mend it", "handed_over", "HQ-MIN-ICT"),
    ("b", "よく使う英文の手紙", "Letters in English", "ひな形60通。月90時間の減", "60 templates; 90 hours a month less",
     "公館ごとの言い回しは残す", "Keep each mission's own wording", "ended", ""),
    ("c", "出張の手配を一度で済ませる", "Travel booked in one go", "申請の書式を3枚から1枚に", "Three forms became one",
     "会計課が初めから入ると手戻りがない", "No going back when Accounting is in from the start", "handed_over", "HQ-MIN-FIN"),
    ("c", "領収書を撮って出す", "Receipts by photograph", "6課で試し、精算が9日から4日に", "Tried in six divisions; settlement from nine days to four",
     "規則の読み方を会計課と先に決める", "Agree with Accounting how to read the rules first", "handed_over", "HQ-MIN-FIN"),
    ("c", "オンライン会議の作法", "Manners for online meetings", "1枚の手引き。録画の置き場", "A one-page guide and a place for recordings",
     "遠い公館の時刻を先に見る", "Look at the far missions' clocks first", "ended", ""),
    ("d", "よく使う証明書の案内をそろえる", "Plain guidance on certificates", "12公館で案内文を統一", "Twelve missions share one text",
     "現地職員の言葉の直しが一番役に立った", "The corrections of local staff helped most", "ended", ""),
    ("d", "窓口の予約を試す", "Appointments at the counter", "4公館。待つ人の列が半分に", "Four missions; the queue halved",
     "予約なしの枠を3割残す", "Keep three in ten slots for people without one", "continued", ""),
    ("d", "在留届の確かめを月に一度", "Registrations checked once a month", "古い届が2割減", "A fifth fewer outdated entries",
     "電話よりメールが返る", "Mail is answered more than calls", "handed_over", "HQ-CAB-POL"),
]  # fmt: skip
# What each of them was to bring: title, goal, English.
GOALS = {
    "予定表の使い方をそろえる": (
        "打合せの時刻を電話で聞き合うのをやめ、予定表を見れば空きが分かるようにする。",
        "See from the calendar who is free, instead of ringing round.",
    ),
    "紙の回覧をなくす": (
        "係を三巡りして戻る回覧を、同じ日に全員が読めるようにする。",
        "Everybody reads a circular on the day it is written.",
    ),
    "会議室の予約を1か所に": (
        "秘書室、課、守衛所の台帳で二重に取られる部屋をなくす。",
        "End double bookings between the ledgers of secretaries, divisions and guards.",
    ),
    "電話の取次ぎを減らす": (
        "席にいない人への電話を、取り次ぐ前に知らせられるようにする。",
        "Let callers know before they are passed to an empty desk.",
    ),
    "異動の引継ぎを見える形に": (
        "後任が初日に何を引き継ぐのかを、口頭でなく紙に残す。",
        "Put on paper what a successor takes over on the first day.",
    ),
    "在外から本省への問合せを減らす": (
        "同じ質問が公館の数だけ届くのを、一つの答えで済ませる。",
        "Answer once what every mission asks.",
    ),
    "着任者の最初の1週間": (
        "住居、携帯、口座、館の鍵まで、着任の日から迷わず済ませる。",
        "From flat to bank account to door key: nobody should have to ask twice in the first week.",
    ),
    "連絡先の表を最新に": (
        "異動の翌週に古くなる32の表を、持ち主のいる一つの表にする。",
        "Turn thirty-two lists that age within a week into one with an owner.",
    ),
    "よく使う英文の手紙": (
        "招待、弔意、照会の返事を、着任したての人でも15分で書けるようにする。",
        "Let a newcomer write an invitation, a condolence or a reply within fifteen minutes.",
    ),
    "出張の手配を一度で済ませる": (
        "日程、航空券、宿、命令書に同じ行き先を四度書くのをやめる。",
        "Stop writing the same destination for itinerary, ticket, hotel and order.",
    ),
    "領収書を撮って出す": (
        "のりと台紙を使わずに、出張から戻った日に精算を終える。",
        "Settle a trip on the day of return, without glue.",
    ),
    "オンライン会議の作法": (
        "声の届かない遠い公館が、会議の最後まで残れるやり方を決める。",
        "Agree on ways that keep far missions in the meeting to its end.",
    ),
    "よく使う証明書の案内をそろえる": (
        "館ごとに違う必要書類の書き方を、来る人の側から直す。",
        "Rewrite, for those who come, what papers each mission asks for.",
    ),
    "窓口の予約を試す": (
        "朝いちばんの列を、来る人が選べる時刻に分ける。",
        "Spread the queue at opening time over hours that people choose.",
    ),
    "在留届の確かめを月に一度": (
        "帰国した人の届が残り、急ぎの連絡が届かないのを減らす。",
        "Fewer entries of people who have left, so that urgent notices reach those who stay.",
    ),
}
PROPOSALS = [
    ("d", "来館前の案内を動画に", "Guidance as short films", "書類の不備が多い順に、1分の案内を作る。", "One minute for each of the most frequent mistakes.", 3),
    ("d", "休館日のお知らせを自動に", "Closing days announced by themselves", "休日表から公館サイトの掲示を作る。",
     "The notice on each mission's site comes from the calendar of holidays.", 1),
    ("d", "電話の問合せの一覧", "A list of questions by telephone", "窓口と電話の問合せを1つの表で見る。", "See questions at the counter and by telephone in one list.", 0),
]  # fmt: skip
APPLICATIONS = [
    (120, "在外で3年、窓口の担当でした。掲示の文面を直せます。", "waiting", ""),
    (131, "I can check the English texts.", "waiting", ""),
    (142, "表の集計が得意です。", "declined", "今回は窓口の経験がある人を先にしました。次の募集でぜひ。"),
]
SINCE_WEEKS = 280  # since June 2021


def load(today):
    for group in WorkingGroup.objects.all():
        load_past(group, today)
    load_call(WorkingGroup.objects.get(slug="d"), today)
    load_call(WorkingGroup.objects.get(slug="b"), today, with_applications=False)
    load_round(WorkingGroup.objects.get(slug="d"), today)


def load_past(group, today):
    """The newest ended when the running theme began; the earlier ones lie evenly back to June 2021."""
    rows = [row for row in PAST if row[0] == group.slug]
    newest = group.themes.running().get().starts_on
    step = SINCE_WEEKS // len(rows)
    for number, (_slug, title, title_en, outcome, outcome_en, learnt, learnt_en, state, handed) in enumerate(
        rows
    ):
        ended = officedays.next_office_day(newest - timedelta(weeks=step * number, days=3))
        if number == 0:
            ended = newest - timedelta(days=3)
        Theme.objects.create(
            group=group,
            title=title,
            title_en=title_en,
            goal=GOALS[title][0],
            goal_en=GOALS[title][1],
            starts_on=ended - timedelta(weeks=10 + number % 3),
            review_on=ended,
            state=state,
            reviewed_on=ended,
            outcome=outcome,
            outcome_en=outcome_en,
            learnt=learnt,
            learnt_en=learnt_en,
            handed_to=Department.objects.get(code=handed) if handed else None,
        )


def load_call(group, today, *, with_applications=True):
    call = MemberCall.objects.create(
        group=group,
        text="試行の結果を公館ごとにまとめ、案内の文面を直す人を探しています。",
        text_en="We look for people who sum up the results of each mission and mend the texts.",
        places=2,
        hours_a_month=4,
        opens_on=today - timedelta(days=6),
        closes_on=officedays.next_office_day(today + timedelta(days=14)),
    )
    if not with_applications:
        return
    lead = group.memberships.get(is_lead=True).person
    for number, line, state, answer in APPLICATIONS:
        asked = dates.local_morning(today - timedelta(days=4), dates.TOKYO, 10)
        answered = dates.local_morning(today - timedelta(days=1), dates.TOKYO, 17)
        told = {} if state == "waiting" else {"answer": answer, "answered_by": lead, "answered_at": answered}
        call.applications.create(person=staff(number), line=line, state=state, applied_at=asked, **told)


def load_round(group, today):
    members = [m.person for m in group.memberships.current().select_related("person")]
    found = ThemeRound.objects.create(
        group=group,
        opened_on=today - timedelta(days=7),
        closes_on=officedays.next_office_day(today + timedelta(days=5)),
    )
    voters = iter(members)
    for number, (_slug, title, title_en, text, text_en, votes) in enumerate(PROPOSALS):
        proposal = found.proposals.create(
            title=title,
            title_en=title_en,
            text=text,
            text_en=text_en,
            by=members[number % len(members)],
            proposed_at=dates.local_morning(today - timedelta(days=6 - number), dates.TOKYO, 12),
        )
        for person in [next(voters, None) for _ in range(votes)]:
            if person is not None:
                found.votes.create(proposal=proposal, person=person)


def staff(number):
    return User.objects.get(staff_number=f"S{number:06d}")
