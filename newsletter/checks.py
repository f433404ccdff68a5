"""What an editor should look at before an issue leaves (N4): every problem is one sentence with its place."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.text import Confidentiality
from newsletter import linkchecks, markdown
from newsletter.references import Portal

SUBJECT_LETTERS = 30  # longer subjects are cut off by phones
CLASS_THREE = re.compile("機密性\\s*[3３]|特定秘密|極秘")  # noqa: RUF001 - the full-width digit is meant
FILE_NAME = re.compile(r"\.(png|jpe?g|webp)$|^(img|dsc|image|screenshot)[ _-]?\d*$", re.IGNORECASE)
KB = 1024
CLIPPED_KB = 102  # longer HTML is cut off by Gmail, and with it the link that stops the newsletter
HEAVY_KB = 1024  # the whole mail, pictures included: posts abroad read it over thin lines
LIGHT_LETTERS = (
    2_000  # of all texts together: an issue as short is far from CLIPPED_KB, and is not drawn to weigh it
)


@dataclass(frozen=True)
class Problem:
    """`blocking` problems keep an issue from being checked; the others are for the editor to judge."""

    message: str
    blocking: bool = False


def problems(issue, portal: Portal | None = None) -> list[Problem]:
    """Everything worth a look, the blocking ones first. `portal` is what today's portal says, when it is at hand."""
    portal = portal or Portal(dates.today())
    found = [
        *_missing(issue),
        *_class(issue),
        *_links(issue),
        *_references(issue, portal),
        *_images(issue),
        *_empty(issue),
        *_html(issue),
        *_length(issue),
        *_weight(issue, portal),
    ]
    return sorted(found, key=lambda problem: not problem.blocking)


def texts(issue) -> list[tuple[str, str]]:
    """Every Markdown text of the issue with the name of its place."""
    own = [
        (_("リード"), issue.lead),
        (_("英語の要約"), issue.english_summary),
        (_("編集後記"), issue.editor_note),
    ]
    return own + [(article.label, article.body) for article in issue.sections]


def counted(issue) -> dict:
    """How many links and pictures were looked at: {"links", "images"}."""
    return {
        "links": sum(len(markdown.links(source)) for _place, source in texts(issue)),
        "images": len(issue.shown_images),
    }


def _missing(issue):
    if not issue.title:
        yield Problem(_("題名がない。件名になる"), blocking=True)
    if not issue.lead:
        yield Problem(_("リードがない。題名のすぐ下に出る"), blocking=True)
    if not any(article.body for article in issue.sections):
        yield Problem(_("本文のある節が一つもない"), blocking=True)
    if not issue.title_en or not issue.english_summary:
        yield Problem(_("英語の題名か要約がない。英語の読者にも日本語の題名で届く"))


def _class(issue):
    for place, source in texts(issue):
        if CLASS_THREE.search(source):
            yield Problem(
                _("「%(place)s」に機密性3や特定秘密という言葉がある。中身を確かめる") % {"place": place}
            )
    if issue.confidentiality == Confidentiality.TWO:
        yield Problem(_("機密性2の号。省の外へ転送されないよう、件名に中身を書かない"))


def _links(issue):
    """Links that lead nowhere, that not everybody may follow, or that say something else than they do."""
    found = [
        (place, *link) for place, source in texts(issue) for link in dict.fromkeys(markdown.linked(source))
    ]
    unreadable = linkchecks.unreadable([link[1] for link in found], own_number=issue.number)
    for place, address, words in found:
        fault = unreadable.get(address) or linkchecks.deceptive(address, words)
        if fault:
            said = {"place": place, "fault": fault.words, "address": address}
            yield Problem(_("「%(place)s」の%(fault)s: %(address)s") % said, blocking=fault.grave)


def _pieces(issue):
    return [(place, piece) for place, source in texts(issue) for piece in markdown.pieces(source)]


def _references(issue, portal):
    """References that find nothing every reader may see."""
    others = (markdown.IMAGE, markdown.OUTSIDE_IMAGE, markdown.PILLARS)
    found = [(place, piece) for place, piece in _pieces(issue) if piece.kind not in others]
    known = portal.find([piece for _place, piece in found])
    for place, piece in found:
        if piece.name not in known:
            said = {"place": place, "source": piece.source}
            yield Problem(
                _("「%(place)s」の引用が見つからない。消えたか、全職員には見えない: %(source)s") % said,
                blocking=True,
            )


def _images(issue):
    """Pictures from outside, pictures that were taken out, words that are only a file's name."""
    shown = issue.shown_images
    for place, piece in _pieces(issue):
        said = {"place": place, "source": piece.source}
        if piece.kind == markdown.OUTSIDE_IMAGE:
            words = _("「%(place)s」に外の画像は出せない。ファイルを上げて挿入する: %(source)s")
            yield Problem(words % said, blocking=True)
        elif piece.kind == markdown.IMAGE and piece.key not in shown:
            yield Problem(
                _("「%(place)s」の画像がない。外したか、番号が違う: %(source)s") % said, blocking=True
            )
        elif piece.kind == markdown.IMAGE and FILE_NAME.search(shown[piece.key].alt):
            words = _("「%(place)s」の画像の代わりの文がファイル名のまま。何が写っているかを書く: %(source)s")
            yield Problem(words % said)


def _empty(issue):
    for article in issue.sections:
        if not article.body:
            yield Problem(_("「%(label)s」の節が空。このままだと節ごと出ない") % {"label": article.label})


def _html(issue):
    for place, source in texts(issue):
        if pieces := markdown.refused(source):
            shown = " ".join(pieces)
            yield Problem(
                _("「%(place)s」のHTMLは使えない。文字のまま出る: %(pieces)s")
                % {"place": place, "pieces": shown}
            )


def _length(issue):
    if len(issue.title) > SUBJECT_LETTERS:
        yield Problem(_("題名が%(count)s字。30字を超えると携帯で切れる") % {"count": len(issue.title)})
    for place, source in texts(issue):
        if len(source) > markdown.LONGEST:
            said = {"place": place, "count": len(source), "most": markdown.LONGEST}
            yield Problem(_("「%(place)s」が%(count)s字。%(most)s字までに分ける") % said, blocking=True)


def _weight(issue, portal):
    """HTML that mail programs cut off, and mails too heavy for a thin line."""
    images = sum(image.size for image in issue.shown_images.values())
    if not images and sum(len(source) for _place, source in texts(issue)) < LIGHT_LETTERS:
        return
    html = max(len(mail.html.encode()) for mail in issue.drawn_mails(portal))
    if html > CLIPPED_KB * KB:
        said = {"size": -(-html // KB), "most": CLIPPED_KB}
        words = _("メールのHTMLが%(size)skB。%(most)skBを超えると途中で切られる。節を減らすか、短くする")
        yield Problem(words % said, blocking=True)
    total = (html + images) * 4 // 3
    if total > HEAVY_KB * KB:
        said = {"size": -(-total // KB)}
        words = _("画像を入れたメールが%(size)skB。1,000kBを超えると細い回線で開けない。画像を減らす")
        yield Problem(words % said, blocking=True)
