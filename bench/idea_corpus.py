"""Any number of believable ideas of both languages, the same every time, for measuring."""

import random
from datetime import UTC, datetime, timedelta

from idea_words import AMOUNTS, CAUSES, PLACES, THINGS, TROUBLES, WISHES

SEED = 50_000
BATCH = 500
NEWEST = datetime(2026, 11, 24, 3, tzinfo=UTC)
# Sentence plans; t thing, n trouble, p place, a amount, c cause, w wish, u another thing.
JA = {
    "title": (
        "{t}: {w}",
        "{p}の{t}",
        "{t}と{u}を一つに",
        "{t}のために、{w}",
        "{t}の手間を減らす",
        "{p}で{t}を見直す",
    ),
    "problem": (
        "{p}の{t}の話です。{n}。{c}。",
        "{t}に{a}。{c}ので、{n}。",
        "{n}。とくに{p}の{t}がそうで、{a}。",
        "{u}は直ったが、{t}はまだです。{n}。",
        "{a}を{t}に使う。{c}うえ、{n}。{u}も同じ。",
    ),
    "wish": (
        "{w}、という形を望みます。",
        "{w}。{p}から始めたい。",
        "{t}だけでも先に。{w}。",
        "{w}。できれば{u}にも。",
    ),
}
EN = {
    "title": ("{T}: {w}", "Simpler {t} for {p}", "{T} and {u} together", "Less work on {t}", "{W} for {t}"),
    "problem": (
        "At {p}, the work on {t} {n}. It costs us {a}, because {c}.",
        "{T} again: {c}. All of it {n}.",
        "We spend {a} on {t}. It {n}, and the same goes for {u}.",
        "Since {c}, the work on {t} {n} at {p}.",
    ),
    "wish": (
        "We would like {w}.",
        "{W}, first for {t}.",
        "{W}. It could serve {u} too.",
        "Perhaps {p} could try {w}.",
    ),
}


def ideas(number: int, people, pillars):
    """Ideas not yet saved, in batches, for bulk_create; authors and pillars in turn."""
    from taskforce.models import Idea

    lot = random.Random(SEED)  # noqa: S311
    statuses, batch = list(Idea.Status.values), []
    for place in range(1, number + 1):
        language = "en" if lot.random() < 0.2 else "ja"
        author, published = lot.choice(people), NEWEST - timedelta(minutes=40 * (number - place))
        idea = Idea(
            number=10_000 + place,
            language=language,
            author=author,
            department_id=author.department_id,
            pillar=lot.choice(pillars),
            status=statuses[min(int(lot.expovariate(0.5)), len(statuses) - 1)],
            published_at=published,
            moved_at=published + timedelta(hours=lot.randrange(600)),
            answer_due_on=(published + timedelta(days=7)).date(),
            first_answered_at=published + timedelta(days=3),
            **texts(lot, language),
        )
        idea.fill_shadows()
        batch.append(idea)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def texts(lot, language: str) -> dict:
    """Title, problem and wish about one thing."""
    side = 1 if language == "en" else 0
    words = {"t": THINGS, "n": TROUBLES, "p": PLACES, "a": AMOUNTS, "c": CAUSES, "w": WISHES, "u": THINGS}
    said = {name: lot.choice(rows)[side] for name, rows in words.items()}
    said |= {"T": said["t"][:1].upper() + said["t"][1:], "W": said["w"][:1].upper() + said["w"][1:]}
    plans = EN if side else JA
    made = {name: lot.choice(choices).format(**said) for name, choices in plans.items()}
    return made | {"title": made["title"][:80]}
