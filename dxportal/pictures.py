"""Pictures inside pages and mails: made small, without anything hidden in them (promises.md FI1 to FI3)."""

from django.utils.translation import gettext as _

from dxportal.uploads import (
    KINDS,
    Kind,
    Upload,
    opened_picture,
    read_within_limits,
    refused,
    scan,
    shown_name,
    written,
)

ACCEPT = ".png,.jpg,.jpeg,.webp"  # for <input type="file">
MARKS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "WEBP": b"RIFF"}


def accept(file, *, longest: int) -> tuple[Upload, int, int]:
    """A picture for a page or a mail: (PNG or JPEG written anew, width, height), no side longer than `longest` pixels.

    WebP is taken too, because phones and browsers save it, but never kept: mail programs do not show it. What can be
    seen through stays PNG; of the rest the smaller of the two is kept. Raises ValidationError with what to do.
    """
    name = shown_name(file.name or "")
    content = read_within_limits(file)
    form = next((form for form, mark in MARKS.items() if content.startswith(mark)), None)
    if form is None:
        raise refused(_("画像ではありません。png、jpeg、webp の画像を選んでください。"), "content")
    scan(content, name)
    small = opened_picture(content, form)
    small.thumbnail((longest, longest))
    kind, content = lightest(small, photo=form == "JPEG")
    return Upload(f"{name.rpartition('.')[0] or name}{kind.endings[0]}", kind, content), *small.size


def lightest(image, *, photo: bool) -> tuple[Kind, bytes]:
    """The picture as JPEG, or as PNG where it can be seen through or that is smaller."""
    if image.has_transparency_data:
        return KINDS["PNG"], written(image.convert("RGBA"), "PNG", optimize=True)
    as_jpeg = written(image.convert("RGB"), "JPEG", quality=85, optimize=True, progressive=True)
    if photo:
        return KINDS["JPEG"], as_jpeg
    as_png = written(image if image.mode in ("L", "P", "RGB") else image.convert("RGB"), "PNG", optimize=True)
    return (KINDS["PNG"], as_png) if len(as_png) <= len(as_jpeg) else (KINDS["JPEG"], as_jpeg)
