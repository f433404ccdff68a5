"""A practice from the proposal to the archive, its files, and departments beside it (T10, T11)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from dxportal import uploads
from taskforce import maps, trees
from taskforce.models import GoodPractice, PracticeFile, Replication
from taskforce.models.practice_sets import months_from
from tests.factories.accounts import DepartmentFactory, DutyFactory, UserFactory
from tests.factories.taskforce_ideas import DAY, NOON, published_practice, secretary, spread_of

pytestmark = pytest.mark.django_db
HALF_YEAR = date(2027, 5, 24)  # six months after NOON


def at(name, *args):
    return reverse(f"taskforce:{name}", args=args)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 6, 15), -6, date(2025, 12, 15)),
    ],
)
def test_months_end_with_the_month(day, months, found):
    assert months_from(day, months) == found


def test_contact_confirms_after_six_months():
    contact = UserFactory()
    practice = published_practice(contact=contact)
    asked = [list(GoodPractice.objects.needing(contact, day)) for day in (DAY, HALF_YEAR)]
    assert asked == [[], [practice]]
    practice.confirm(by=contact, today=HALF_YEAR)
    assert not GoodPractice.objects.needing(contact, HALF_YEAR).exists()


def test_department_is_asked_where_nobody_is_the_contact():
    practice = published_practice()
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER, department=practice.department).user
    asked = [list(GoodPractice.objects.needing(user, HALF_YEAR)) for user in (reporter, UserFactory())]
    assert asked == [[practice], []]


def test_archived_practice_is_read_at_its_address_but_not_listed(client_for):
    practice = published_practice(title="前の日程表")
    practice.archive("新しい道具に替えた。", by=secretary())
    client = client_for(UserFactory())
    assert "新しい道具に替えた。" in client.get(practice.get_absolute_url()).content.decode()
    assert "前の日程表" not in client.get(at("practices")).content.decode()
    assert client.get(at("practice_replicate", practice.pk)).status_code == 403
    listed = client_for(secretary()).get(at("practices"), {"show": "archived"}).content.decode()
    assert "前の日程表" in listed


def test_archiving_needs_a_reason(client_for):
    practice = published_practice()
    client_for(secretary()).post(at("practice_archive", practice.pk), {"reason": " "})
    assert GoodPractice.objects.get().is_published


def test_proposal_goes_back_and_comes_again():
    reporter = DutyFactory(role=Role.PROGRESS_REPORTER).user
    practice = published_practice(by=reporter)
    practice.send_back("手順を足してください。", by=secretary())
    assert list(GoodPractice.objects.needing(reporter, DAY)) == [practice]
    practice.propose_again(by=reporter)
    assert list(GoodPractice.objects.needing(secretary(), DAY)) == [practice]
    with pytest.raises(ValidationError):
        practice.propose_again(by=reporter)


def test_double_click_proposes_once():
    reporter, place = DutyFactory(role=Role.PROGRESS_REPORTER).user, DepartmentFactory()
    assert published_practice(by=reporter, department=place) == published_practice(
        by=reporter, department=place
    )


def test_template_file_is_served_until_it_is_withdrawn(client_for):
    practice, chief = published_practice(), secretary()
    upload = uploads.accept(SimpleUploadedFile("ひな形.csv", "名前,日\n一,2\n".encode()))
    file = PracticeFile.add(practice, upload, by=chief)
    client = client_for(UserFactory())
    answer = client.get(file.get_absolute_url())
    assert (answer.status_code, "名前" in b"".join(answer).decode("utf-8-sig")) == (200, True)
    file.withdraw(by=chief)
    assert client.get(file.get_absolute_url()).status_code == 404


def test_two_clicks_are_enough(client_for):
    practice, staff = published_practice(), UserFactory()
    client = client_for(staff)
    form = client.get(at("practice_replicate", practice.pk)).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    client.post(at("practice_replicate", practice.pk), {**fields, "started_on": ""})
    row = Replication.objects.get()
    assert (row.department, row.status, row.learnt_from) == (staff.department, "started", practice.department)


def test_planned_hours_are_no_saving():
    practice = published_practice(hours_saved=Decimal("100"))
    planner, user = UserFactory(), UserFactory()
    practice.replicate(planner.department, status="planned", by=planner, hours_saved=9)
    practice.replicate(user.department, status="started", by=user, hours_saved=5)
    told = GoodPractice.objects.with_spread().get()
    assert (told.hours_saved_everywhere, told.hours_planned) == (105, 9)
    figures = Replication.objects.figures()
    assert figures == {"departments": 1, "planning": 1, "hours": 5, "hours_planned": 9}
    assert GoodPractice.objects.with_users_counted().get().hours == 105


def test_stale_record_of_a_department_is_refused(client_for):
    practice, staff = published_practice(), UserFactory()
    practice.replicate(staff.department, status="started", by=staff, at=NOON)
    fields = {"department": staff.department_id, "status": "in_use", "version": 1}
    client, page = client_for(staff), at("practice_replicate", practice.pk)
    answers = [client.post(page, {**fields, "hours_saved": hours}).status_code for hours in (5, 7)]
    assert (answers, Replication.objects.get().hours_saved) == ([302, 409], 5)


# --- many departments ------------------------------------------------------------------------------


def region(number):
    """So many posts of one region."""
    group = DepartmentFactory(kind="mission_group", name="在外公館(アジア)", code="POST-AS")
    return group, [DepartmentFactory(kind="embassy", parent=group) for _count in range(number)]


def taken_up_by(practice, places):
    user = secretary()
    for place in places:
        practice.replicate(place, status="in_use", by=user, at=NOON, learnt_from=practice.department)
    return GoodPractice.objects.with_spread().get(pk=practice.pk)


def test_more_than_forty_departments_are_grouped_until_opened():
    _group, posts = region(41)
    practice = taken_up_by(published_practice(), posts)
    folded, opened = trees.tree_of(practice), trees.tree_of(practice, ["POST-AS"])
    assert [(branch.mark, branch.number) for branch in folded.branches] == [("", 1), ("group", 41)]
    assert (len(opened.branches), opened.all_open, opened.choices[0]["is_open"]) == (42, True, True)


def test_long_chain_of_teachers_is_drawn(client_for):
    practice = spread_of(published_practice(), 39)
    page = client_for(UserFactory()).get(practice.get_absolute_url())
    assert page.content.decode().count('<circle class="n-dot"') == 38


def test_department_page_tells_what_it_uses_and_taught(client_for):
    practice = spread_of(published_practice(title="日程表"), 2)
    first, second = (row.department for row in practice.spread)
    shown = client_for(UserFactory()).get(at("practice_department", first.code)).content.decode()
    assert "日程表" in shown and practice.department.name in shown and second.name in shown
    export = client_for(UserFactory()).get(at("practice_department", first.code), {"export": "csv"})
    assert export.content.decode("utf-8-sig").count(first.code) == 1


def test_map_counts_departments_by_region():
    group, posts = region(3)
    practice = taken_up_by(published_practice(), posts[:2])
    practice.replicate(posts[2], status="planned", by=secretary(), hours_saved=4)
    told = maps.world(GoodPractice.objects.all())
    found = next(one for one in told["regions"] if one.place == group)
    assert (found.number, len(found.using), len(found.planning), found.hours_planned) == (3, 2, 1, 4)


def test_posts_stand_where_their_city_is():
    tokyo = maps.coordinates()["Asia/Tokyo"]
    assert (round(tokyo[0]), round(tokyo[1])) == (36, 140)
    assert maps.distinct(["在外公館(アジア)", "在外公館(欧州)"]) == ["アジア", "欧州"]


@pytest.mark.parametrize("rows", (1, 3))
@pytest.mark.parametrize(("name", "queries"), [("practice_department", 15), ("practice_map", 7)])
def test_pages_cost_the_same_for_any_spread(client_for, django_assert_num_queries, name, queries, rows):
    practice = spread_of(published_practice(), rows)
    code = practice.spread[0].department.code
    page = at(name, code) if name == "practice_department" else at(name)
    client = client_for(UserFactory())
    client.get(page)
    with django_assert_num_queries(queries):
        assert client.get(page).status_code == 200
