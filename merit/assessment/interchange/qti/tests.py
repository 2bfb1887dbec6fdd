"""An ``assessmentTest``: its items in order and its outcome processing."""

from __future__ import annotations

from typing import Any

from merit.assessment.interchange.qti.names import attrs, children, descendants, kind
from merit.assessment.interchange.qti.programs import read_program
from merit.assessment.interchange.reading import Problem, ReadTest, Source
from merit.assessment.interchange.xml import Element

_DYNAMIC = ("preCondition", "branchRule", "selection")


def read_test(root: Element, source: Source) -> tuple[ReadTest, tuple[Problem, ...]]:
    """Return the test and what of it is lost: its items are read, its dynamic parts are not."""
    names = attrs(root)
    identifier = names.get("identifier", "").strip() or source.name
    program = read_program(root)
    program["items"] = _references(root, ())
    test = ReadTest(
        identifier=identifier,
        title=names.get("title", "").strip(),
        items=tuple(reference["identifier"] for reference in program["items"]),
        program=program,
        where=source.name,
    )
    lost = [name for name in _DYNAMIC if next(descendants(root, name), None) is not None]
    return test, tuple(Problem("items-test-lost", identifier, {"name": name}) for name in lost)


def _references(element: Element, sections: tuple[str, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for child in children(element, "testPart", "assessmentSection", "assessmentItemRef"):
        names = attrs(child)
        identifier = names.get("identifier", "").strip()
        if kind(child) == "assessmentItemRef":
            found.append(_reference(child, names, identifier, sections))
        else:
            found.extend(_references(child, (*sections, identifier)))
    return found


def _reference(element: Element, names: dict[str, str], identifier: str, sections: tuple[str, ...]) -> dict[str, Any]:
    weights = {attrs(one).get("identifier", ""): attrs(one).get("value", "1") for one in children(element, "weight")}
    return {
        "identifier": identifier,
        "href": names.get("href", ""),
        "sections": list(sections),
        "categories": names.get("category", "").split(),
        "weights": weights,
    }
