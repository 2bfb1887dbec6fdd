"""Files of QTI 2.0 to 3.0: items and tests."""

from __future__ import annotations

from dataclasses import replace

from merit.assessment.interchange.qti.includes import resolve_includes
from merit.assessment.interchange.qti.items import item_children, read_item
from merit.assessment.interchange.qti.names import attrs, canonical_name, descendants, kind
from merit.assessment.interchange.qti.tests import read_test
from merit.assessment.interchange.reading import STRANGE, Problem, ReadItem, ReadResult, Source, UnreadableError
from merit.assessment.interchange.xml import Element, documents, parse_repaired

_ROOTS = frozenset({"assessmentItem", "assessmentTest", "assessmentSection", "assessmentStimulus"})
_RULES = frozenset({"responseProcessing", "assessmentResult", "manifest"})


def is_qti(source: Source) -> bool:
    """Tell whether a file is an item or test of QTI 2 or 3 (or a part of one that cannot stand alone)."""
    return canonical_name(source.root) in _ROOTS | _RULES


def read_qti(source: Source) -> ReadResult:
    """Read a file; one broken document of several does not keep the others from being read."""
    result = ReadResult()
    pieces = documents(source.data)
    for piece in pieces:
        try:
            root, repaired = parse_repaired(piece, name=source.name)
        except UnreadableError as error:
            if len(pieces) == 1:
                raise
            result += ReadResult(problems=(Problem(error.reason, source.name, error.details),))
            continue
        if repaired:
            result += ReadResult(problems=(Problem("items-xml-repaired", source.name, {"name": source.name}),))
        result += _read_root(root, source)
    return result


def _read_root(root: Element, source: Source) -> ReadResult:
    name = kind(root)
    if name == "assessmentItem":
        return ReadResult(items=(_read_item(root, source),))
    if name == "assessmentTest":
        test, problems = read_test(root, source)
        inside = ReadResult(items=tuple(_read_item(one, source) for one in descendants(root, "assessmentItem")))
        return ReadResult(problems=problems, tests=(test,)) + inside
    items = tuple(_read_item(one, source) for one in item_children(root))
    if items:
        return ReadResult(items=items)
    return ReadResult(problems=(Problem("items-no-item", source.name, {"name": name}),))


def _read_item(root: Element, source: Source) -> ReadItem:
    """Return an item; one that is twisted beyond what reading foresees is broken, and the rest is read."""
    try:
        failed = resolve_includes(root, source.files, attrs(root).get("identifier", "").strip() or source.name)
        found = read_item(root, source)
        return replace(found, problems=(*found.problems, *failed))
    except STRANGE:
        identifier = attrs(root).get("identifier", "").strip() or source.name
        broken = Problem("items-item-broken", identifier)
        return ReadItem(identifier=identifier, type=kind(root), supported=False, problems=(broken,), where=source.name)
