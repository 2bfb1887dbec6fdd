"""Writing many facts at once: COPY on PostgreSQL, one prepared statement on SQLite.

PostgreSQL checks every foreign key of every row with a query of its own, which costs three times the writing
itself. Where the role may set ``session_replication_role`` (superuser, or ``GRANT SET ON PARAMETER``), those
checks are switched off for the statements of this module alone and made afterwards in the same transaction,
once per key for the whole batch; see ADR 0031. Without that right every row is checked by the server.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain, islice, repeat
from typing import Any

from sqlalchemy import Connection, FromClause, Table, and_, func, insert, literal, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from merit.db import Base
from merit.errors import ConflictError
from merit.exchange.differences import table_of
from merit.exchange.raw import sqlite_column, sqlite_value

BULK = 2_000
ROWS_PER_STATEMENT = 20
IDS_PER_STATEMENT = 500
LINES_PER_PIECE = 4_000
_SPECIAL = ("\\", "\t", "\n", "\r")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def is_postgresql(session: Session) -> bool:
    """Whether the session speaks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def hold_imports(session: Session) -> None:
    """Let one import at a time compare and write (SQLite has but one writer anyway)."""
    if is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(literal(0x4D455249))))


def create_identities(session: Session, model: type[Base], attribute: str, codes: Sequence[str]) -> list[int]:
    """Insert one identity per code; return their ids in the same order."""
    table = table_of(model)
    if is_postgresql(session):
        sequence = func.pg_get_serial_sequence(table.name, "id")
        first = session.scalar(select(func.nextval(sequence))) or 1
        # Whoever takes a number between these two statements makes this import fail, not double an identity.
        session.execute(select(func.setval(sequence, first + len(codes) - 1)))
        ids = list(range(first, first + len(codes)))
    else:
        top = session.scalar(select(func.max(table.c.id))) or 0
        ids = list(range(top + 1, top + 1 + len(codes)))
    write_rows(session, table, {"id": ids, attribute: list(codes)}, len(codes))
    return ids


def write_rows(session: Session, table: Table, columns: dict[str, Any], height: int) -> None:
    """Insert ``height`` rows; a column is a list of raw values, or one value for all rows.

    Raises
    ------
    ConflictError
        A constraint of the database forbids a row: somebody else wrote the same in between.
    """
    if not height:
        return
    for column in table.columns:
        if column.name not in columns and isinstance(column.default, ScalarElementColumnDefault):
            columns[column.name] = column.default.arg
    connection = session.connection()
    write = _copy if connection.dialect.name == "postgresql" else _execute_many
    try:
        write(connection, table, columns, height)
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise ConflictError("import-conflict") from error


def _quoted(connection: Connection, table: Table, names: Sequence[str]) -> tuple[str, str]:
    preparer = connection.dialect.identifier_preparer
    return preparer.format_table(table), ", ".join(preparer.quote(name) for name in names)


def _cursor(connection: Connection) -> Any:
    """Return the driver's own cursor, for what SQLAlchemy has no words for."""
    return connection.connection.cursor()


def _copy(connection: Connection, table: Table, columns: dict[str, Any], height: int) -> None:
    target, names = _quoted(connection, table, list(columns))
    texts = [_copy_column(values, height) for values in columns.values()]
    lines = map("\t".join, zip(*texts, strict=True))
    with closing(_cursor(connection)) as cursor, cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
        while piece := list(islice(lines, LINES_PER_PIECE)):  # the server works on one while the next is put together
            copy.write(("\n".join(piece) + "\n").encode())


def _copy_column(values: Any, height: int) -> list[str]:
    if not isinstance(values, list):
        return [_copy_text(values)] * height
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {str} and not any(mark in "".join(values) for mark in _SPECIAL):
        return values
    texts = {value: _copy_text(value) for value in dict.fromkeys(values)}
    return list(map(texts.__getitem__, values))


