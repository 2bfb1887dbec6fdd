"""Training records of one official."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy.orm import Session

from merit.people.queries.facts import FactRow, known_facts
from merit.training.models import TrainingRecord


def list_trainings(session: Session, official_id: int) -> list[FactRow]:
    """Return the trainings attended, newest first."""
    model = TrainingRecord
    return known_facts(session, model, model.official_id == official_id, order=[model.ends.desc()])


def hours_per_year(trainings: Iterable[FactRow]) -> dict[int, Decimal]:
    """Return the learning hours by the year in which the training ended, newest year first."""
    hours: dict[int, Decimal] = {}
    for training in trainings:
        year = training.ends.year
        hours[year] = hours.get(year, Decimal(0)) + training.learning_hours
    return dict(sorted(hours.items(), reverse=True))
