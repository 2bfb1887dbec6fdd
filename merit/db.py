"""The database: base class, shared column types, engine, and the one unit of work."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    and_,
    column,
    create_engine,
    event,
    or_,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from merit.config import Settings
from merit.errors import SetupError

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
MICRO = 1_000_000


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC instant; SQLite keeps it as text with microseconds."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse naive instants, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Instants are aware.")
        value = value.astimezone(dt.UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Micro(TypeDecorator[Decimal]):
    """An exact decimal with at most six places, stored as an integer of millionths.

    Read the stored integer in Core selects with ``type_coerce(column, BigInteger)``.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | float | str | None, dialect: Dialect) -> int | None:
        """Store millionths; more than six places is an error of the caller."""
        if value is None:
            return None
        scaled = Decimal(str(value)) * MICRO
        if scaled != scaled.to_integral_value():
            raise ValueError("At most six decimal places.")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Return the decimal."""
        return None if value is None else Decimal(value) / MICRO


class JSONText(TypeDecorator[Any]):
    """JSON kept as text, byte for byte the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store compact JSON with sorted keys."""
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the parsed value."""
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy's own hook
        dt.datetime: Instant,
        Decimal: Micro,
        str: Text,
    }


BigId = BigInteger().with_variant(Integer, "sqlite")
intpk = Annotated[int, mapped_column(BigId, primary_key=True)]
official_fk = Annotated[int, mapped_column(BigId, ForeignKey("officials.id"))]
unit_fk = Annotated[int, mapped_column(BigId, ForeignKey("org_units.id"))]


class Fact:
    """Mixin of everything recorded about the world: superseded, never overwritten.

    A row holds for what was known from ``recorded_at`` until ``superseded_at`` (NULL: still known). ``batch_id``
    is the import that wrote it, ``superseding_batch_id`` the import or undo that ended it.
    """

    recorded_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("import_batches.id"))
    superseding_batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("import_batches.id"))

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Index both batches cheaply: block ranges for the writing one, ended facts only for the ending one."""
        super().__init_subclass__(**arguments)
        columns = cls.__table__.c  # type: ignore[attr-defined] # Base, mapped by now
        ended = columns.superseding_batch_id
        Index(f"ix_{ended.table.name}_batch_id", columns.batch_id, postgresql_using="brin")
        Index(
            f"ix_{ended.table.name}_superseding_batch_id",
            ended,
            sqlite_where=ended.is_not(None),
            postgresql_where=ended.is_not(None),
        )


def current_key(table: str, *columns: str) -> Index:
    """Return the unique index over the natural key of the facts still known."""
    condition = column("superseded_at").is_(None)
    return Index(f"uq_{table}_current", *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def one_of(name: str, values: tuple[str, ...], *, nullable: bool = False) -> CheckConstraint:
    """Check that the column ``name`` holds one of the codes.

    Written out with OR: for IN (…) SQLite searches a list of its own at every row, a quarter of the time of storing
    many.
    """
    sql = " OR ".join(f"{name} = '{value}'" for value in values)
    return CheckConstraint(f"{name} IS NULL OR {sql}" if nullable else sql, name=f"{name}_known")


def known(model: type[Fact], known_at: dt.datetime | None = None) -> ColumnElement[bool]:
    """Condition: the fact is known now, or was known at an instant."""
    if known_at is None:
        return model.superseded_at.is_(None)
    later = or_(model.superseded_at.is_(None), model.superseded_at > known_at)
    return and_(model.recorded_at <= known_at, later)


class Database:
    """An engine with the habits Merit relies on."""

    def __init__(self, settings: Settings) -> None:
        """Create the engine; nothing is opened yet."""
        self.settings = settings
        self.engine = _create_engine(settings)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=True)

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Commit everything done in the block, or nothing."""
        with self._sessions() as session:
            session.connection(execution_options={"merit_writes": True})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read one consistent state; anything written is rolled back, what was loaded stays readable."""
        with self._sessions() as session:
            if not self.settings.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            try:
                yield session
            finally:
                session.expunge_all()  # a rollback would expire what pages still show
                session.rollback()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _create_engine(settings: Settings) -> Engine:
    if settings.is_sqlite:
        return _create_sqlite(settings)
    return create_engine(
        settings.database_url,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,  # they are people's records, and errors go to the log
    )


def _create_sqlite(settings: Settings) -> Engine:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        settings.database_url,
        connect_args={"timeout": 15, "check_same_thread": False},
        hide_parameters=True,  # they are people's records, and errors go to the log
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: BEGIN IMMEDIATE is issued in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("merit_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_database: Database | None = None


def configure(settings: Settings) -> Database:
    """Make one database the process's own; a former one is closed."""
    global _database  # noqa: PLW0603 -- the process has one database
    if _database is not None:
        _database.dispose()
    _database = Database(settings)
    return _database


def get_database() -> Database:
    """Return the configured database; raise :class:`SetupError` when there is none."""
    if _database is None:
        raise SetupError("database-not-configured")
    return _database


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Commit everything done in the block to the process's database, or nothing."""
    with get_database().unit_of_work() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Read one consistent state of the process's database."""
    with get_database().reading() as session:
        yield session
