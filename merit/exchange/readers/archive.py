"""A suspicious look at an XLSX before it is read: size, entries, ratio, macros, extent, formulas.

python-calamine allocates the whole rectangle between the outermost cells; two cells at the far corners of a
sheet would abort the process. So the sheets are unpacked once in small pieces, and every piece is searched for
cells outside the permitted extent and for formulas, before the file reaches the reader.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from lxml import etree

from merit.exchange.domain import FileRefusedError
from merit.exchange.readers.table import MAX_COLUMNS, MAX_ROWS

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
MAX_ENTRIES = 2_000
MAX_UNPACKED = 500 * 1024 * 1024
MAX_RATIO = 250
RATIO_FROM = 4 * 1024 * 1024
PIECE = 128 * 1024
OVERLAP = 512
_LOCAL_HEADER = 30
_LONGEST = 16
_LETTERS = 26  # unsigned bytes wrap below the first letter, so one comparison is enough
_DIGITS = 10
_SCHEMA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

# A quoted reference beyond column CZ or row 499,999; what only looks so is cleared by _OWNER.
_FAR = re.compile(rb'["\'](?:[A-Z]{3,}[0-9]|[D-Z][A-Z][0-9]|[A-Z]*(?:[5-9][0-9]{5}|[0-9]{7}))')
_OWNER = re.compile(rb"<(?:[A-Za-z0-9]+:)?(?:c|row)\s[^<>]*\br\s*=\s*$")
_REFERENCE = re.compile(rb"([A-Z]*)([0-9]+)")
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9]+:)?f[ >/]")
_CELL = re.compile(rb"<(?:[A-Za-z0-9]+:)?c\s[^<>]*\br\s*=\s*[\"']([A-Z]+[0-9]+)[\"']")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name and the part that holds it."""

    name: str
    part: str


def refuse_foreign(path: Path, *, name: str) -> None:
    """Refuse what is no XLSX: old Excel, password-protected, OpenDocument, broken."""
    with path.open("rb") as file:
        head = file.read(8)
        if head == OLE2:
            protected = ENCRYPTED_STREAM in file.read(16 * 1024 * 1024)
            raise FileRefusedError("file-password" if protected else "file-xls", sheet=name)
    if not head.startswith(ZIP):
        raise FileRefusedError("file-corrupt", sheet=name)


def inspect(path: Path, *, name: str, wanted: str, before_sheet: Callable[[], object] = bool) -> Sheet:
    """Refuse a hostile or unusable workbook; return the sheet to read (named ``wanted``, else the first).

    ``before_sheet`` is called when everything but the sheet itself has been found harmless.
    """
    refuse_foreign(path, name=name)
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            _refuse_contents(archive, name)
            sheet = _choose_sheet(archive, wanted, name)
            _scan_parts(archive, raw, sheet, name, before_sheet)
            return sheet
    except (zipfile.BadZipFile, zlib.error, KeyError, struct.error, etree.XMLSyntaxError, NotImplementedError) as error:
        raise FileRefusedError("file-corrupt", sheet=name) from error


