"""Files of other programs that hold no items we can read: refused by their name, with what to do instead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from merit.assessment.interchange.reading import Source, UnreadableError

_MAGIC = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "Microsoft Word/Excel 97–2003",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"\x1f\x8b": "gzip",
}
_ROOTS = {
    "POOL": "Blackboard pool",
    "moodle_backup": "Moodle backup",
    "html": "HTML",
    "hot-potatoes-file": "Hot Potatoes",
    "question_bank": "Blackboard",
    "WindowSettings": "ExamView",
    "examview": "ExamView",
}
_ENTRIES = {
    "word/document.xml": "Microsoft Word",
    "ppt/presentation.xml": "Microsoft PowerPoint",
    "moodle_backup.xml": "Moodle backup (.mbz)",
    "content.xml": "OpenDocument",
    "h5p.json": "H5P",
    "xl/workbook.bin": "Microsoft Excel (.xlsb)",
}
_LEARNOSITY = frozenset({"reference", "definition", "questionReferences", "response_id", "validation", "stimulus"})


def sniff(source: Source) -> bool:
    """Tell whether the file is of a program known by name."""
    return bool(_name_of(source))


def refuse(source: Source) -> NoReturn:
    """Refuse the file by the name of its format."""
    raise UnreadableError("items-format-foreign", name=source.name, format=_name_of(source))


def _name_of(source: Source) -> str:
    if source.archive:
        names = set(source.files.names())
        return next((name for entry, name in _ENTRIES.items() if entry in names), "")
    if source.root:
        return _ROOTS.get(source.root, "")
    known = next((name for magic, name in _MAGIC.items() if source.data.startswith(magic)), "")
    return known or _json_name(source.data)


def _json_name(data: bytes) -> str:
    """Return what a JSON file is: Learnosity by its words, else JSON; empty when it is no JSON."""
    if data.lstrip()[:1] not in {b"{", b"["}:
        return ""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    return "Learnosity JSON" if _is_learnosity(tree) else "JSON"


def _is_learnosity(tree: Any) -> bool:
    if isinstance(tree, list):
        return any(_is_learnosity(part) for part in tree[:20])
    if not isinstance(tree, Mapping):
        return False
    named = _LEARNOSITY & set(tree)
    typed = isinstance(tree.get("type"), str) and bool(named or "data" in tree)
    return typed or len(named) > 1 or any(_is_learnosity(part) for part in list(tree.values())[:20])
