"""Who may open the pages of the newsletter (permissions.md: the rows on issues, preferences)."""

from newsletter import feeds
from newsletter.models import Issue, Preference, Topic
from tests.factories.newsletter import IssueFactory, LetterFactory, add_image, sent_issue
from tests.sweep import EVERYBODY, SIGNED_IN, STAFF, Row

MAKERS = "X E"
NOT_MAKERS = "S T L R D P M"


def draft(world):
    """A draft of the editor of the walk: unknown to everybody who does not make issues."""
    return world.once("draft", lambda: IssueFactory(number=7, created_by=world.people["E"]))


def in_check(world):
    """Waits for the secretariat: the editor may look but not approve."""
    make = lambda: IssueFactory(number=8, created_by=world.people["E"], state=Issue.State.CHECKING)  # noqa: E731
    return world.once("in_check", make)


def leaving(world):
    return world.once("leaving", lambda: sent_issue(number=5, state=Issue.State.SENDING))


def sent(world):
    return world.once("sent", lambda: sent_issue(number=4))


def number(make):
    return lambda world: {"number": make(world).number}


def article(make):
    return lambda world: {"number": make(world).number, "pk": make(world).articles.get().pk}


def image(world):
    """A picture of the draft: with it unknown to everybody who does not make issues."""
    kept = world.once("image", lambda: add_image(draft(world)))
    return {"number": kept.issue.number, "image": kept.number}


def act(world):
    return {"number": leaving(world).number, "act": "pause"}


def token(world):
    return {"token": Preference.unsubscribe_token(world.people["S"], Topic.DIGEST)}


def marked(world):
    """An address that nothing reaches."""
    make = lambda: Preference.objects.create(person=world.people["S"])  # noqa: E731
    return {"pk": world.once("marked", make).pk}


def own_letter(world):
    """A letter of S: known to its writer and to those who make issues."""
    letter = world.once("letter", lambda: LetterFactory(author=world.people["S"]))
    return {"pk": letter.pk}


def feed_word(world):
    return {"token": feeds.token(world.people["S"])}


def making(get=MAKERS, post=MAKERS, make=draft, kwargs=None, **more):
    """A page for those who make issues, about a draft nobody else knows of."""
    return Row(get=get, post=post, kwargs=kwargs or number(make), hidden=NOT_MAKERS, **more)


SWEEP = {
    "newsletter:archive": Row(get=SIGNED_IN),
    "newsletter:issue": Row(get=STAFF, kwargs=number(sent), hidden="P"),
    "newsletter:new": Row(get=None, post=MAKERS),
    "newsletter:edit": making(),
    "newsletter:article": making(kwargs=article(draft)),
    "newsletter:sections": making(get=None, data=lambda world: {"act": "add", "new_label": "新しい節"}),
    "newsletter:preview": making(post=None),
    "newsletter:preview_html": making(
        post=None, kwargs=lambda world: {"number": draft(world).number, "language": "en"}
    ),
    "newsletter:presence": making(get=None),
    "newsletter:images": making(),
    "newsletter:image": making(post=None, kwargs=image),
    "newsletter:image_edit": making(kwargs=image),
    "newsletter:test": making(get=None),
    "newsletter:check": making(get=None),
    "newsletter:approve": making(post="X", make=in_check, expected={"E": 200}),
    "newsletter:send_back": making(
        get=None, post="X", make=in_check, data=lambda world: {"reason": "題名が長い"}
    ),
    "newsletter:correct": Row(get=MAKERS, post=MAKERS, kwargs=article(sent), hidden="P"),
    "newsletter:delivery": Row(get="X E M", kwargs=number(leaving), hidden="P"),
    "newsletter:change_delivery": Row(get="X E M", post="X E M", kwargs=act, hidden="P"),
    "newsletter:addresses": Row(get="X M"),
    "newsletter:trust_address": Row(get=None, post="X M", kwargs=marked),
    "newsletter:vote": Row(
        get=None, post=STAFF, kwargs=number(sent), data=lambda world: {"voice": "useful"}, hidden="P"
    ),
    "newsletter:write_letter": Row(
        get=STAFF, post=STAFF, kwargs=number(sent), data=lambda world: {"text": "よかった"}, hidden="P"
    ),
    "newsletter:correct_by_issue": Row(get=None, post=MAKERS, kwargs=number(sent), hidden="P"),
    "newsletter:propose": Row(get=SIGNED_IN, post=SIGNED_IN, data=lambda world: {"text": "載せてほしい"}),
    "newsletter:letters": Row(get=SIGNED_IN),
    "newsletter:letter": Row(
        get="S X E", post=MAKERS, kwargs=own_letter, hidden="T L R D P M", data=lambda world: {"act": "used"}
    ),
    "newsletter:tray": Row(get=MAKERS),
    "newsletter:feed_address": Row(get=STAFF, post=STAFF),
    "newsletter:feed": Row(get=EVERYBODY, kwargs=feed_word),  # for feed readers, which cannot sign in
    "newsletter:unsubscribe": Row(get=EVERYBODY, post=EVERYBODY, kwargs=token),
    "newsletter:preferences": Row(get=SIGNED_IN, post=SIGNED_IN),
    "newsletter:digest_sample": Row(get=SIGNED_IN),
}
