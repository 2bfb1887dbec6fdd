"""Fixtures of fault tests about giving tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from merit import db
from merit.assessment.saving import close_stores
from tests.assessment.exam_client import ExamPage
from tests.assessment.sitting_rows import make_hall


@pytest.fixture
def page(app: Flask, database: db.Database) -> Iterator[ExamPage]:
    """Return a candidate's exam page, running since now."""
    with database.unit_of_work() as session:
        seat = make_hall(session).seats[0]
    yield ExamPage(app.test_client(), seat)
    close_stores()


@pytest.fixture
def pages(app: Flask, database: db.Database) -> Iterator[list[ExamPage]]:
    """Return the exam pages of two candidates of one room."""
    with database.unit_of_work() as session:
        seats = make_hall(session, seats=2).seats
    yield [ExamPage(app.test_client(), seat) for seat in seats]
    close_stores()