def _refuse_contents(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    steep = any(entry.file_size > max(RATIO_FROM, MAX_RATIO * max(entry.compress_size, 1)) for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or steep:
        raise FileRefusedError("file-bomb", sheet=name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefusedError("file-password", sheet=name)
    if "mimetype" in names:
        raise FileRefusedError("file-ods", sheet=name)
    if "xl/workbook.bin" in names:
        raise FileRefusedError("file-xlsb", sheet=name)
    if any("vbaproject" in entry.lower() or entry.lower().startswith("xl/macrosheets/") for entry in names):
        raise FileRefusedError("file-macro", sheet=name)
    if len(names) != len(entries) or "xl/workbook.xml" not in names:
        raise FileRefusedError("file-corrupt", sheet=name)


def _parse_part(archive: zipfile.ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(archive.read(part), parser)


def _choose_sheet(archive: zipfile.ZipFile, wanted: str, name: str) -> Sheet:
    links = {
        str(link.get("Id")): str(link.get("Target"))
        for link in _parse_part(archive, "xl/_rels/workbook.xml.rels").iter("{*}Relationship")
    }
    sheets = [
        Sheet(str(node.get("name")), _resolve(links.get(str(node.get(f"{_SCHEMA}id")), "")))
        for node in _parse_part(archive, "xl/workbook.xml").iter("{*}sheet")
    ]
    if not sheets:
        raise FileRefusedError("file-empty", sheet=name)
    named = [sheet for sheet in sheets if sheet.name.strip().casefold() == wanted.casefold()]
    return (named or sheets)[0]


def _resolve(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _scan_parts(
    archive: zipfile.ZipFile, raw: BinaryIO, sheet: Sheet, name: str, before_sheet: Callable[[], object]
) -> None:
    total = 0
    parts = sorted(archive.infolist(), key=lambda entry: _is_part(entry, sheet))  # the sheet last
    for entry in parts:
        is_sheet = _is_part(entry, sheet)
        if is_sheet:
            before_sheet()
        is_text = is_sheet or entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        tail = b""
        for piece in _prefetch(_unpack(raw, entry)):
            total += len(piece)
            if total > MAX_UNPACKED:
                raise FileRefusedError("file-bomb", sheet=name)
            if is_text:
                _search(tail + piece if tail else piece, sheet, name, is_first=not tail, is_sheet=is_sheet)
                tail = piece[-OVERLAP:]


def _is_part(entry: zipfile.ZipInfo, sheet: Sheet) -> bool:
    return entry.filename.lower() == sheet.part.lower()


def _search(window: bytes, sheet: Sheet, name: str, *, is_first: bool, is_sheet: bool) -> None:
    """Refuse what may not stand in a part, looking at one piece of it with the end of the piece before."""
    if is_first and b"<!DOCTYPE" in window[:4096]:
        raise FileRefusedError("file-corrupt", sheet=name)
    _refuse_far(window + b" " * _LONGEST, sheet.name)
    if is_sheet:
        _refuse_formula(window, sheet.name)


def _unpack(raw: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the entry in pieces, counting what really comes out and not what the directory claims."""
    raw.seek(entry.header_offset)
    header = raw.read(_LOCAL_HEADER)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    raw.seek(name_length + extra_length, 1)
    left = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (piece := raw.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(entry.filename)
    inflater = zlib.decompressobj(-15)
    while left > 0 and not inflater.eof:
        packed = raw.read(min(PIECE, left))
        if not packed:
            raise zipfile.BadZipFile(entry.filename)
        left -= len(packed)
        yield inflater.decompress(packed, 4 * PIECE)
        while inflater.unconsumed_tail:
            yield inflater.decompress(inflater.unconsumed_tail, 4 * PIECE)
    yield inflater.flush()


def _prefetch(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack the next piece in a second thread (zlib lets go of the interpreter) while this one is searched."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(next, pieces, None)
        while (piece := future.result()) is not None:
            future = pool.submit(next, pieces, None)
            yield piece


def _looks_far(window: bytes) -> bool:
    """Whether the window may hold what :data:`_FAR` matches; it errs on the side of yes, and is ten times faster.

    Looks at what follows every quotation mark: three letters, two letters from D, or six digits after them.
    """
    byte = np.frombuffer(window, dtype=np.uint8)
    if bool((byte == ord("'")).any()):
        return True
    quotes = np.flatnonzero(byte[:-_LONGEST] == ord('"'))
    first = byte[quotes + 1]
    quotes = quotes[((first - ord("A")) < _LETTERS) | ((first - ord("0")) < _DIGITS)]
    first, second, third = byte[quotes + 1], byte[quotes + 2], byte[quotes + 3]
    one = (first - ord("A")) < _LETTERS
    two = one & ((second - ord("A")) < _LETTERS)
    wide = two & ((first > ord("C")) | ((third - ord("A")) < _LETTERS))
    sixth = byte[quotes + 6 + one + two] - ord("0")
    return bool(wide.any() or (sixth < _DIGITS).any())


def _refuse_far(window: bytes, sheet: str) -> None:
    if not _looks_far(window):
        return
    for match in _FAR.finditer(window):
        if not _OWNER.search(window, max(0, match.start() - 200), match.start()):
            continue
        reference = _REFERENCE.match(window, match.start() + 1)
        letters, digits = reference.groups() if reference else (b"", b"0")
        row = int(digits)
        if row >= MAX_ROWS:
            raise FileRefusedError("file-too-many-rows", sheet=sheet, row=row, limit=MAX_ROWS)
        column = _column_number(letters)
        raise FileRefusedError("file-too-many-columns", sheet=sheet, row=row, column=column, limit=MAX_COLUMNS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_formula(window: bytes, sheet: str) -> None:
    byte = np.frombuffer(window, dtype=np.uint8)
    if not bool((((byte[:-1] == ord("<")) | (byte[:-1] == ord(":"))) & (byte[1:] == ord("f"))).any()):
        return
    match = _FORMULA.search(window)
    if match is None:
        return
    cells = _CELL.findall(window, max(0, match.start() - OVERLAP), match.start())
    reference = _REFERENCE.fullmatch(cells[-1]) if cells else None
    letters, digits = reference.groups() if reference else (b"", b"0")
    raise FileRefusedError("file-formula", sheet=sheet, row=int(digits), column=_column_number(letters))
