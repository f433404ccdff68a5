"""How a mailing stands, for the monitor page: three queries whatever the number of rows (N8)."""

from datetime import timedelta

from django.db.models import Case, Count, F, Max, Min, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat, Now, NullIf
from django.utils.translation import gettext_lazy as _

from newsletter.models import Bounce, Delivery
from newsletter.models.deliveries import UNFINISHED

State = Delivery.State
RATE_MINUTES = 5
COUNTS = {
    **{state.value: Count("pk", filter=Q(state=state)) for state in State},
    "in_flight": Count("pk", filter=Q(UNFINISHED, state=State.QUEUED, next_at__gt=Now())),
    "unconfirmed": Count("pk", filter=Q(UNFINISHED, state=State.QUEUED, next_at__lte=Now())),
    "total": Count("pk"),
}
# Why a person was not reached, and what happens next.
CAUSES = {
    "refused": (_("宛先がない(異動・退職)"), _("人事情報と照合し、新しい宛先へ送り直す")),
    "mailbox_full": (_("受信箱がいっぱい"), _("時間をおいて自動で送り直す")),
    "temporary": (_("相手先が一時的に受け取らない"), _("時間をおいて自動で送り直す")),
    "message": (_("本文が受け取られない"), _("業務合理化推進室で本文と中継を確かめる")),
    "relay": (_("中継サーバーにつながらない"), _("つながりしだい自動で送る")),
    "rate": (_("中継サーバーの速さの上限"), _("速さを下げて自動で送る")),
    "lost": (_("送る途中で切れた"), _("自動で送り直す")),
    "unconfirmed": (_("受け取りの返事が届かなかった"), _("送り直す。2通届くことがある")),
    "no_result": (_("5回続けて結果が分からない"), _("業務合理化推進室で確かめる")),
    "template": (_("メールを作れなかった"), _("業務合理化推進室で確かめる")),
    "expired": (_("期限までに送れなかった"), _("業務合理化推進室で確かめる")),
    "left": (_("異動・退職した"), _("送らない")),
    "off": (_("本人が止めた"), _("送らない")),
    "paused": (_("本人が休止中"), _("送らない")),
    "address": (_("宛先を確かめている"), _("新しい宛先が入るまで送らない")),
    # Taken by the relay and come back later: the row stays `sent` (I2) and is no part of what failed.
    "back_gone": (
        _("届けたあとで戻ってきた(宛先がない)"),
        _("30日のうちに別のメールも戻れば、この宛先に送るのを止める"),
    ),
    "back_failed": (
        _("届けたあとで戻ってきた(宛先のほかのわけ)"),
        _("宛先は止めない。続くときは業務合理化推進室で相手先に確かめる"),
    ),
    "not_allowed": (_("送ってよい宛先の一覧にない"), _("送らない")),
}
UNKNOWN = (_("分からない"), _("業務合理化推進室で確かめる"))


def figures(rows) -> dict:
    """`total`, `states` {state: n}, `in_flight`, `unconfirmed`, `lost_replies`, `rate` (mails a minute),
    `waves` (a dict per zone: zone, due_at, last_at and every count) and `causes` (see there)."""
    waves = list(
        rows.order_by().values("zone").annotate(first=Min("due_at"), last_at=Max("finished_at"), **COUNTS)
    )
    waves = sorted(
        ({**wave, "due_at": wave.pop("first")} for wave in waves), key=lambda w: (w["due_at"], w["zone"])
    )
    return {
        "states": {state.value: sum(wave[state] for wave in waves) for state in State},
        **{name: sum(wave[name] for wave in waves) for name in ("total", "in_flight", "unconfirmed")},
        **speed(rows),
        "waves": waves,
        "causes": causes(rows),
    }


def speed(rows) -> dict:
    """Mails a minute over the last five minutes, and how many replies of the relay were lost."""
    lately = Q(state=State.SENT, finished_at__gt=Now() - timedelta(minutes=RATE_MINUTES))
    found = rows.aggregate(n=Count("pk", filter=lately), lost=Sum("lost_replies"))
    return {"rate": round(found["n"] / RATE_MINUTES), "lost_replies": found["lost"] or 0}


def causes(rows) -> list[dict]:
    """Why people were not reached (or not yet), most first: state, code, n, words, next; `again` is when the first of
    them is tried again. Copies that came back have lines of their own, with the state `sent` that they keep (I2)."""
    stuck = ~Q(state__in=(State.SENT, State.CANCELLED)) & ~Q(code__in=("", "moved", "again"))
    counted = rows.filter(stuck | came_back()).order_by().values("state", why=WHY)
    counted = counted.annotate(n=Count("pk"), again=Min("next_at")).order_by("-n", "why")
    return [
        {
            "state": row["state"],
            "code": row["why"],
            "n": row["n"],
            **words_of(row["why"], row["state"]),
            "is_returned": row["state"] == State.SENT,
            "again": row["again"] if row["state"] == State.QUEUED else None,
        }
        for row in counted
    ]


def words_of(why, state) -> dict:
    """What happened and what happens next, of a code of CAUSES; what ran out of time is not tried again."""
    words, after = CAUSES.get(why, UNKNOWN)
    return {"words": words, "next": CAUSES["expired"][1] if state == State.EXPIRED else after}


def came_back() -> Q:
    """Copies that the relay took and that a server returned later."""
    return Q(state=State.SENT, pk__in=Bounce.objects.returned().values("delivery"))


def _report(field):
    """A field of the newest report about a copy that came back, None where it is empty."""
    about = Bounce.objects.returned().filter(delivery=OuterRef("pk")).order_by("-received_at", "-pk")
    return NullIf(Subquery(about.values(field)[:1]), Value(""))


WHY = Case(When(state=State.SENT, then=Concat(Value("back_"), _report("kind"))), default=F("code"))
ANSWER = Case(
    When(state=State.SENT, then=Coalesce(_report("words"), _report("status"))),
    default=Coalesce(NullIf("reply", Value("")), "code"),
)


def not_reached(rows, *, at_most: int) -> list[Delivery]:
    """Whose copy failed or came back, by name, with `why` (a code of CAUSES), `answer` (the words of the other side)
    and `next` (what happens now). For the eyes of those who may see names only."""
    found = rows.filter(Q(state__in=(State.FAILED, State.EXPIRED)) | came_back()).annotate(
        why=WHY, answer=ANSWER
    )
    found = found.select_related("person__department", "person__preference").order_by("why", "person__name")
    found = list(found[:at_most])
    for row in found:
        preference = getattr(row.person, "preference", None)
        stopped = row.state == State.SENT and preference is not None and preference.is_refused
        row.next = words_of("address" if stopped else row.why, row.state)["next"]
    return found
