"""The log tells where something broke, never about whom."""

from __future__ import annotations

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from merit import db
from merit.logs import configure_logs

NIP = "198504122010011003"


@pytest.mark.db
def test_database_errors_carry_no_values(database: db.Database) -> None:
    with pytest.raises(DBAPIError) as raised, database.reading() as session:
        session.execute(text("SELECT * FROM nowhere WHERE nip = :nip"), {"nip": NIP})

    assert NIP not in str(raised.value)


@pytest.mark.db
def test_logged_tracebacks_carry_no_messages(sqlite_database: db.Database, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(sqlite_database.settings)
    try:
        try:
            int(f"NIP {NIP}")
        except ValueError as error:
            raise KeyError(NIP) from error
    except KeyError:
        structlog.get_logger().exception("job failed", job=1)

    told = capsys.readouterr().err
    assert NIP not in told
    assert "test_logs.py" in told
    assert told.index("ValueError") < told.index("KeyError")


@pytest.mark.db
def test_mistakes_of_the_program_are_told(sqlite_database: db.Database, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(sqlite_database.settings)
    try:
        object().nowhere  # type: ignore[attr-defined]  # noqa: B018 -- the mistake itself
    except AttributeError:
        structlog.get_logger().exception("unexpected failure")

    assert "has no attribute 'nowhere'" in capsys.readouterr().err
