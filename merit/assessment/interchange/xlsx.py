"""The items' workbook: one row per item, problems named by their cell."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from merit.assessment.domain.bank import kind_of
from merit.assessment.domain.items import MAX_LEVEL, ItemContent, ItemKey
from merit.assessment.interchange.foreign_items import refuse_crowd, right_values
from merit.assessment.interchange.reading import Problem, ReadItem, ReadResult, Source
from merit.assessment.interchange.xlsx_cells import Grid, is_workbook, read_grid
from merit.assessment.interchange.xlsx_columns import COLUMNS, HEADINGS, KINDS, SHEET
from merit.assessment.interchange.xlsx_kinds import BUILDERS, Built
from merit.assessment.interchange.xlsx_rows import Row

_HEADER_SEARCH = 10
_TAGS = {"kode": "code", "kompetensi": "competency", "subjek": "subject", "bahasa": "language"}


def sniff(source: Source) -> bool:
    """Tell whether the file is a workbook."""
    return source.archive and is_workbook(source.files)


def read(source: Source) -> ReadResult:
    """Read every filled row below the headings."""
    grid = read_grid(source.files, name=source.name, wanted=SHEET)
    header_row, columns = _find_header(grid)
    missing = [column.name for column in COLUMNS if column.required and column.name not in columns]
    if missing:
        problem = Problem("sheet-columns-missing", grid.name, {"columns": ", ".join(missing)})
        return ReadResult((), (problem,))
    unknown = [text.strip() for text in grid.row(header_row).values() if _folded(text) not in HEADINGS]
    problems = [Problem("sheet-columns-unknown", grid.name, {"columns": ", ".join(unknown)})] if unknown else []
    refuse_crowd(len({row for row, _column in grid.cells}), grid.name)
    items = [_read_row(row) for row in _rows(grid, header_row, columns)]
    if not items:
        problems.append(Problem("foreign-no-items", grid.name))
    return ReadResult(tuple(items), tuple(problems))


def _folded(text: str) -> str:
    return "_".join(text.replace("_", " ").split()).casefold()


def _find_header(grid: Grid) -> tuple[int, dict[str, int]]:
    """Return the row with the most known headings among the first ones, and where each stands."""
    best: tuple[int, dict[str, int]] = (1, {})
    for number in range(1, _HEADER_SEARCH + 1):
        known = {_folded(text): column for column, text in grid.row(number).items() if _folded(text) in HEADINGS}
        if len(known) > len(best[1]):
            best = (number, known)
    return best


def _rows(grid: Grid, header_row: int, columns: dict[str, int]) -> Iterator[Row]:
    names = {column: name for name, column in columns.items()}
    filled: dict[int, dict[str, str]] = {}
    for (row, column), text in grid.cells.items():
        if row > header_row and column in names:
            filled.setdefault(row, {})[names[column]] = text
    for number in sorted(filled):
        yield Row(grid.name, number, filled[number], columns)


def _read_row(row: Row) -> ReadItem:
    identifier = row.plain("kode") or f"baris-{row.number}"
    given = row.plain("jenis").casefold().replace(" ", "_")
    kind = KINDS.get(given, "")
    if not kind:
        row.wrong("jenis", "sheet-broken-kind", value=given[:40], known=", ".join(KINDS))
        return _broken(row, identifier, given or "?")
    return read_row(row, identifier, kind)


def read_row(row: Row, identifier: str, kind: str) -> ReadItem:
    """Return the item of a row, or what must be mended in which cell."""
    if not row.cells.get("soal", "").strip():
        row.wrong("soal", "sheet-broken-empty")
    built = BUILDERS[kind](row)
    tags = _tags(row)
    title = row.plain("judul")[:200]
    rationale = row.html("pembahasan")
    if row.problems or built is None:
        return _broken(row, identifier, kind)
    content = ItemContent(
        title=title, language=tags.get("language", "id"), body=built.body, interactions=built.interactions
    )
    key = ItemKey(responses=dict(built.keys), maximum=built.maximum, rationale=rationale)
    return ReadItem(
        identifier=identifier,
        type=kind_of(content),
        title=title,
        max_score=built.maximum,
        correct={name: right for name, entry in built.keys if (right := right_values(entry))},
        content=content,
        key=key,
        tags=tags,
        where=row.where,
    )


def _tags(row: Row) -> dict[str, str]:
    tags = {tag: row.plain(name) for name, tag in _TAGS.items()}
    level = row.whole("level", 0)
    if level > MAX_LEVEL:
        row.wrong("level", "sheet-broken-level", value=str(level))
    facility = row.number_of("taksiran", Decimal(-1))
    if facility > 1:
        row.wrong("taksiran", "sheet-broken-number", value=f"{facility:f}")
    tags["level"] = str(level) if level else ""
    tags["facility"] = f"{facility:f}" if facility >= 0 else ""
    return {tag: value for tag, value in tags.items() if value}


def _broken(row: Row, identifier: str, kind: str) -> ReadItem:
    return ReadItem(
        identifier=identifier,
        type=kind,
        title=(row.plain("judul") or row.plain("soal"))[:200],
        supported=False,
        problems=tuple(row.problems),
        where=row.where,
    )


__all__ = ["Built", "read", "read_row", "sniff"]
