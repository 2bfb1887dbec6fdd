"""The store on PostgreSQL: one prepared, autocommitted statement per request (functions in migrations 0003, 0008)."""

from __future__ import annotations

import datetime as dt
import json
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import InternalError, LockNotAvailable, QueryCanceled

from merit.assessment.domain.receipts import entry_of, stamp
from merit.assessment.saving import statements
from merit.assessment.saving.values import (
    AttemptRow,
    Beat,
    Finished,
    HeartbeatRequest,
    PaperRow,
    Saved,
    SaveRequest,
    StoreBusyError,
    StoreFailedError,
)

_SAVE = "SELECT * FROM merit_save(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_BEAT = "SELECT * FROM merit_heartbeat(%s, %s, %s, %s, %s, %s)"
_FINISH = "SELECT * FROM merit_finish(%s, %s, %s, %s)"
_ATTEMPT, _RESPONSES, _PAPER = (
    text.replace("?", "%s") for text in (statements.ATTEMPT, statements.RESPONSES, statements.PAPER)
)
# Waiting for a lock or a disk is bounded: the browser keeps the answer and sends it again.
_OPTIONS = "-c timezone=UTC -c lock_timeout=4000 -c statement_timeout=8000 -c jit=off"
_CONNECT_SECONDS = 4


class PostgresStore:
    """Connections of this store's own, as many as threads use it; a broken one is replaced and the call repeated."""

    def __init__(self, url: str) -> None:
        """Open nothing yet."""
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._idle: deque[Connection[Any]] = deque()

    def save(self, request: SaveRequest) -> Saved:
        """Keep answers."""
        answers = request.answers
        row = self._row(
            _SAVE,
            (
                request.token_hash,
                request.lease_hash,
                request.at,
                stamp(request.at),
                _plain_array(answer.position for answer in answers),
                _plain_array(answer.revision for answer in answers),
                _text_array(answer.value for answer in answers),
                _plain_array(answer.marked for answer in answers),
                _text_array(answer.at for answer in answers),
                _text_array(entry_of(answer) for answer in answers),
            ),
        )
        status, receipt, saves, state, deadline, late, stored, *rest = row
        return Saved(status, receipt, saves, state, deadline, late, json.loads(stored) if stored else (), *rest)

    def heartbeat(self, request: HeartbeatRequest) -> Beat:
        """Keep a sign of life."""
        kinds = _text_array(signal.kind for signal in request.signals)
        details = _text_array(signal.details for signal in request.signals)
        values = (request.token_hash, request.lease_hash, request.at, request.network, kinds, details)
        return Beat(*self._row(_BEAT, values))

    def finish(self, token_hash: str, lease_hash: str, at: dt.datetime, ending: str) -> Finished:
        """End an attempt."""
        return Finished(*self._row(_FINISH, (token_hash, lease_hash, at, ending)))

    def attempt(self, token_hash: str) -> AttemptRow | None:
        """Read an attempt."""
        rows = self._rows(_ATTEMPT, (token_hash,))
        return AttemptRow(*rows[0]) if rows else None

    def responses(self, attempt_id: int) -> Sequence[tuple[int, int, str, bool]]:
        """Read the answers of an attempt."""
        return self._rows(_RESPONSES, (attempt_id,))

    def paper(self, token_hash: str) -> PaperRow | None:
        """Read a paper."""
        rows = self._rows(_PAPER, (token_hash,), binary=True)  # as text the bytes would travel twice as long
        return PaperRow(*rows[0]) if rows else None

    def close(self) -> None:
        """Close the idle connections; busy ones are closed when they come back."""
        while self._idle:
            self._idle.pop().close()

    def _row(self, statement: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._rows(statement, values)[0]
        return row

    def _rows(self, statement: str, values: tuple[Any, ...], *, binary: bool = False) -> list[Any]:
        """Run one statement; every one of them may be repeated, so a connection that broke under it is no loss."""
        while True:
            connection, is_fresh = self._take()
            try:
                rows = connection.execute(statement, values, binary=binary).fetchall()
            except (LockNotAvailable, QueryCanceled) as error:
                self._idle.append(connection)
                raise StoreBusyError from error
            except (psycopg.OperationalError, psycopg.InterfaceError, InternalError) as error:
                connection.close()
                if is_fresh or not _is_broken(error):
                    raise StoreFailedError from error
            except BaseException:
                connection.close()
                raise
            else:
                self._idle.append(connection)
                return rows

    def _take(self) -> tuple[Connection[Any], bool]:
        try:
            return self._idle.pop(), False
        except IndexError:
            pass
        try:
            connection = psycopg.connect(
                self._url, autocommit=True, prepare_threshold=0, options=_OPTIONS, connect_timeout=_CONNECT_SECONDS
            )
        except psycopg.Error as error:
            raise StoreFailedError from error
        return connection, True


def _plain_array(values: Iterable[int | bool]) -> str:
    """Write numbers or truths as an array; the driver's own way takes a tenth of a save."""
    return "{" + ",".join(map(str, values)) + "}"


def _text_array(texts: Iterable[str]) -> str:
    """Write texts as an array, every one quoted."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


def _is_broken(error: psycopg.Error) -> bool:
    """Whether the connection is to blame: it has no error code, or the server ended it (57P01 to 57P03)."""
    return error.sqlstate is None or error.sqlstate.startswith(("57P", "08"))
