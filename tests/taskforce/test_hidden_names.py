"""Who wrote an anonymous idea stands nowhere: not on a page, in a file, a list's order or a mail, for any role."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Activity, Follow, User
from dxportal import uploads
from newsletter import digest, notices, reminders
from newsletter.composing import NotNeeded
from newsletter.models import Delivery, Heartbeat
from taskforce.forms.idea_list import SORTS
from taskforce.models import Idea, IdeaDraft, IdeaFile, IdeaStatus, Thanks
from tests.factories import PillarFactory, PlanFactory
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory
from tests.factories.taskforce_ideas import (
    draft_idea,
    pilot_of,
    published_idea,
    published_practice,
    spread_of,
)
from tests.world import World

pytestmark = pytest.mark.django_db

# The department stands beside the idea as it was then; where the author works now tells who it is.
WORDS = (
    "秘匿 希望子",
    "ヒトク キボウコ",
    "Anna NYMOUS",
    "anna.nymous@",
    "T999123",
    "転任先ノ課",
    "Division MOVED",
)
TITLE, MERGED, WAITING = "匿名で出した当番表", "まとめられるもの", "まだ返事のないもの"
CHOICE = re.compile(r"<option.*?</option>|<label.*?</label>", re.DOTALL)
OTHERS = tuple("STLRDXEPM")


class Hidden:
    """An anonymous idea through everything that can happen to it, and the people of the walk."""

    def __init__(self):
        self.world, now = World(), timezone.now()
        self.people = {role: self.world.people[role] for role in OTHERS}
        clerk, reader = self.people["X"], self.people["S"]
        self.group = WorkingGroupFactory(slug="b")
        self.author = UserFactory(
            name=WORDS[0],
            name_kana=WORDS[1],
            name_en=WORDS[2],
            email="anna.nymous@example.jp",
            staff_number="T999123",
        )
        pillar = PillarFactory(plan=PlanFactory(status="active"))
        draft = draft_idea(self.author, title=TITLE, is_anonymous=True, pillar=pillar)
        self.file = self.attach(draft, "Anna NYMOUS の案.csv")
        draft.publish(by=self.author, at=now - timedelta(days=20))
        self.idea = draft
        self.other, self.waiting = (
            published_idea(self.author, is_anonymous=True, title=title) for title in (MERGED, WAITING)
        )
        place = DepartmentFactory(name="転任先ノ課", name_en="Division MOVED")
        User.objects.filter(pk=self.author.pk).update(department=place)
        self.author = User.objects.get(pk=self.author.pk)
        self.live(clerk, reader)

    def attach(self, idea, name):
        upload = uploads.accept(SimpleUploadedFile(name, f"a,{len(name)}\n".encode()))
        return IdeaFile.add(idea, upload, by=self.author)

    def live(self, clerk, reader):
        idea = self.idea
        idea.support(by=reader)
        said = idea.comment("部の中だけでも助かります。", by=self.author, mentioned=[reader])
        said.rewrite("課の中だけでも助かります。", by=self.author)
        idea.comment("取り下げる意見", by=self.author).withdraw(by=self.author)
        idea.edit(by=self.author, problem="書き直した困りごと")
        self.attach(idea, "Anna NYMOUS 2.csv").take_out(by=self.author)
        self.attach(idea, "Anna NYMOUS 3.csv").take_out(by=clerk, reason="重複")
        for user in (self.author, *self.people.values()):
            Follow.objects.create(
                user=user,
                target_type="idea",
                target_id=str(idea.number),
                target_label=str(idea),
                target_url="/",
            )
        idea.assign(by=clerk, triage_owner=clerk, group=self.group)
        idea.answer(IdeaStatus.UNDER_REVIEW, "見る", by=clerk)
        other = self.other
        other.comment("こちらでも困っています。", by=self.author)
        other.merge_into(idea, by=clerk)
        self.pilot = pilot_of(idea, by=clerk)
        self.practice = spread_of(published_practice(idea=idea, by=clerk), 2)
        self.note = Thanks.give("助かりました。", by=reader, about=idea, to_author=True)
        idea.withdraw(by=self.author)
        idea.restore(by=self.author)
        idea.refresh_from_db()
        IdeaDraft.keep(idea, {"title": "直し"}, version=idea.version)
        self.waiting.assign(by=clerk, triage_owner=clerk)

    @property
    def pages(self):
        at = lambda name, *args: reverse(f"taskforce:{name}", args=args)  # noqa: E731
        idea, lists = self.idea, (at("ideas"), at("triage"))
        yield from (
            f"{page}?{more}" for page in lists for more in ("", "q=当番表", "own=on", "show=open", "mine=on")
        )
        yield from (f"{page}?show=open&export={kind}" for page in lists for kind in ("csv", "xlsx"))
        yield from (f"{at('ideas')}?sort={sort}" for sort in SORTS)
        yield from (at(name, idea.number) for name in ("idea", "idea_history", "triage_idea"))
        yield from (
            at(name, idea.number) for name in ("pilot_new", "idea_edit", "idea_withdraw", "idea_author")
        )
        yield f"{at('idea_similar')}?q={TITLE}"
        yield from (at("pilots"), f"{at('pilots')}?export=csv", at("pilot", self.pilot.pk))
        yield from (at(name, self.pilot.pk) for name in ("pilot_edit", "pilot_result", "pilot_history"))
        yield from (at("practices"), at("practice_map"), f"{at('practices')}?export=csv")
        for name in ("practice", "practice_edit", "practice_replicate", "practice_history"):
            yield at(name, self.practice.pk)
        yield at("thanks_new", f"idea:{idea.number}")
        yield from (at("thanks_hide", self.note.pk), at("groups"), at("group", "b"), at("group_history", "b"))
        yield at("practice_department", idea.department.code)
        yield self.file.get_absolute_url()
        yield from (reverse("portal:home"), reverse("portal:me"), f"{reverse('portal:search')}?q={TITLE}")
        yield reverse("newsletter:archive")


@pytest.fixture
def hidden():
    Heartbeat.objects.beat("notices")
    return Hidden()


def told(response) -> str:
    """All that the answer holds: headers, the text, the parts of a workbook."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return f"{dict(response.headers)} {content.decode('utf-8', 'replace')}"


