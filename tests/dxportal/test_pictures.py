"""Pictures for pages and mails: what is taken, how small they become, what is gone from them (FI1 to FI3)."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dxportal import pictures
from tests.dxportal.test_uploads import enormous_png

NOISE = Image.effect_noise((300, 200), 90).convert("RGB")


def file(image, form, *, name="写真.jpg", **how):
    stream = io.BytesIO()
    image.save(stream, form, **how)
    return SimpleUploadedFile(name, stream.getvalue())


def accepted(image, form, longest=1200, **how):
    upload, width, height = pictures.accept(file(image, form, **how), longest=longest)
    return upload.kind.name, width, height, Image.open(io.BytesIO(upload.content))


def test_longer_side_is_reduced_and_nothing_is_enlarged():
    assert accepted(NOISE, "JPEG", longest=150)[1:3] == (150, 100)
    assert accepted(NOISE, "JPEG")[1:3] == (300, 200)


def test_where_it_was_taken_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by the camera
    exif.get_ifd(0x8825)[1] = "N"
    _kind, width, height, kept = accepted(NOISE, "JPEG", exif=exif)
    assert (width, height) == (200, 300)
    assert not kept.getexif()


@pytest.mark.parametrize(
    ("image", "form", "kind"),
    [
        (NOISE, "JPEG", "JPEG"),
        (NOISE, "WEBP", "JPEG"),
        (NOISE, "PNG", "JPEG"),  # a photograph saved as PNG
        (Image.new("RGB", (300, 200), "navy"), "PNG", "PNG"),
        (Image.new("RGBA", (300, 200), (0, 0, 0, 0)), "PNG", "PNG"),
        (Image.new("RGBA", (300, 200), (0, 0, 0, 0)), "WEBP", "PNG"),
        (Image.new("P", (300, 200)), "PNG", "PNG"),
        (Image.new("CMYK", (300, 200)), "JPEG", "JPEG"),
    ],
)
def test_only_what_mail_programs_show_is_kept(image, form, kind):
    found, _width, _height, kept = accepted(image, form, name="x.png")
    assert (found, kept.format) == (kind, kind)


def test_name_follows_what_was_kept():
    upload, _width, _height = pictures.accept(file(NOISE, "WEBP", name="../図.php.webp"), longest=100)
    assert upload.name == "図.php.jpg"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a/*\x00*/=1;alert(1)",
        b"\x89PNG\r\n\x1a\nnot a picture",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\xff\xd8\xff\xe0 cut off",
        b"",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content):
    with pytest.raises(ValidationError):
        pictures.accept(SimpleUploadedFile("図.png", content), longest=100)


def test_more_pixels_than_fit_are_refused_on_the_header():
    """FI2: 50,000 × 50,000, of which only the header exists."""
    with pytest.raises(ValidationError) as refusal:
        pictures.accept(SimpleUploadedFile("図.png", enormous_png()), longest=100)
    assert refusal.value.code == "pixels"
