"""The formats that can be read, in the order in which they are tried: a new format is one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from merit.assessment.interchange import aiken, canvas, export_package, foreign, gift, moodle, xlsx
from merit.assessment.interchange.packages import is_package, read_package
from merit.assessment.interchange.qti.reader import is_qti, read_qti
from merit.assessment.interchange.reading import ReadResult, Source, UnreadableError


@dataclass(frozen=True, slots=True)
class Format:
    """A format: ``sniff`` looks at the content (never at the name alone) and ``read`` reads what it recognised."""

    name: str
    sniff: Callable[[Source], bool]
    read: Callable[[Source], ReadResult]


def read_source(source: Source) -> ReadResult:
    """Read a source in the first format that recognises it; refuse it when none does."""
    for known in FORMATS:
        if known.sniff(source):
            return known.read(source)
    raise UnreadableError("items-format-unknown", name=source.name)


def _read_member(source: Source) -> ReadResult | None:
    """Read a document of a package; what is in no known format there is something else, not a fault."""
    is_known = any(known.sniff(source) for known in FORMATS)
    return read_source(source) if is_known else None


def _read_package(source: Source) -> ReadResult:
    return read_package(source, _read_member)


def _read_own(source: Source) -> ReadResult:
    return export_package.with_own_documents(source, _read_package(source))


FORMATS: tuple[Format, ...] = (
    Format("qti", is_qti, read_qti),
    Format("foreign", foreign.sniff, foreign.refuse),
    Format("workbook", xlsx.sniff, xlsx.read),
    Format("merit", export_package.is_own_package, _read_own),
    Format("qti-1.2", canvas.sniff, canvas.read),
    Format("package", is_package, _read_package),
    Format("moodle", moodle.sniff, moodle.read),
    Format("cloze", moodle.sniff_cloze, moodle.read_cloze_text),
    Format("aiken", aiken.sniff, aiken.read),
    Format("gift", gift.sniff, gift.read),
)
