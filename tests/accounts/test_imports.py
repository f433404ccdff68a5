"""Departments and staff from files: complete, exact, all or nothing, and the second time nothing."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from accounts.imports import DepartmentImport, StaffImport
from accounts.models import Activity, Department, Duty, Role, SecurityEvent, User
from tests.factories import DepartmentFactory, DutyFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
STAFF = (
    "staff_no,name_ja,name_kana,name_en,email,department_code,"
    "language,employment_kind,job_title,duty,is_active,joined_on"
)
DEPARTMENTS = "code,name_ja,name_en,kind,parent_code,timezone,country_code,short_name_ja,city_en,note"
HANAKO = "S1,髙橋 花子,タカハシ ハナコ,Hanako TAKAHASHI,hanako@example.jp,D1,ja,regular,課長補佐,editor,1,2020-04-01"
TARO = "S2,本省 太郎,,,taro@example.jp,D1,en,local,,,1,"


@pytest.fixture
def division():
    return DepartmentFactory(code="D1", name="第一課")


def staff(*lines, encoding="utf-8", today=TODAY, **options):
    data = "\n".join([STAFF, *lines]).encode(encoding)
    return StaffImport(data, today=today, name="staff.csv").run(**options)


def departments(*lines, **options):
    data = "\n".join([DEPARTMENTS, *lines]).encode()
    return DepartmentImport(data, today=TODAY, name="departments.csv").run(**options)


def department(code, parent="", name="課", kind="division", zone="Asia/Tokyo"):
    return f"{code},{name},,{kind},{parent},{zone},JP,,,"


def problems(outcome):
    return [tuple(problem) for problem in outcome.problems]


# --- departments ------------------------------------------------------------------------------------------


def test_children_may_stand_before_parents():
    outcome = departments(department("C", "B"), department("B", "A"), department("A"))
    assert (outcome.created, outcome.problems) == (3, [])
    assert Department.objects.get(code="C").path == "A/B/C/"


def test_same_departments_again_change_nothing():
    lines = [department("B", "A"), department("A")]
    departments(*lines)
    written = Activity.objects.count()
    assert departments(*lines).counts == dict.fromkeys(departments(*lines).counts, 0) | {"unchanged": 2}
    assert Activity.objects.count() == written


def test_circle_is_refused_on_each_line_of_it():
    outcome = departments(department("A", "C"), department("B", "A"), department("C", "B"), department("D"))
    assert [(line, column) for line, column, *_ in outcome.problems] == [
        (2, "parent_code"),
        (3, "parent_code"),
        (4, "parent_code"),
    ]
    assert not Department.objects.exists()


def test_row_below_a_bad_row_is_bad_too_and_the_rest_may_be_taken():
    lines = [department("A", kind="castle"), department("B", "A"), department("C", "B"), department("D")]
    outcome = departments(*lines, skip_bad=True)
    assert [(problem.line, problem.column) for problem in outcome.problems] == [
        (2, "kind"),
        (3, "parent_code"),
        (4, "parent_code"),
    ]
    assert list(Department.objects.values_list("code", flat=True)) == ["D"]


def test_moved_bureau_takes_along_what_the_file_does_not_name():
    departments(department("A"), department("B"), department("X", "A"), department("Y", "X"))
    outcome = departments(department("A"), department("B"), department("X", "B"))
    assert (outcome.changed, outcome.unchanged) == (1, 2)
    assert Department.objects.get(code="Y").path == "B/X/Y/"
    assert Activity.objects.with_verbs("department.updated").get().changes == {"上位組織": ["課", "課"]}


def test_missing_department_is_deactivated_only_when_asked():
    departments(department("A"), department("B"))
    assert departments(department("A")).deactivated == 0
    assert departments(department("A"), deactivate_missing=True).deactivated == 1
    assert not Department.objects.get(code="B").is_active


# --- staff ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_person_comes_in_with_everything(division, encoding):
    outcome = staff(HANAKO, encoding=encoding)
    person = User.objects.get()
    assert (outcome.created, outcome.duties_given) == (1, 1)
    assert (person.name, person.email, person.department, person.joined_on) == (
        "髙橋 花子",
        "hanako@example.jp",
        division,
        date(2020, 4, 1),
    )
    assert not person.has_usable_password()
    assert list(User.objects.search("高橋")) == [person]


def test_every_bad_cell_is_told_in_one_pass_and_nothing_is_taken(division):
    outcome = staff(
        HANAKO,
        "S3,,,,not-an-address,D9,fr,king,,emperor,2,yesterday",
        "S1,二重,,,third@example.jp,D1,ja,regular,,,1,",
        "S4,改行,,,hanako@example.jp,D1,ja,regular,,,1,",
    )
    assert [(p.line, p.column, p.value) for p in outcome.problems] == [
        (3, "name_ja", ""),
        (3, "email", "not-an-address"),
        (3, "department_code", "D9"),
        (3, "language", "fr"),
        (3, "employment_kind", "king"),
        (3, "duty", "emperor"),
        (3, "is_active", "2"),
        (3, "joined_on", "yesterday"),
        (4, "staff_no", "S1"),
        (5, "email", "hanako@example.jp"),
    ]
    assert (outcome.applied, User.objects.count()) == (False, 0)
    assert str(outcome.problems[1]) == "3行目 email「not-an-address」: メールアドレスの形ではありません。"


def test_good_rows_are_taken_when_asked(division):
    outcome = staff(HANAKO, "S3,,,,x@example.jp,D1,ja,regular,,,1,", skip_bad=True)
    assert (outcome.applied, outcome.created, len(outcome.problems)) == (True, 1, 1)


def test_line_numbers_count_lines_inside_quotes(division):
    outcome = staff(
        'S1,"花\n子",,,a@example.jp,D1,ja,regular,,,1,', "S2,名,,,b@example.jp,D9,ja,regular,,,1,"
    )
    assert [(p.line, p.column) for p in outcome.problems] == [(2, "name_ja"), (4, "department_code")]


def test_same_staff_again_change_nothing(division):
    staff(HANAKO, TARO)
    written = Activity.objects.count(), SecurityEvent.objects.count(), Duty.objects.count()
    outcome = staff(HANAKO, TARO)
    assert (outcome.unchanged, outcome.changes) == (2, 0)
    assert (Activity.objects.count(), SecurityEvent.objects.count(), Duty.objects.count()) == written


def test_changed_cell_is_kept_with_before_and_after(division):
    staff(HANAKO)
    outcome = staff(HANAKO.replace("課長補佐", "課長"))
    assert (outcome.changed, Activity.objects.with_verbs("user.updated").get().changes) == (
        1,
        {"役職": ["課長補佐", "課長"]},
    )


def test_password_and_settings_survive_the_next_file(division):
    staff(HANAKO)
    person = User.objects.get()
    person.set_password("a sentence of its own")
    person.calendar, person.timezone = "western", "Europe/Paris"
    person.save()
    staff(HANAKO.replace("課長補佐", "課長"))
    person.refresh_from_db()
    assert person.check_password("a sentence of its own")
    assert (person.calendar, person.timezone) == ("western", "Europe/Paris")


def test_two_people_may_swap_their_addresses(division):
    staff(HANAKO, TARO)
    swapped = [HANAKO.replace("hanako@", "taro@"), TARO.replace("taro@", "hanako@")]
    assert staff(*swapped).changed == 2
    assert User.objects.get(staff_number="S1").email == "taro@example.jp"


def test_address_of_somebody_outside_the_file_is_refused(division):
    UserFactory(email="hanako@example.jp", staff_number=None)
    assert problems(staff(HANAKO)) == [(2, "email", "hanako@example.jp", "ほかの職員が使っています。")]


def test_who_is_missing_is_deactivated_and_signed_out_only_when_asked(division, client_for):
    staff(HANAKO, TARO)
    outsider = UserFactory(staff_number=None)
    client = client_for(User.objects.get(staff_number="S2"))
    assert staff(HANAKO).deactivated == 0
    assert staff(HANAKO, deactivate_missing=True).deactivated == 1
    assert client.get("/me/settings/").url.startswith("/login/")
    assert list(User.objects.active().exclude(pk=outsider.pk).values_list("staff_number", flat=True)) == [
        "S1"
    ]
    assert SecurityEvent.objects.filter(event="user_deactivated").count() == 1


def test_person_on_a_bad_line_is_not_missing(division):
    staff(HANAKO, TARO)
    bad = TARO.replace("local", "king")
    assert staff(HANAKO, bad, skip_bad=True, deactivate_missing=True).deactivated == 0


def test_who_comes_back_is_told_apart_from_who_changed(division):
    """Newcomers and people who return get the latest newsletter (newsletter/joiners.py)."""
    staff(HANAKO)
    staff(HANAKO.replace(",editor,1,", ",editor,0,"))
    staff(HANAKO)
    verbs = Activity.objects.filter(verb__startswith="user.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["user.created", "user.updated", "user.returned"]


def test_duty_follows_the_list_and_hand_given_duties_stay(division):
    staff(HANAKO)
    person = User.objects.get()
    DutyFactory(user=person, role=Role.EXECUTIVE)
    outcome = staff(HANAKO.replace("editor", "progress_reporter"), today=date(2026, 12, 1))
    assert (outcome.duties_given, outcome.duties_ended) == (1, 1)
    held = Duty.objects.on(date(2026, 12, 1)).filter(user=person).values_list("role", "department__code")
    assert sorted(held) == [("executive", None), ("progress_reporter", "D1")]
    assert (
        list(
            Activity.objects.of(person).with_verbs("duty.given", "duty.ended").values_list("verb", flat=True)
        ).count("duty.given")
        == 2
    )


def test_duty_follows_its_holder_to_another_department(division):
    DepartmentFactory(code="D2")
    line = HANAKO.replace("editor", "progress_approver")
    staff(line)
    staff(line.replace(",D1,", ",D2,"), today=date(2026, 12, 1))
    assert [d.department.code for d in Duty.objects.on(date(2026, 12, 1))] == ["D2"]
    assert [d.department.code for d in Duty.objects.on(date(2026, 11, 30))] == ["D1"]


def test_taskforce_duty_has_the_taskforce_as_scope(division):
    staff(HANAKO.replace("editor", "taskforce_member"))
    assert Duty.objects.values_list("scope", "department").get() == ("taskforce", None)


def test_list_cannot_make_administrators(division):
    assert problems(staff(HANAKO.replace("editor", "admin")))[0][:3] == (2, "duty", "admin")


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "中身がありません"),
        (f"{STAFF}\n{HANAKO}".encode("utf-16"), "UTF-16"),
        (f"{STAFF}\n{HANAKO.replace('髙', '高')}".encode("euc_jp"), "EUC-JP"),
        (b"\x80\x81\xfe\xff\xfd", "文字コード"),
        (f'{STAFF}\nS1,"開いたまま'.encode(), "引用符"),
        (b"staff_no,name_ja\n1,2", "見出しがありません: name_kana"),
        (f"{STAFF},email\n".encode(), "同じ見出しが2つあります: email"),
        (b"PK\x03\x04 not a workbook", "このブックは開けません"),
    ],
)
def test_unreadable_file_is_refused_with_the_way_out(division, data, says):
    outcome = StaffImport(data, today=TODAY, name="x").run()
    assert says in outcome.problems[0].reason and not outcome.applied


def test_columns_may_stand_in_any_order_and_wide(division):
    names, cells = STAFF.split(","), HANAKO.replace("S1", "S1").split(",")
    order = sorted(range(len(names)), key=lambda n: names[n])
    data = ",".join(names[n] for n in order) + "\n" + ",".join(cells[n] for n in order)
    assert StaffImport(data.encode(), today=TODAY, name="x").run().created == 1


def test_workbook_is_read_like_the_text(division):
    book, out = Workbook(), io.BytesIO()
    book.active.append(STAFF.split(","))
    book.active.append([*HANAKO.split(",")[:10], 1, date(2020, 4, 1)])
    book.save(out)
    assert StaffImport(out.getvalue(), today=TODAY, name="x.xlsx").run().created == 1
    assert User.objects.get().joined_on == date(2020, 4, 1)


def test_commands_load_the_sample_files_once(project, capsys):
    data = project / "dxportal/demo/data"
    for command, name in (("import_departments", "departments.csv"), ("import_staff", "staff_sample.csv")):
        call_command(command, str(data / name))
        call_command(command, str(data / name))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" 変更なし")[0] for line in lines] == [
        "新規 376 変更 0",
        "新規 0 変更 0",
        "新規 300 変更 0",
        "新規 0 変更 0",
    ]


def test_command_prints_every_problem_and_fails(tmp_path, capsys, division):
    path = tmp_path / "staff.csv"
    path.write_text(f"{STAFF}\n{HANAKO.replace(',D1,', ',D9,')}\n")
    with pytest.raises(CommandError, match="1件の誤り"):
        call_command("import_staff", str(path))
    assert "2行目 department_code「D9」: この組織コードはありません。" in capsys.readouterr().err
