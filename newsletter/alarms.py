"""What operators are told by mail: an issue is through, or something is wrong (promises.md P9)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from newsletter.models import Delivery

State = Delivery.State


def words(content: dict) -> dict:
    """Title, text, address and button for the template of notices. `content` is what the delivery carries."""
    if content["alarm"] == "finished":
        return _finished(content)
    if content["alarm"] == "lost":
        return _lost(content)
    return {
        "title": _("配信に確かめることがあります"),
        "text": content["words"],
        "url": "/",
        "action": _("ポータルを開く"),
    }


def _finished(content: dict) -> dict:
    states = content["states"]
    text = (
        _("届いた %(sent)s人、失敗 %(failed)s人、送らなかった %(skipped)s人、時間切れ %(expired)s人。")
        % states
    )
    return {
        "title": _("第%(issue)s号の配信が終わりました") % content,
        "text": text,
        "url": reverse("newsletter:delivery", args=[content["issue"]]),
        "action": _("配信の結果を見る"),
    }


def _lost(content: dict) -> dict:
    text = _(
        "承認のあとで開けなくなったため、題名だけを載せて配信しました。%(titles)s。リンクが要るときは、訂正を載せてください。"
    )
    return {
        "title": _("第%(issue)s号に、開けなくなった引用があります") % content,
        "text": text % content,
        "url": reverse("newsletter:issue", args=[content["issue"]]),
        "action": _("号を見る"),
    }
