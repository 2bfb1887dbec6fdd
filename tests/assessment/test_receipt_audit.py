"""What somebody with the database's own rights does to answers is found by the receipts."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from merit import db
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.saving import close_stores
from merit.assessment.services.receipt_audit import audit_receipts
from merit.assessment.services.saving import save_answers
from merit.cli import audit
from tests.assessment.sitting_rows import Hall, make_hall

pytestmark = pytest.mark.db


@pytest.fixture
def hall(database: db.Database):
    with database.unit_of_work() as session:
        made = make_hall(session, seats=2)
    for number, seat in enumerate(made.seats):
        answers = [{"position": at, "revision": 1, "value": ["A"]} for at in (1, 2 + number)]
        save_answers(seat.token, seat.lease, answers)
    yield made
    close_stores()


def faults() -> list[tuple[str, ...]]:
    with db.reading() as session:
        return [fault.faults for fault in audit_receipts(session).faults]


def test_answers_as_they_were_saved_are_sound(hall: Hall):
    with db.reading() as session:
        told = audit_receipts(session)

    assert (told.attempts, told.faults) == (len(hall.seats), ())


def test_a_changed_and_a_deleted_answer_are_named(hall: Hall):
    seat = hall.seats[0]
    with db.unit_of_work() as session:
        own = Response.attempt_id == seat.attempt_id
        session.execute(update(Response).where(own, Response.position == 1).values(value='["B"]'))
        session.execute(delete(Response).where(own, Response.position == 2))

    assert faults() == [("answer:1", "gone:2")]


def test_a_replaced_end_of_the_chain_is_named(hall: Hall):
    with db.unit_of_work() as session:
        session.execute(update(Attempt).where(Attempt.id == hall.seats[1].attempt_id).values(receipt="0" * 64))

    assert faults() == [("end",)]


def test_the_command_names_the_candidate_and_fails(hall: Hall, monkeypatch):
    monkeypatch.setattr(audit, "open_database", lambda: None)
    sound = CliRunner().invoke(audit.verify)
    with db.unit_of_work() as session:
        session.execute(update(Response).values(value='["C"]'))

    told = CliRunner().invoke(audit.verify)

    assert (sound.exit_code, told.exit_code) == (0, 1)
    assert f"Tanda terima utuh: {len(hall.seats)} pengerjaan ujian." in sound.output
    assert "tidak sama dengan tanda terimanya" in told.output
