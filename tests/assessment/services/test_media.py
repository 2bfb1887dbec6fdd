"""Pictures and sounds: known by their bytes, redrawn without metadata, bounded, kept once."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.assessment.models.items import Medium
from merit.assessment.services.media import MAX_SIDE, keep_medium, medium_bytes
from merit.errors import InvalidInputError, NotAllowedError
from merit.security.permissions import Role
from tests.assessment.bank_samples import make_author, make_png

pytestmark = pytest.mark.db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x02xx" + b"\xff\xfb\x90\x64" + b"\0" * 400
OGG = b"OggS\x00\x02" + b"\0" * 20 + b"\x01\x1e\x01vorbis" + b"\0" * 60
WAV = b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40


def encoded(kind: str, *, mode: str = "RGB", size: tuple[int, int] = (20, 10), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 100).save(written, kind, **options)
    return written.getvalue()


def refusal(session: Session, data: bytes, name: str = "berkas") -> str:
    with pytest.raises(InvalidInputError) as caught:
        keep_medium(session, make_author(session, f"p{len(data)}"), data=data, name=name)
    return caught.value.reason


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (encoded("PNG"), "image/png"),
        (encoded("JPEG"), "image/jpeg"),
        (encoded("WEBP"), "image/webp"),
        (encoded("GIF", mode="L"), "image/png"),
        (MP3, "audio/mpeg"),
        (OGG, "audio/ogg"),
        (WAV, "audio/wav"),
    ],
)
def test_types_are_told_by_the_bytes(session: Session, data: bytes, media_type: str):
    medium = keep_medium(session, make_author(session), data=data, name="salah.txt")

    assert medium.media_type == media_type
    assert len(medium_bytes(medium.sha256)) == medium.size


@pytest.mark.parametrize("data", [SVG, b"<html>", b"", b"GIF89a", b"\xff\xfb", b"%PDF-1.7", b"PK\x03\x04", MP3[:10]])
def test_everything_else_is_refused(session: Session, data: bytes):
    assert refusal(session, data, "x.png") == "medium-unknown-type"


def test_pictures_lose_what_is_not_picture(session: Session):
    exif = Image.Exif()
    exif[0x010E] = "rumah pejabat, -1.2654 116.8312"
    data = encoded("JPEG", exif=exif) + b"<script>ekor</script>"

    medium = keep_medium(session, make_author(session), data=data, name="foto.jpg")

    kept = medium_bytes(medium.sha256)
    assert b"rumah pejabat" in data
    assert b"rumah pejabat" not in kept
    assert b"ekor" not in kept
    assert (medium.width, medium.height) == (20, 10)


def test_turned_photographs_stand_upright(session: Session):
    exif = Image.Exif()
    exif[0x0112] = 6

    medium = keep_medium(session, make_author(session), data=encoded("JPEG", exif=exif), name="foto.jpg")

    assert (medium.width, medium.height) == (10, 20)


def test_the_same_picture_is_kept_once(session: Session):
    author = make_author(session)
    first = keep_medium(session, author, data=make_png(), name="a.png")

    again = keep_medium(session, author, data=make_png(), name="b.png")
    stored = keep_medium(session, author, data=medium_bytes(first.sha256), name="c.png")

    assert again is first
    assert stored is first
    assert session.scalar(select(func.count()).select_from(Medium)) == 1


def test_addresses_cannot_be_guessed_from_the_content(session: Session):
    medium = keep_medium(session, make_author(session), data=make_png(), name="a.png")

    assert len(medium.address) >= 32
    assert medium.sha256[:8] not in medium.address


def test_huge_pictures_are_refused_before_they_are_unpacked(session: Session):
    wide = encoded("PNG", mode="1", size=(MAX_SIDE + 1, 1))
    many = encoded("PNG", mode="1", size=(4900, 4900))

    assert refusal(session, wide) == "medium-too-wide"
    assert refusal(session, many) == "medium-too-wide"
    assert refusal(session, make_png() + b"\0" * (5 * 1024 * 1024)) == "medium-too-large"
    assert refusal(session, MP3 + b"\0" * (20 * 1024 * 1024)) == "medium-too-large"


def test_animations_are_refused(session: Session):
    frames = [Image.new("L", (4, 4), shade) for shade in (0, 255)]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])

    assert refusal(session, written.getvalue()) == "medium-animated"


def test_only_authors_keep_media(session: Session):
    with pytest.raises(NotAllowedError):
        keep_medium(session, make_author(session, role=Role.AUDITOR), data=make_png(), name="a.png")
