"""From raw cells to parsed rows: header, cells, references, keys, scope, and the kind's own checks.

Every distinct value of a column is parsed once, so the work grows with what differs and not with the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from merit.errors import NotAllowedError
from merit.exchange.domain import CellError, FileRefusedError, normalise_header
from merit.exchange.fields import all_plain
from merit.exchange.readers.table import Table
from merit.exchange.schema import Column, Context, Kind, Reference, Rows


def match_header(table: Table, kind: Kind) -> tuple[dict[str, int], list[str]]:
    """Return the place of every known column and the names of unknown ones.

    Raises
    ------
    FileRefusedError
        A column stands twice or a required one is missing.
    """
    known = {normalise_header(column.name): column.name for column in kind.columns}
    places: dict[str, int] = {}
    ignored: list[str] = []
    for index, title in enumerate(table.header):
        name = known.get(normalise_header(title))
        if name is None:
            ignored.extend([title] if title else [])
        elif name in places:
            raise FileRefusedError(
                "header-duplicate", sheet=table.sheet, row=table.header_row, column=index + 1, name=name
            )
        else:
            places[name] = index
    missing = [column.name for column in kind.columns if column.required and column.name not in places]
    if missing:
        raise FileRefusedError(
            "header-missing", sheet=table.sheet, row=table.header_row, names=", ".join(missing), kind=kind.name
        )
    return places, ignored


def parse_rows(table: Table, kind: Kind, places: Mapping[str, int]) -> Rows:
    """Return the table parsed column by column, with a problem per unreadable cell."""
    rows = Rows(table.height, frozenset(places))
    for column in kind.columns:
        if column.name in places:
            _parse_column(column, table.columns[places[column.name]], rows)
        else:
            rows.values[column.name] = [column.default] * table.height
    return rows


def _parse_column(column: Column, raw: Sequence[object], rows: Rows) -> None:
    distinct = dict.fromkeys(raw)
    filled = [value for value in distinct if value is not None and value != ""]
    texts = [value for value in filled if isinstance(value, str)]
    plain = bool(texts) and len(texts) == len(filled) and all_plain(column.parser, texts)
    if plain and len(filled) == len(distinct):
        rows.values[column.name] = list(raw)
        return
    parsed: dict[object, Any] = dict.fromkeys((None, ""), column.default)
    failures: dict[object, CellError] = {}
    if plain:
        parsed.update(zip(texts, texts, strict=True))
    else:
        _parse_values(column, filled, parsed, failures)
    if column.required:
        failures |= dict.fromkeys((None, ""), CellError("cell-required"))
    rows.values[column.name] = list(map(parsed.__getitem__, raw))
    if not failures.keys().isdisjoint(distinct):
        _note_failures(column, raw, failures, rows)


def _note_failures(column: Column, raw: Sequence[object], failures: Mapping[object, CellError], rows: Rows) -> None:
    for index, value in enumerate(raw):
        if value in failures:
            rows.fail(index, column.name, failures[value].code, **failures[value].details)


def _parse_values(
    column: Column, values: Sequence[object], parsed: dict[object, Any], failures: dict[object, CellError]
) -> None:
    for value in values:
        clean = value.strip() if isinstance(value, str) else value
        parsed[value] = column.default
        if clean == "":
            if column.required:
                failures[value] = CellError("cell-required")
            continue
        try:
            parsed[value] = column.parser(clean)
        except CellError as error:
            failures[value] = error


def resolve(context: Context, kind: Kind, rows: Rows) -> None:
    """Turn codes into ids; what the file itself brings into being has a negative id until it is stored."""
    own: dict[str, int] = {}
    if kind.identity is not None:
        known = context.once(kind.identity.load)
        for row, code in enumerate(rows[kind.identity.column]):
            if code not in own and row not in rows.bad:
                own[code] = known.get(code) or -len(own) - 1
        rows.ids[kind.identity.column] = [own.get(code) for code in rows[kind.identity.column]]
    for column in kind.columns:
        if column.reference is not None:
            codes = context.once(column.reference.load)
            _resolve_column(column, column.reference, {**codes, **own} if column.reference.same_file else codes, rows)


def _resolve_column(column: Column, reference: Reference, codes: Mapping[str, int], rows: Rows) -> None:
    values = rows[column.name]
    rows.ids[column.name] = ids = list(map(codes.get, values))
    if None not in ids:
        return
    for index, found in enumerate(ids):
        if found is None and values[index] is not None and index not in rows.bad:
            rows.fail(index, column.name, reference.unknown)


def refuse_duplicates(kind: Kind, rows: Rows, numbers: Sequence[int]) -> None:
    """Note every row whose natural key stood before in the same file."""
    keys = list(zip(*(vector(rows, name) for name in kind.key), strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[Any, int] = {}
    for index, key in enumerate(keys):
        if index in rows.bad:
            continue
        if key in first:
            rows.fail(index, kind.key[0], "row-duplicate", row=numbers[first[key]])
        else:
            first[key] = index


def vector(rows: Rows, column: str) -> list[Any]:
    """Return the ids of a referring column, else its values."""
    return rows.ids[column] if column in rows.ids else rows.values[column]


def refuse_outside(context: Context, kind: Kind, rows: Rows) -> None:
    """Note rows of officials or units beyond the actor's reach.

    Raises
    ------
    NotAllowedError
        The kind belongs to the whole agency and the actor only to some units.
    """
    allowed = context.actor.unit_ids
    if allowed is None:
        return
    if kind.central:
        raise NotAllowedError("import-central-only", kind=kind.name)
    for column in kind.columns:
        reference = column.reference
        if reference is None or not (reference.is_unit or reference.units):
            continue
        units = context.once(reference.units) if reference.units else None
        for index, found in enumerate(rows.ids[column.name]):
            if found is None or index in rows.bad:
                continue
            if (found if units is None else units.get(found)) not in allowed:
                rows.fail(index, column.name, "row-outside-scope")


def drop_orphans(kind: Kind, rows: Rows) -> None:
    """Note rows that refer to something which only a row with a problem would have brought into being."""
    own = [column for column in kind.columns if column.reference is not None and column.reference.same_file]
    if kind.identity is None or not rows.bad or not own:
        return
    before = -1
    while before != len(rows.bad):
        before = len(rows.bad)
        made = {rows.ids[kind.identity.column][row] for row in rows.good()}
        for column in own:
            for row in rows.good():
                found = rows.ids[column.name][row]
                if found is not None and found < 0 and found not in made:
                    rows.fail(row, column.name, "parent-rejected")


def validate(context: Context, kind: Kind, table: Table, *, skip_invalid: bool = False) -> tuple[Rows, list[str]]:
    """Return the parsed rows with everything that is wrong with them, and the columns that were ignored.

    With ``skip_invalid`` rows that hang on a bad row are bad, too; otherwise the first cause alone is told.
    """
    places, ignored = match_header(table, kind)
    rows = parse_rows(table, kind, places)
    resolve(context, kind, rows)
    refuse_duplicates(kind, rows, table.rows)
    refuse_outside(context, kind, rows)
    if kind.check is not None:
        kind.check(context, rows)
    if skip_invalid:
        drop_orphans(kind, rows)
    return rows, ignored
