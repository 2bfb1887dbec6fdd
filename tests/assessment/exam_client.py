"""An exam page without a browser: the calls of the save protocol through the test client."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from merit import db
from merit.assessment.models.delivery import Attempt, LateResponse, Response
from tests.assessment.sitting_rows import Seat


def answer(position: int, revision: int, *values: str, **details: Any) -> dict[str, Any]:
    """Return one answer as the page sends it."""
    return {"position": position, "revision": revision, "value": list(values), **details}


class ExamPage:
    """One browser on one seat."""

    def __init__(self, client: FlaskClient, seat: Seat, lease: str | None = None) -> None:
        self.client = client
        self.seat = seat
        self.lease = seat.lease if lease is None else lease
        self.path = f"/api/v1/attempts/{seat.token}"

    def post(self, tail: str, *, lease: str | None = None, **body: Any) -> TestResponse:
        return self.client.post(f"{self.path}/{tail}", json={"lease": self.lease if lease is None else lease, **body})

    def save(self, *answers: dict[str, Any]) -> TestResponse:
        return self.post("responses", responses=list(answers))

    def standing(self) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get(self.path, headers={"Merit-Lease": self.lease}).json
        return told

    def paper(self, **headers: str) -> TestResponse:
        return self.client.get(f"{self.path}/paper", headers={"Merit-Lease": self.lease, **headers})

    def stored(self) -> dict[int, tuple[int, str]]:
        return self._rows(Response)

    def late(self) -> dict[int, tuple[int, str]]:
        return self._rows(LateResponse)

    def attempt(self) -> Attempt:
        with db.reading() as session:
            return session.get_one(Attempt, self.seat.attempt_id)

    def change(self, **values: Any) -> None:
        with db.unit_of_work() as session:
            for name, value in values.items():
                setattr(session.get_one(Attempt, self.seat.attempt_id), name, value)

    def _rows(self, model: Any) -> dict[int, tuple[int, str]]:
        with db.reading() as session:
            rows = session.query(model).filter_by(attempt_id=self.seat.attempt_id)
            return {row.position: (row.revision, row.value) for row in rows}