def leaks(text) -> list:
    return [word for word in WORDS if word in text]


def without_choices(page, text) -> str:
    """Forms about places offer every department there is; that says nothing of anybody."""
    offers = ("pilots/new/", "/edit/", "/result/", "/replicate/", "/thanks/")
    return CHOICE.sub("", text) if any(part in page for part in offers) else text


@pytest.mark.parametrize("language", ("ja", "en"))
def test_no_page_tells_any_role(hidden, client_for, language):
    User.objects.update(language=language)
    found, opened = [], set()
    for role, person in hidden.people.items():
        client = client_for(User.objects.get(pk=person.pk))
        for page in hidden.pages:
            answer = client.get(page)
            opened |= {page} if answer.status_code == 200 else set()
            found += [(role, page, word) for word in leaks(without_choices(page, told(answer)))]
    assert found == []
    mine = ("/edit/", "/withdraw/")  # the author's own pages of the idea
    assert [page for page in hidden.pages if page not in opened and not page.endswith(mine)] == []


def test_pages_about_the_person_do_not_tell_of_the_idea(hidden, client_for):
    said = (TITLE, "課の中だけでも", "助かりました。", MERGED, WAITING)
    address = reverse("taskforce:contributions", args=[hidden.author.pk])
    pages = (hidden.author.get_absolute_url(), address, f"{reverse('portal:search')}?q=希望子")
    for person in hidden.people.values():
        for page in pages:
            text = told(client_for(person).get(page))
            assert [word for word in said if word in text] == []


def test_history_of_everything_has_no_trace(hidden):
    acts = Activity.objects.exclude(target_type="disclosure")
    assert leaks(str(list(acts.values()))) == []
    assert not acts.filter(actor_id=hidden.author.pk).exists()


@pytest.mark.parametrize("language", ("ja", "en"))
def test_no_mail_tells_anybody_else(hidden, language):
    User.objects.update(language=language)
    assert notices.create() > 0
    rows = [row for row in Delivery.objects.exclude(person=hidden.author) if row.kind == Delivery.Kind.NOTICE]
    written = [(notices.compose, row) for row in rows]
    for person in hidden.people.values():
        for kind, module in ((Delivery.Kind.DIGEST, digest), (Delivery.Kind.REMINDER, reminders)):
            written.append(
                (module.compose, Delivery.objects.post(kind, key=f"x:{kind}:{person.pk}", person=person))
            )
    mails = [mail for compose, row in written if (mail := composed(compose, row, language))]
    assert len(mails) > 5 and any(TITLE in mail for mail in mails)
    assert [found for mail in mails if (found := leaks(mail))] == []


def composed(compose, row, language) -> str:
    """The whole mail, "" when there is nothing to say."""
    row.started_at = timezone.now()
    with translation.override(language):
        try:
            mail = compose(row, User.objects.get(pk=row.person_id))
        except NotNeeded:
            return ""
    return f"{mail.subject} {mail.text} {mail.html}"


@pytest.mark.parametrize("page", ("ideas", "triage"))
def test_order_of_a_list_does_not_follow_the_author(client_for, page):
    people = [UserFactory(name=name) for name in ("あ", "い", "う")]
    ideas = [published_idea(person, is_anonymous=True) for person in people]
    client = client_for(UserFactory(roles=["secretariat"]))
    asked = [*SORTS, "author", "author__name", "-author", "department", "uploaded_by"]

    def orders():
        return [
            list(client.get(reverse(f"taskforce:{page}"), {"sort": sort}).context["page"]) for sort in asked
        ]

    before = orders()
    for idea, person in zip(ideas, reversed(people), strict=True):
        Idea.objects.filter(pk=idea.pk).update(author=person)
    assert orders() == before