def _copy_text(value: object) -> str:
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _execute_many(connection: Connection, table: Table, columns: dict[str, Any], height: int) -> None:
    """Insert some rows per statement: SQLite prepares lists such as ``IN (…)`` of a check once per statement."""
    target, names = _quoted(connection, table, list(columns))
    stored = (
        sqlite_column(values) if isinstance(values, list) else repeat(sqlite_value(values), height)
        for values in columns.values()
    )
    records = zip(*stored, strict=True)
    row = f"({', '.join('?' * len(columns))})"
    head = f"INSERT INTO {target} ({names}) VALUES "  # noqa: S608 -- quoted names, bound values
    together = height - height % ROWS_PER_STATEMENT
    with closing(_cursor(connection)) as cursor:
        cursor.executemany(head + ", ".join([row] * ROWS_PER_STATEMENT), _flattened(islice(records, together)))
        cursor.executemany(head + row, records)


def _flattened(records: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    while chunk := tuple(chain.from_iterable(islice(records, ROWS_PER_STATEMENT))):
        yield chunk


def supersede(session: Session, table: Table, ids: Sequence[int], *, batch: int, at: dt.datetime) -> None:
    """End facts by their ids."""
    if not ids:
        return
    if is_postgresql(session):
        statement = update(table).where(table.c.id == func.any(list(ids)))
        session.execute(statement.values(superseded_at=at, superseding_batch_id=batch))
        return
    connection, left = session.connection(), iter(ids)
    while together := tuple(islice(left, IDS_PER_STATEMENT)):  # one by one takes twice as long
        connection.exec_driver_sql(
            f'UPDATE "{table.name}" SET superseded_at = ?, superseding_batch_id = ?'  # noqa: S608 -- a model's own name
            f" WHERE id IN ({', '.join('?' * len(together))})",
            (sqlite_value(at), batch, *together),
        )


@contextmanager
def deferred_references(session: Session, tables: Sequence[Table], *, batch: int, height: int) -> Iterator[None]:
    """Check the foreign keys of what the block writes once at its end instead of row by row."""
    if height < BULK or not is_postgresql(session) or not _may_relax(session):
        yield
        return
    session.execute(text("SET LOCAL session_replication_role = replica"))
    try:
        yield
    finally:
        with suppress(DBAPIError):  # a broken transaction forgets the setting by itself
            session.execute(text("SET LOCAL session_replication_role = origin"))
    # The server has no statistics of rows this young: it would look up each one instead of hashing them all.
    session.execute(text("SET LOCAL enable_nestloop = off"))
    for table in tables:
        _check_references(session, table, batch)
    session.execute(text("SET LOCAL enable_nestloop = on"))


def _may_relax(session: Session) -> bool:
    allowed = select(func.has_parameter_privilege("session_replication_role", "SET"))
    return bool(session.scalar(allowed))


def _check_references(session: Session, table: Table, batch: int) -> None:
    """Refuse the batch when a row of it refers to nothing; one pass over the table for all its keys."""
    joined: FromClause = table
    broken = []
    for key in table.foreign_keys:
        if key.parent.name not in _BATCHES:  # the batch itself stands already
            target = key.column.table.alias()
            found = target.c[key.column.name]
            joined = joined.outerjoin(target, key.parent == found)
            broken.append(and_(key.parent.is_not(None), found.is_(None)))
    lost = select(table.c.id).select_from(joined).where(table.c.batch_id == batch, or_(*broken))
    if session.scalar(lost.limit(1)) is not None:
        raise ConflictError("import-reference-gone")


def restore(session: Session, table: Table, *, undone: int, at: dt.datetime) -> int:
    """Write the facts that a batch had ended once more as new ones; they stay facts of the import they came from."""
    names = [column.name for column in table.columns if column.name not in _HISTORY]
    at_column = literal(at, table.c.recorded_at.type)
    ended = table.c.superseding_batch_id == undone
    source = select(*(table.c[name] for name in names), at_column).where(ended)
    count = session.scalar(select(func.count()).select_from(table).where(ended)) or 0
    session.execute(insert(table).from_select([*names, "recorded_at"], source, include_defaults=False))
    return count


_BATCHES = frozenset({"batch_id", "superseding_batch_id"})
_HISTORY = frozenset({"id", "recorded_at", "superseded_at", "superseding_batch_id"})
