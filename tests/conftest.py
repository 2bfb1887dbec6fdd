"""Fixtures: real SQLite and real PostgreSQL, the application on both, and what must not be skipped in CI."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Playwright, sync_playwright
from sqlalchemy.orm import Session

from merit import db
from merit.assessment.saving import close_stores
from merit.config import Settings, load_settings
from merit.migrations import upgrade
from merit.security.crypto import create_keyring
from tests.databases import Pool, administer

POSTGRESQL = os.environ.get("MERIT_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
REQUIRED = frozenset(filter(None, os.environ.get("MERIT_REQUIRE", "").split(",")))
SHARED = Path(os.environ.get("MERIT_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CHROMIUM = Path(os.environ.get("MERIT_CHROMIUM", "/usr/bin/chromium"))
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def skip_or_fail(name: str, reason: str) -> None:
    """Skip with the reason, or fail where the run was told that this must be present."""
    if name in REQUIRED:
        pytest.fail(f"{name} is required (MERIT_REQUIRE) but absent: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of third-party reference data."""
    if not SHARED.is_dir():
        skip_or_fail("shared", f"reference data absent: no folder {SHARED.name}/ beside the project or in MERIT_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a real Chromium."""
    if not CHROMIUM.exists():
        skip_or_fail("browser", "Chromium is not installed (package chromium)")
    return str(CHROMIUM)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start the driver; it downloads nothing."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """Start one Chromium for all tests that need one."""
    browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """Return the address of the PostgreSQL server for tests."""
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        skip_or_fail("postgres", f"no PostgreSQL for tests: {str(error).splitlines()[0]}")
    return POSTGRESQL


def _administer(statement: str) -> None:
    administer(POSTGRESQL, statement)


def _settings(folder: Path, url: str) -> Settings:
    settings = load_settings(
        {},
        instance_path=str(folder),
        database_url=url,
        testing=True,
        development=True,
    )
    create_keyring(settings.secret_file)
    return settings


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file that tests copy."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "merit.db"
    database = db.Database(_settings(folder, f"sqlite:///{path}"))
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Migrate one PostgreSQL database that tests copy."""
    name = f"merit_template_{uuid.uuid4().hex[:12]}"
    _administer(f"CREATE DATABASE {name}")
    database = db.Database(_settings(tmp_path_factory.mktemp("postgresql"), _url(name)))
    upgrade(database)
    database.dispose()
    yield name
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_pool(postgresql_template: str) -> Iterator[Pool]:
    """Keep databases that are emptied after a test: making one costs a second of disk, emptying it a tenth."""
    pool = Pool(POSTGRESQL, postgresql_template)
    yield pool
    pool.close()


def _url(name: str) -> str:
    return POSTGRESQL.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Name the database of this round."""
    return str(request.param)


@contextlib.contextmanager
def _fresh(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[db.Database]:
    if kind == "sqlite":
        path = folder / "merit.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        database = db.configure(_settings(folder, f"sqlite:///{path}"))
        yield database
        database.dispose()
        return
    pool: Pool = request.getfixturevalue("postgresql_pool")
    name = pool.take()
    database = db.configure(_settings(folder, _url(name)))
    yield database
    database.dispose()
    close_stores()
    pool.give_back(name)


@pytest.fixture(scope="session")
def shared_database(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[db.Database]:
    """Return a database whose tests roll everything back."""
    with _fresh(kind, request, tmp_path_factory.mktemp(kind)) as database:
        yield database


@pytest.fixture
def session(shared_database: db.Database) -> Iterator[Session]:
    """Return a session whose work is rolled back, on SQLite and again on PostgreSQL."""
    connection = shared_database.engine.connect().execution_options(merit_writes=True)
    transaction = connection.begin()
    session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    yield session
    session.close()
    transaction.rollback()
    connection.close()


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[db.Database]:
    """Return a fresh migrated database that tests may commit to, as the process's own."""
    with _fresh(kind, request, tmp_path) as database:
        yield database


@pytest.fixture
def sqlite_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[db.Database]:
    """Return a fresh SQLite database only, for tests whose point is elsewhere."""
    with _fresh("sqlite", request, tmp_path) as database:
        yield database


@pytest.fixture
def app(database: db.Database) -> Flask:
    """Return the application on a fresh database."""
    from merit.app import create_app

    return create_app(database.settings, database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a test client that carries CSRF tokens like a browser would (see ``tests.web_client``)."""
    return app.test_client()
