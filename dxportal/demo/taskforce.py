"""The demonstration's structure, groups, themes and workshops; dates hang on the day of loading."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import Activity, Department, Duty, Role, User
from dxportal import dates, officedays
from dxportal.demo import consultations, seasons, structure, workshops
from taskforce.models import (
    ActionItem,
    Body,
    GroupMembership,
    Meeting,
    Seat,
    SeatTerm,
    Theme,
    ThemeMeasure,
    WorkingGroup,
)

SINCE = date(2021, 6, 1)

# code, kind, parent, relation, name, name_en, purpose, purpose_en
BODIES = [
    (
        "honbu",
        "council",
        None,
        "reports",
        "業務改善推進本部",
        "Council for Better Work",
        "年2回。計画の決定と見直し",
        "Meets twice a year to decide and review the plan",
    ),
    (
        "dx-team",
        "team",
        "honbu",
        "reports",
        "DX推進チーム",
        "DX Team",
        "毎月第2火曜。四半期報告の確認、試行の決定",
        "Second Tuesday of each month: checks quarterly reports, decides on pilots",
    ),
    (
        "members",
        "members",
        "dx-team",
        "reports",
        "構成する課室",
        "Member divisions",
        "施策を担当し、四半期ごとに報告する",
        "Run the initiatives and report every quarter",
    ),
    (
        "support",
        "support",
        "dx-team",
        "reports",
        "DXサポートチーム",
        "DX Support Team",
        "外部から招いた専門家。現場の相談に入る",
        "Outside experts who help on the spot",
    ),
    (
        "taskforce",
        "taskforce",
        "dx-team",
        "cooperates",
        "有志タスクフォース",
        "Volunteer Taskforce",
        "所属の仕事と並行。テーマは2〜3か月で見直す",
        "Beside their own jobs; themes are reviewed every two to three months",
    ),
    (
        "models",
        "model",
        "dx-team",
        "cooperates",
        "モデル部署",
        "Model departments",
        "新しい道具を先に使い、となりに教える",
        "Use new tools first and teach their neighbours",
    ),
    ("sub-ai", "subcommittee", "dx-team", "reports", "生成AI利用", "Use of generative AI", "", ""),
    ("sub-posts", "subcommittee", "dx-team", "reports", "在外業務", "Work at missions", "", ""),
    ("sub-consular", "subcommittee", "dx-team", "reports", "領事手続", "Consular procedures", "", ""),
]
OPEN_TO = {
    "sub-ai": ("全職員が傍聴できる", "All staff may listen in"),
    "sub-posts": ("在外公館の総務担当", "Administration officers at missions"),
    "sub-consular": ("領事担当", "Consular officers"),
}
MEMBER_DIVISIONS = [
    "HQ-MIN-BPR",
    "HQ-MIN-GAD",
    "HQ-MIN-ICT",
    "HQ-MIN-PER",
    "HQ-MIN-FIN",
    "HQ-CAB-POL",
    "HQ-PCD-STR",
]

# slug, theme, theme_en, goal, goal_en, weeks since the start, weeks in all,
# measures (name, name_en, unit, start, now, target)
GROUPS = [
    (
        "a",
        "会議録を人手なしで残す",
        "Minutes without typing",
        "会議のあとに録音を聞き直して議事録を書く時間が、1件あたり平均2時間かかっている。省内の音声認識で下書きを作り、確認だけで終わるようにする。",
        "Writing minutes takes two hours a meeting on average. Let in-house speech recognition "
        "draft them, so that people only check.",
        7,
        11,
        [
            ("議事録1件にかかる時間", "Hours per set of minutes", "時間", "2.0", "0.8", "0.5"),
            ("試した課室", "Divisions trying it", "", "0", "6", "10"),
        ],
    ),
    (
        "b",
        "異動の引継ぎを2週間で終える",
        "Hand-over in two weeks",
        "夏と冬の異動で、引継ぎに平均5週間かかっている。引継書のひな形と期限の一覧で、着任から2週間で前任者と同じ仕事を始められるようにする。",
        "Hand-overs take five weeks on average. With a template and a list of deadlines, newcomers "
        "should be up to speed in two.",
        9,
        12,
        [
            ("引継ぎにかかる週", "Weeks for a hand-over", "", "5.1", "3.4", "2.0"),
            ("試した部署", "Departments trying it", "", "0", "9", "12"),
        ],
    ),
    (
        "c",
        "会議の前と後を短くする",
        "Less work around meetings",
        "会議そのものより、日程の調整と資料の差し替え、結果の連絡に時間がかかる。調整と共有のやり方をそろえ、1件あたりの手間を半分にする。",
        "Scheduling, swapping documents and sending results take longer than the meeting. One way "
        "of doing it should halve the effort.",
        1,
        12,
        [("会議1件の前後の作業", "Work around a meeting", "分", "95", None, "45")],
    ),
    (
        "d",
        "窓口の待ち時間を減らす",
        "Shorter waits at the counter",
        "領事窓口の混み具合が来るまで分からない。待ち人数を公館サイトに出し、来館を分散させる。",
        "Visitors cannot see how busy a consular counter is. Show the queue on the mission's site "
        "and spread the visits.",
        12,
        12,
        [
            ("午前の平均の待ち時間", "Average wait in the morning", "分", "42", "31", "20"),
            ("試した公館", "Missions trying it", "", "0", "2", "5"),
        ],
    ),
]
ITEMS = [
    ("a", "音声認識の誤りの多い語を100語集める", 5),
    ("a", "確認だけで済んだ会議の割合を数える", 12),
    ("b", "中間メモを事務局に出す", 3),
    ("b", "現地職員向けの引継書を英語で作る", 10),
    ("b", "人事課と次の担当を相談する", 15),
    ("c", "会議の前後の作業を5課で測る", 8),
    ("c", "日程調整の手順を1枚にまとめる", 20),
    ("d", "在タイ大使館の4週間の結果をまとめる", -2),
    ("d", "掲示の文面を3か国語にする", 6),
]
PARTS = [("調査", "Research"), ("ひな形", "Templates"), ("試行", "Pilots"), ("記録", "Notes")]


def staff(number):
    return User.objects.get(staff_number=f"S{number:06d}")


@transaction.atomic
def load(today):
    """Load once; a second call finds everything there and does nothing."""
    if Body.objects.exists():
        return
    load_bodies(today)
    load_groups(today)
    seasons.load(today)
    workshops.load(today)
    consultations.load()


def load_bodies(today):
    known = {}
    for position, (code, kind, parent, relation, name, name_en, purpose, purpose_en) in enumerate(BODIES):
        open_to, open_to_en = OPEN_TO.get(code, ("", ""))
        known[code] = Body.objects.create(
            code=code,
            kind=kind,
            parent=known.get(parent),
            relation=relation,
            name=name,
            name_en=name_en,
            purpose=purpose,
            purpose_en=purpose_en,
            open_to=open_to,
            open_to_en=open_to_en,
            position=position,
            starts_on=SINCE,
            next_meeting_at=dates.local_morning(today + timedelta(days=7 + position), dates.TOKYO, 15)
            if kind == "subcommittee"
            else None,
        )
    seat(known["honbu"], "本部長 官房長(CDO)", "Chair: Deputy Vice-Minister (CDO)", staff(1))
    seat(known["dx-team"], "チーム長 官房審議官", "Head: Deputy Assistant Vice-Minister", staff(2))
    seat(known["dx-team"], "副チーム長 業務合理化推進室長", "Deputy head: Director, Reform Office", staff(3))
    for code in MEMBER_DIVISIONS:
        seat(known["members"], "", "", None, department=code)
    for number, title, title_en in (
        (7, "画面・業務設計", "Service design"),
        (8, "データ・自動化", "Data and automation"),
        (9, "情報セキュリティ", "Security"),
        (10, "研修", "Training"),
    ):
        seat(known["support"], title, title_en, staff(number))
    seat(known["dx-team"], "参事官(情報化担当)", "Counsellor for Digital Affairs", None)
    seat(known["sub-ai"], "情報通信課 課長補佐", "Deputy Director, ICT", staff(11))
    seat(known["sub-posts"], "官房審議官", "Deputy Assistant Vice-Minister", staff(2))
    seat(known["sub-consular"], "領事局政策課長", "Director, Consular Policy", staff(259))
    structure.load(known, today)


def seat(body, title, title_en, person, department=None):
    place = Department.objects.get(code=department) if department else None
    made = Seat.objects.create(
        body=body,
        title=title,
        title_en=title_en,
        department=place,
        starts_on=SINCE,
        position=body.seats.count(),
    )
    if person:
        SeatTerm.objects.create(seat=made, person=person, starts_on=date(2025, 7, 1))


def load_groups(today):
    body = Body.objects.get(code="taskforce")
    members = iter(range(49, 63))
    for index, (slug, *_rest) in enumerate(GROUPS):
        group = WorkingGroup.objects.create(
            slug=slug,
            name=f"グループ{slug.upper()}",
            name_en=f"Group {slug.upper()}",
            body=body,
            founded_on=SINCE,
        )
        join(group, staff(45 + index), lead=True, part=("まとめ役", "Lead"))
        for number in range(4 if index < 2 else 3):
            join(group, staff(next(members)), part=PARTS[number % 4])
        load_theme(group, today, *_rest)
        load_meetings(group, today)
    for slug, text, days in ITEMS:
        group = WorkingGroup.objects.get(slug=slug)
        owners = list(group.memberships.all())
        owner = owners[days % len(owners)].person
        due = officedays.next_office_day(today + timedelta(days=days))
        ActionItem.objects.create(group=group, text=text, owner=owner, due_on=due)


def join(group, person, *, lead=False, part):
    joined = date(2026, 4, 1)
    GroupMembership.objects.create(
        group=group,
        person=person,
        is_lead=lead,
        part=part[0],
        part_en=part[1],
        hours_a_month=6 if lead else 4,
        joined_on=joined,
    )
    role = Role.TASKFORCE_LEAD if lead else Role.TASKFORCE_MEMBER
    Duty.objects.get_or_create(user=person, role=role, scope=group.scope, starts_on=joined)


def load_theme(group, today, title, title_en, goal, goal_en, weeks_passed, weeks, measures):
    starts = dates.week_start(today - timedelta(weeks=weeks_passed))
    friday = starts + timedelta(weeks=weeks, days=-3)
    theme = Theme.objects.create(
        group=group,
        title=title,
        title_en=title_en,
        goal=goal,
        goal_en=goal_en,
        starts_on=starts,
        review_on=officedays.next_office_day(friday),
    )
    for name, name_en, unit, start, now, target in measures:
        ThemeMeasure.objects.create(
            theme=theme,
            name=name,
            name_en=name_en,
            unit=unit,
            start_value=start,
            current_value=now,
            target_value=target,
        )
    Activity.record(
        "theme.started",
        theme,
        by=group.memberships.get(is_lead=True).person,
        at=dates.local_morning(starts, dates.TOKYO, 18),
        label=str(group),
        source="demo",
        summary=f"次のテーマを「{title}」に決めた",
        summary_en=f"Chose its next theme: {title_en}",
    )


def load_meetings(group, today):
    for days, title, title_en, notes in (
        (6, "中間メモの確認", "Check of the interim note", ""),
        (
            -8,
            "試行の結果",
            "Results of the trial",
            "試した部署の声を読み合わせた。手順の3番目で止まる人が多い。画面の写しを足す。",
        ),
        (-22, "進め方の相談", "How to go on", "次の2週間で測るものを決めた。担当は調査の2人。"),
    ):
        Meeting.objects.create(
            group=group,
            title=title,
            title_en=title_en,
            notes=notes,
            starts_at=dates.local_morning(
                officedays.next_office_day(today + timedelta(days=days)), dates.TOKYO, 18
            ),
        )
