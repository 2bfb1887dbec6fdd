"""``xi:include``: other members of the same package put in place; nothing else can be reached, and not without end."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from merit.assessment.interchange.reading import Files, Problem, UnreadableError
from merit.assessment.interchange.xml import Element, parse, refuse_deep

INCLUDE = "{http://www.w3.org/2001/XInclude}include"
MAX_NESTED = 4
MAX_INCLUDED = 50
MAX_BYTES = 4 * 1024 * 1024
_ADDRESSES = ("src", "data")


@dataclass(slots=True)
class _Room:
    """How much may still be included in one item."""

    files: Files
    count: int = MAX_INCLUDED
    size: int = MAX_BYTES


def resolve_includes(root: Element, files: Files, where: str) -> tuple[Problem, ...]:
    """Put the files that an item includes in their places.

    Parameters
    ----------
    root
        The item; it is changed.
    files
        The files around it, by names relative to it.
    where
        What people know the item by.

    Returns
    -------
    A problem per file that could not be included; its element stays, and keeps the item from being given.

    Raises
    ------
    UnreadableError
        When the item with everything in it nests too deep.

    """
    failed = list(dict.fromkeys(_resolve(root, "", (), _Room(files))))
    refuse_deep(root, where)
    return tuple(Problem("items-include-failed", where, {"name": name}) for name in failed)


def _resolve(root: Element, folder: str, chain: tuple[str, ...], room: _Room) -> Iterator[str]:
    """Replace the includes below an element; yield the addresses that failed."""
    for element in list(root.iter(INCLUDE)):
        address = str(element.get("href", "")).strip()
        path = posixpath.normpath(posixpath.join(folder, unquote(urlsplit(address).path)))
        included = _load(element, address, path, chain, room)
        if included is None:
            yield address[:200] or "xi:include"
            continue
        inner = posixpath.dirname(path)
        yield from _resolve(included, inner, (*chain, path), room)
        _rebase(included, inner)
        included.tail = element.tail
        element.getparent().replace(element, included)


def _load(element: Element, address: str, path: str, chain: tuple[str, ...], room: _Room) -> Element | None:
    """Return the root of an included file; None when it may not or cannot be included."""
    parts = urlsplit(address)
    is_foreign = bool(parts.scheme or parts.netloc) or address.startswith(("/", "\\")) or not parts.path
    is_whole = element.get("parse", "xml") == "xml" and not element.get("xpointer") and not parts.fragment
    if is_foreign or not is_whole or path in chain or len(chain) >= MAX_NESTED or room.count <= 0:
        return None
    room.count -= 1
    data = room.files.get(path)
    if not data or len(data) > room.size:
        return None
    room.size -= len(data)
    try:
        root = parse(data, name=path)
    except UnreadableError:
        return None
    return None if root.tag == INCLUDE else root


def _rebase(root: Element, folder: str) -> None:
    """Make addresses of media in an included file relative to the item."""
    if not folder:
        return
    for element in root.iter():
        for name in _ADDRESSES:
            address = element.get(name)
            if address and not urlsplit(address).scheme and not address.startswith("/"):
                element.set(name, posixpath.normpath(posixpath.join(folder, address)))
