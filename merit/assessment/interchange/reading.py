"""What reading a file of items yields: items one by one, and every problem by name; nothing is dropped silently."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Protocol

from merit.assessment.domain.items import ItemContent, ItemKey
from merit.errors import InvalidInputError

STRANGE = (ValueError, ArithmeticError, LookupError, TypeError)
"""What a twisted item can raise in a reader: it is broken then, and keeps no other item from being read."""


class UnreadableError(InvalidInputError):
    """The file as a whole cannot be read; the reason code has a sentence in ``merit.phrases``."""

    default_reason = "items-unreadable"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something lost, doubtful or unsupported; ``where`` is the file, item or line it concerns.

    ``code`` has a sentence in ``merit.phrases.interchange`` whose placeholders ``details`` fill.
    """

    code: str
    where: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """One item as found in a file.

    ``type`` is the item's kind in our words (``choice``, ``essay``, …) or, when unsupported, its name in the source.
    ``supported`` says that candidates can be given the item: it has ``content`` and ``key``. ``correct`` maps response
    identifiers to the right values as far as they are known. ``media`` maps the SHA-256 of a file (``media:<sha256>``
    in the content) to its bytes, ``media_names`` to the name it had. ``tags`` are what the source says about the item
    (competency, level, subject, language, code, …). ``program`` is the response processing, JSON-able, which also
    items that candidates cannot be given may have.
    """

    identifier: str
    type: str
    title: str = ""
    supported: bool = True
    max_score: Decimal | None = None
    correct: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    content: ItemContent | None = None
    key: ItemKey | None = None
    media: Mapping[str, bytes] = field(default_factory=dict)
    media_names: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    program: Mapping[str, Any] | None = None
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTest:
    """A test as found in a file: its items in order, its outcome processing as a JSON-able program."""

    identifier: str
    title: str = ""
    items: tuple[str, ...] = ()
    program: Mapping[str, Any] | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """Everything found in one file."""

    items: tuple[ReadItem, ...] = ()
    problems: tuple[Problem, ...] = ()
    tests: tuple[ReadTest, ...] = ()

    def __add__(self, other: ReadResult) -> ReadResult:
        """Return both results as one."""
        return ReadResult(self.items + other.items, self.problems + other.problems, self.tests + other.tests)


class Files(Protocol):
    """The other files that belong to a source: entries of an archive, neighbours in a folder, or none."""

    def names(self) -> Sequence[str]:
        """Return the names of the files, with ``/`` between folders."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return the bytes of a file, None when there is none of that name."""
        ...


class NoFiles:
    """No other files."""

    def names(self) -> Sequence[str]:
        """Return no names."""
        return ()

    def get(self, name: str) -> bytes | None:
        """Return nothing."""
        return None


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its name, its bytes, and the files around it.

    ``archive`` says that the file is a ZIP whose entries are ``files`` (``data`` is empty then). ``root`` is the
    local name of the document's first element and ``namespace`` its namespace, both empty when it is no XML.
    """

    name: str
    data: bytes = b""
    files: Files = field(default_factory=NoFiles)
    archive: bool = False
    root: str = ""
    namespace: str = ""

    @property
    def suffix(self) -> str:
        """Return the ending of the name, in lower case, with its dot."""
        return PurePosixPath(self.name).suffix.lower()


def media_reference(data: bytes) -> str:
    """Return the address under which content refers to a file."""
    return f"media:{hashlib.sha256(data).hexdigest()}"
