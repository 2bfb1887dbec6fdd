"""ZIP archives of items, hostile until proven otherwise: count, size, ratio, names, links; nothing touches the disk."""

from __future__ import annotations

import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from merit.assessment.interchange.reading import UnreadableError

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
MAX_ENTRIES = 20_000
MAX_UNPACKED = 512 * 1024 * 1024
MAX_ENTRY = 64 * 1024 * 1024
MAX_RATIO = 250
RATIO_FROM = 4 * 1024 * 1024
MAX_NAME = 500
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError)
_JUNK = ("__macosx/", ".git/")
_JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def is_junk(name: str) -> bool:
    """Tell whether an operating system left this file behind (``__MACOSX``, ``._x``, ``.DS_Store``)."""
    lowered = name.lower()
    last = posixpath.basename(lowered)
    return any(f"/{part}" in f"/{lowered}" for part in _JUNK) or last in _JUNK_NAMES or last.startswith("._")


class Archive:
    """The entries of a ZIP, unpacked in memory when asked for."""

    def __init__(self, data: bytes, *, name: str) -> None:
        """Look at the directory; refuse what is broken, locked, too large or dangerously named."""
        self._name = name
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            entries = self._zip.infolist()
        except _BROKEN as error:
            raise UnreadableError("items-archive-broken", name=name) from error
        _refuse_hostile(entries, name)
        kept = [entry for entry in entries if not entry.is_dir() and not is_junk(entry.filename)]
        self._entries = {_tidy(entry.filename): entry for entry in kept}
        self._folded = {key.casefold(): key for key in self._entries}
        self._read: dict[str, bytes] = {}

    def names(self) -> Sequence[str]:
        """Return the names of all files in the order of the archive."""
        return tuple(self._entries)

    def get(self, name: str) -> bytes | None:
        """Return a file's bytes, None when there is no such file or it is damaged."""
        key = self._find(name)
        if key is None:
            return None
        if key not in self._read:
            self._read[key] = self._unpack(self._entries[key])
        return self._read[key]

    def _find(self, name: str) -> str | None:
        for candidate in (name, unquote(name)):
            tidy = _tidy(candidate)
            found = tidy if tidy in self._entries else self._folded.get(tidy.casefold())
            if found is not None:
                return found
        return None

    def _unpack(self, entry: zipfile.ZipInfo) -> bytes:
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(MAX_ENTRY + 1)
        except _BROKEN as error:
            raise UnreadableError("items-archive-broken", name=self._name) from error
        self._unpacked += len(data)
        if len(data) > MAX_ENTRY or self._unpacked > MAX_UNPACKED:
            raise UnreadableError("items-archive-bomb", name=self._name)
        return data


def _tidy(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/"))


def _refuse_hostile(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    steep = any(entry.file_size > max(RATIO_FROM, MAX_RATIO * max(entry.compress_size, 1)) for entry in entries)
    huge = any(entry.file_size > MAX_ENTRY for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or steep or huge:
        raise UnreadableError("items-archive-bomb", name=name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError("items-archive-locked", name=name)
    for entry in entries:
        if _is_unsafe(entry):
            raise UnreadableError("items-archive-unsafe", name=name, entry=entry.filename[:100])


def _is_unsafe(entry: zipfile.ZipInfo) -> bool:
    tidy = entry.filename.replace("\\", "/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    climbs = ".." in tidy.split("/")
    absolute = tidy.startswith("/") or tidy[1:2] == ":"
    return is_link or climbs or absolute or "\0" in tidy or len(tidy) > MAX_NAME


class Folder:
    """The files below a folder, for files read on the command line; nothing outside it can be reached."""

    def __init__(self, root: Path, inside: Path) -> None:
        """Keep the folder; names are relative to ``inside``, a folder at or below ``root``."""
        self._root = root.resolve()
        self._inside = inside.resolve()

    def names(self) -> Sequence[str]:
        """Return nothing: a folder is not searched."""
        return ()

    def get(self, name: str) -> bytes | None:
        """Return a file's bytes when it lies below the folder and is not too large."""
        for candidate in (name, unquote(name)):
            try:
                path = (self._inside / candidate).resolve()
                if path.is_relative_to(self._root) and path.is_file() and path.stat().st_size <= MAX_ENTRY:
                    return path.read_bytes()
            except (OSError, ValueError):
                continue
        return None
