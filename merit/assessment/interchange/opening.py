"""Open a file of items and give it to the format that recognises its content."""

from __future__ import annotations

from pathlib import Path

from merit.assessment.interchange.archive import EMPTY_ZIP, ZIP, Archive, Folder
from merit.assessment.interchange.formats import read_source
from merit.assessment.interchange.reading import NoFiles, ReadResult, Source, UnreadableError
from merit.assessment.interchange.xml import peek_root

MAX_FILE = 256 * 1024 * 1024


def read(path: str | Path, *, name: str = "", folder: Path | None = None) -> ReadResult:
    """Read the items of a file in any known format.

    Parameters
    ----------
    path
        The file.
    name
        What people call the file, when its path does not say it.
    folder
        A folder whose files the file may refer to (command line only); None for files that were sent in.

    Returns
    -------
    The items, each with its problems, and the problems of the file.

    Raises
    ------
    UnreadableError
        When the file as a whole cannot be read: absent, empty, hostile, or in no known format.

    """
    return read_source(open_source(Path(path), name=name, folder=folder))


def open_source(path: Path, *, name: str = "", folder: Path | None = None) -> Source:
    """Return the file as a source: its bytes and first element, or its entries when it is an archive."""
    called = name or path.name
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableError("items-file-large", name=called, limit=MAX_FILE // 1024 // 1024)
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError("items-file-absent", name=called) from error
    if not data.strip():
        raise UnreadableError("items-file-empty", name=called)
    if data.startswith((ZIP, EMPTY_ZIP)):
        return Source(called, files=Archive(data, name=called), archive=True)
    root, namespace = peek_root(data)
    files = Folder(folder, path.parent) if folder else NoFiles()
    return Source(called, data, files, root=root, namespace=namespace)
