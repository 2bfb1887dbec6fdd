"""Keep pictures and sounds of the bank: known by their first bytes, bounded, pictures drawn anew without metadata."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.items import Medium
from merit.audit.services import record
from merit.db import get_database
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError
from merit.security.permissions import Actor, Permission, is_granted

MEGABYTE = 1024 * 1024
MAX_PICTURE_BYTES = 5 * MEGABYTE
MAX_SOUND_BYTES = 20 * MEGABYTE
MAX_SIDE = 5000
MAX_PIXELS = 16_000_000
_ADDRESS_BYTES = 24
_NAME = re.compile(r"[^\w .()-]+")

# What is drawn anew as what; GIF and BMP become PNG.
_PICTURES = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WEBP", "GIF": "PNG", "BMP": "PNG"}
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True)
class _Checked:
    data: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


def keep_medium(session: Session, actor: Actor, *, data: bytes, name: str) -> Medium:
    """Check and keep a picture (PNG, JPEG, WebP, GIF, BMP) or sound (MP3, Ogg, WAV); the same bytes are kept once."""
    if not is_granted(actor, Permission.ITEM_WRITE):
        raise NotAllowedError
    known = find_medium(session, hashlib.sha256(data).hexdigest())
    if known is not None:
        return _kept_again(session, known)
    checked = _check(data, name)
    sha256 = hashlib.sha256(checked.data).hexdigest()
    known = find_medium(session, sha256)
    if known is not None:
        return _kept_again(session, known)
    _store(medium_path(sha256), checked.data)
    medium = Medium(
        sha256=sha256,
        address=secrets.token_urlsafe(_ADDRESS_BYTES),
        media_type=checked.media_type,
        size=len(checked.data),
        width=checked.width,
        height=checked.height,
        name=_NAME.sub("", Path(name.replace("\\", "/")).name)[:100],
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    session.add(medium)
    session.flush()
    details = {"sha256": sha256, "type": medium.media_type, "bytes": medium.size}
    record(session, actor, action="medium:keep", subject=f"medium:{medium.id}", details=details)
    return medium


def _kept_again(session: Session, medium: Medium) -> Medium:
    """Return a medium that was taken in once more; its day of being spared though nothing names it begins anew."""
    medium.created_at = clock.now()
    session.flush()
    return medium


def find_medium(session: Session, sha256: str) -> Medium | None:
    """Return a kept medium by its hash."""
    return session.scalars(select(Medium).where(Medium.sha256 == sha256)).one_or_none()


def get_medium(session: Session, address: str) -> Medium:
    """Return a medium by its unguessable address."""
    medium = session.scalars(select(Medium).where(Medium.address == address)).one_or_none()
    if medium is None:
        raise NotFoundError
    return medium


def medium_path(sha256: str) -> Path:
    """Return where the bytes of a medium lie."""
    return get_database().settings.files_path / "media" / sha256


def medium_bytes(sha256: str) -> bytes:
    """Return the bytes of a kept medium, for exports and papers."""
    try:
        return medium_path(sha256).read_bytes()
    except OSError as error:
        raise NotFoundError from error


def _check(data: bytes, name: str) -> _Checked:
    for is_kind, kind in _SOUNDS:
        if is_kind(data):
            if len(data) > MAX_SOUND_BYTES:
                raise InvalidInputError("medium-too-large", name=name, megabytes=MAX_SOUND_BYTES // MEGABYTE)
            return _Checked(data, kind)
    if len(data) > MAX_PICTURE_BYTES:
        raise InvalidInputError("medium-too-large", name=name, megabytes=MAX_PICTURE_BYTES // MEGABYTE)
    try:
        return _redraw(data, name)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInputError("medium-unknown-type", name=name) from error


def _redraw(data: bytes, name: str) -> _Checked:
    """Decode the picture and encode it anew: what is not picture (EXIF, places, comments, trailing bytes) is gone."""
    with Image.open(io.BytesIO(data), formats=tuple(_PICTURES)) as source:
        if max(source.size) > MAX_SIDE or source.width * source.height > MAX_PIXELS:
            raise InvalidInputError("medium-too-wide", name=name, side=MAX_SIDE)
        if getattr(source, "n_frames", 1) > 1:
            raise InvalidInputError("medium-animated", name=name)
        kind = _PICTURES[source.format or ""]
        picture = ImageOps.exif_transpose(source)
        plain = _plain_mode(picture, kind)
    written = io.BytesIO()
    plain.save(written, kind, **_ENCODING[kind])
    return _Checked(written.getvalue(), _MEDIA_TYPES[kind], plain.width, plain.height)


_ENCODING: dict[str, dict[str, object]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 90, "optimize": True},
    "WEBP": {"quality": 90, "method": 4},
}


def _plain_mode(picture: Image.Image, kind: str) -> Image.Image:
    """Return the pixels alone, without palette tricks, colour profile or other data of the file."""
    if kind == "JPEG":
        plain = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
    else:
        transparent = "A" in picture.getbands() or "transparency" in picture.info
        plain = picture.convert("RGBA" if transparent else "L" if picture.mode in {"1", "L"} else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare


def _is_wav(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WAVE"


def _is_ogg(data: bytes) -> bool:
    return (
        data[:4] == b"OggS" and data[4:5] == b"\0" and any(mark in data[:64] for mark in (b"\x01vorbis", b"OpusHead"))
    )


def _is_mp3(data: bytes) -> bool:
    start = _after_id3(data)
    frame = data[start : start + 4]
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:  # noqa: PLR2004 -- 11 sync bits of a frame
        return False
    version, layer, rate = (frame[1] >> 3) & 3, (frame[1] >> 1) & 3, frame[2] >> 4
    return version != 1 and layer == 1 and rate not in {0, 15}


def _after_id3(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) < 10:  # noqa: PLR2004 -- length of an ID3 head
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


_SOUNDS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (_is_mp3, "audio/mpeg"),
    (_is_ogg, "audio/ogg"),
    (_is_wav, "audio/wav"),
)


def _store(path: Path, data: bytes) -> None:
    """Write the bytes so that the file is whole or absent; one already there is the same, and counts as new."""
    if path.exists():
        path.touch()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with partial.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
