"""QTI 1.2 as Canvas, Respondus and others write it: single files, packages, Common Cartridges."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from merit.assessment.interchange.canvas_items import read_item
from merit.assessment.interchange.canvas_presentation import stimulus_of
from merit.assessment.interchange.foreign_items import Label, refuse_crowd, refused
from merit.assessment.interchange.foreign_parts import UnsupportedItemError
from merit.assessment.interchange.reading import Problem, ReadItem, ReadResult, Source, UnreadableError
from merit.assessment.interchange.xml import Element, documents, local, parse_repaired, peek_root

ROOT = "questestinterop"
_DECLARATION = re.compile(rb"""(<\?xml[^>]*?["'])(encoding|standalone)""")  # written without the blank between them
_BASE = re.compile(r"^\$(?:IMS-CC-FILEBASE|IMS_CC_FILE_BASE|IMS_CC_FILEBASE)\$/?")


def sniff(source: Source) -> bool:
    """Tell whether the file is QTI 1.2, or a cartridge that holds fuller copies of its assessments (``.xml.qti``)."""
    names = source.files.names() if source.archive else ()
    return source.root == ROOT or any(name.lower().endswith(".xml.qti") for name in names)


def _entries(source: Source) -> list[str]:
    found = [
        name
        for name in source.files.names()
        if name.lower().endswith((".xml", ".qti")) and peek_root(source.files.get(name) or b"")[0] == ROOT
    ]
    full = {posixpath.basename(name).split(".")[0] for name in found if name.lower().endswith(".xml.qti")}
    return [name for name in found if name.lower().endswith(".qti") or posixpath.dirname(name) not in full]


def read(source: Source) -> ReadResult:
    """Read every item of the file or package; a cartridge's shortened copy of a fuller assessment is left out."""
    if not source.archive:
        return _read_file(source, source.name, source.data)
    result = ReadResult()
    for name in _entries(source):
        try:
            result += _read_file(source, name, source.files.get(name) or b"")
        except UnreadableError as error:
            problem = Problem(error.reason, name, error.details)
            broken = ReadItem(identifier=name, type="qti-1.2", supported=False, problems=(problem,), where=name)
            result += ReadResult((broken,))
    return result


def _read_file(source: Source, name: str, data: bytes) -> ReadResult:
    items: list[ReadItem] = []
    problems: list[Problem] = []
    find = _finder(source, name)
    for document in documents(_DECLARATION.sub(rb"\1 \2", data)):
        root, repaired = parse_repaired(document, name=name)
        problems += [Problem("items-xml-repaired", name, {"name": name})] if repaired else []
        refuse_crowd(sum(1 for _item in root.iter("{*}item")), name)
        stimuli = {item.get("ident") or "": stimulus_of(item) for item in root.iter("{*}item")}
        items += [read_item(item, find=find, where=name, stimuli=stimuli) for item in root.iter("{*}item")]
        for reference in _references(root):
            target = (
                reference.get("item_ref") or reference.get("sourcebank_ref") or reference.findtext("{*}sourcebank_ref")
            )
            problem = Problem("foreign-bank-reference", name, {"target": (target or "").strip()})
            unread = ReadItem(
                identifier=target or "bank", type=local(reference), supported=False, problems=(problem,), where=name
            )
            items.append(unread)
    if not items:
        problems.append(Problem("foreign-no-items", name))
    return ReadResult(tuple(items), tuple(problems))


def _unread(reference: Element, name: str) -> ReadItem:
    target = reference.get("item_ref") or reference.get("sourcebank_ref") or reference.findtext("{*}sourcebank_ref")
    label = Label(identifier=(target or "bank").strip(), kind=local(reference), where=name)
    return refused(label, UnsupportedItemError(label.kind, "foreign-bank-reference", target=label.identifier))


def _references(root: Element) -> Iterator[Element]:
    """Yield what stands for items that are kept elsewhere."""
    yield from root.iter("{*}bankentry_item")
    for selection in root.iter("{*}selection"):
        if selection.find("{*}sourcebank_ref") is not None:
            yield selection


def _finder(source: Source, name: str) -> Callable[[str], bytes | None]:
    """Return what finds a picture: as written, beside the file, or anywhere in the package under that ending."""

    def find(address: str) -> bytes | None:
        plain = _BASE.sub("", address).split("?")[0].lstrip("/")
        folder = posixpath.dirname(name)
        for candidate in (plain, posixpath.join(folder, plain), posixpath.join("web_resources", plain)):
            if data := source.files.get(candidate):
                return data
        return next((source.files.get(entry) for entry in source.files.names() if entry.endswith(f"/{plain}")), None)

    return find
