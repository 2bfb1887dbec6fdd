"""ZIP packages: every document in them is read on its own; what the manifest promises and does not hold is said."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from merit.assessment.interchange.qti.names import attrs, descendants
from merit.assessment.interchange.reading import Files, Problem, ReadResult, Source, UnreadableError
from merit.assessment.interchange.xml import Element, parse, peek_root

MANIFEST = "imsmanifest.xml"
_DOCUMENTS = (".xml", ".qti", ".dat")
ReadOne = Callable[[Source], ReadResult | None]


@dataclass(frozen=True, slots=True)
class _Member(Files):
    """The entries of an archive as seen from one of them."""

    files: Files
    folder: str

    def names(self) -> Sequence[str]:
        """Return the names of all entries."""
        return self.files.names()

    def get(self, name: str) -> bytes | None:
        """Return an entry named relative to the member, else relative to the archive."""
        near = posixpath.normpath(posixpath.join(self.folder, name))
        return self.files.get(near) or self.files.get(name)


def is_package(source: Source) -> bool:
    """Tell whether a file is an archive with documents in it."""
    return source.archive and any(name.lower().endswith(_DOCUMENTS) for name in source.files.names())


def read_package(source: Source, read_one: ReadOne) -> ReadResult:
    """Read every document of a package.

    Parameters
    ----------
    source
        The archive.
    read_one
        Reads one document in whatever format it is; None when it is none of items.

    Returns
    -------
    All items and problems; a broken document is a problem and keeps no other from being read.

    """
    names = [name for name in source.files.names() if name.lower().endswith(_DOCUMENTS)]
    manifests = [name for name in names if posixpath.basename(name).lower() == MANIFEST]
    result = ReadResult()
    tags: dict[str, Mapping[str, str]] = {}
    for name in manifests:
        problems, found = _read_manifest(source, name)
        result += ReadResult(problems=problems)
        tags |= found
    if not manifests:
        result += ReadResult(problems=(Problem("items-manifest-absent", source.name, {"name": MANIFEST}),))
    for name in names:
        if name not in manifests:
            result += _tagged(_read_member(source, name, read_one), tags.get(name, {}))
    return _with_twins_named(result, source.name)


def _read_member(source: Source, name: str, read_one: ReadOne) -> ReadResult:
    data = source.files.get(name) or b""
    root, namespace = peek_root(data)
    member = Source(name, data, _Member(source.files, posixpath.dirname(name)), root=root, namespace=namespace)
    try:
        return read_one(member) or ReadResult()
    except UnreadableError as error:
        if error.reason.startswith("items-archive"):
            raise
        return ReadResult(problems=(Problem(error.reason, name, error.details),))


def _read_manifest(source: Source, name: str) -> tuple[tuple[Problem, ...], dict[str, Mapping[str, str]]]:
    """Return what the manifest promises in vain, and what it says about its documents."""
    try:
        root = parse(source.files.get(name) or b"", name=name)
    except UnreadableError as error:
        if error.reason.startswith("items-archive"):
            raise
        return (Problem("items-manifest-broken", name, {"name": name}),), {}
    folder = posixpath.dirname(name)
    problems: list[Problem] = []
    tags: dict[str, Mapping[str, str]] = {}
    for resource in descendants(root, "resource"):
        for address in _addresses(resource):
            place = posixpath.normpath(posixpath.join(folder, address))
            if _is_local(address) and source.files.get(place) is None:
                problems.append(Problem("items-package-missing", name, {"name": address[:200]}))
            tags.setdefault(place, _keywords(resource))
    return tuple(problems), tags


def _addresses(resource: Element) -> list[str]:
    files = [attrs(one).get("href", "") for one in descendants(resource, "file")]
    return list(dict.fromkeys(filter(None, [attrs(resource).get("href", ""), *files])))


def _is_local(address: str) -> bool:
    return "://" not in address and "$" not in address


def _keywords(resource: Element) -> dict[str, str]:
    """Return the keywords of a resource written as name=value (ours are)."""
    found: dict[str, str] = {}
    for keyword in descendants(resource, "keyword"):
        name, equals, value = "".join(keyword.itertext()).strip().partition("=")
        if equals and name.isidentifier():
            found[name] = value.strip()
    return found


def _tagged(result: ReadResult, tags: Mapping[str, str]) -> ReadResult:
    if not tags:
        return result
    items = tuple(replace(item, tags={**item.tags, **tags}) for item in result.items)
    return replace(result, items=items)


def _with_twins_named(result: ReadResult, name: str) -> ReadResult:
    """Say which identifiers occur more than once."""
    counts = Counter(item.identifier for item in result.items)
    twins = [Problem("items-identifier-twice", name, {"name": twin}) for twin, count in counts.items() if count > 1]
    return replace(result, problems=(*result.problems, *twins))
