"""Evidence from training records: the learning duty, use at work, and trainings for gates."""

from __future__ import annotations

import datetime as dt

import numpy as np
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import asked_rows, count, divide, make_table, newest_source, notes, total
from merit.bulk import Coded, Columns, among, read_columns
from merit.db import MICRO, known
from merit.evidence import EMPLOYMENT, Column, EvidenceRequest, Exact, FactTable, Normal, Status
from merit.people.domain import MONTHS, add_months
from merit.people.evidence import load_employment
from merit.training.domain import DUTY_HOURS
from merit.training.models import TrainingRecord

TRANSFER_YEARS = 3
_UNKNOWN_SE = -1


def load_learning_duty(session: Session, request: EvidenceRequest) -> Column:
    """Return min(1, JP of trainings ended in year Y-1 / 20) for PNS and CPNS.

    No training at all is measured: zero. PPPK: NOT_APPLICABLE.
    """
    year = request.year - 1
    statement = select(
        TrainingRecord.id,
        TrainingRecord.official_id,
        type_coerce(TrainingRecord.learning_hours, BigInteger).label("hours"),
        TrainingRecord.ends,
    ).where(
        known(TrainingRecord, request.known_at),
        TrainingRecord.ends.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
        among(TrainingRecord.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    n = len(request.officials)
    employment = load_employment(session, request)
    applies = employment.known & (employment.value != EMPLOYMENT.index("PPPK"))
    duty = np.full(n, DUTY_HOURS * MICRO)
    done = np.minimum(total(row, found["hours"], n), duty)
    sources, dates = newest_source(n, row, found["id"], found["ends"])
    status = np.where(applies, Status.MEASURED, Status.NOT_APPLICABLE)
    return Column(
        value=divide(done, duty, applies),
        noise=Exact(),
        status=np.where(employment.known, status, Status.MISSING).astype(np.int8),
        as_of=dates,
        source=sources,
        note=notes(n, pppk_exempt=employment.known & ~applies),
    )


def load_training_transfer(session: Session, request: EvidenceRequest) -> Column:
    """Return the mean level-3 evaluation of trainings ended in the last three years (0-100).

    x = sum / n; SE = sqrt(sum of se squared) / n, with the policy's standard error where none is recorded. None
    evaluated: NOT_APPLICABLE.
    """
    row, found = asked_rows(request.officials, _load_evaluations(session, request))
    n = len(request.officials)
    evaluated = count(row, n)
    applies = evaluated > 0
    unknown = found["se"] == _UNKNOWN_SE
    default = round(float(request.default_se.get("training.transfer", 0)) * MICRO)
    error = np.where(unknown, default, found["se"])
    defaulted = count(row[unknown], n) > 0
    divisor = np.where(applies, evaluated * MICRO, np.nan)
    sources, dates = newest_source(n, row, found["id"], found["ends"])
    return Column(
        value=divide(total(row, found["transfer"], n), evaluated * MICRO, applies),
        noise=Normal(se=np.sqrt(total(row, error * error, n)) / divisor, is_default=defaulted),
        status=np.where(applies, Status.MEASURED, Status.NOT_APPLICABLE).astype(np.int8),
        as_of=dates,
        source=sources,
        note=notes(n, none_evaluated=~applies, default_error=defaulted),
    )


def _load_evaluations(session: Session, request: EvidenceRequest) -> Columns:
    since = add_months(request.as_of, -TRANSFER_YEARS * MONTHS)
    statement = select(
        TrainingRecord.id,
        TrainingRecord.official_id,
        type_coerce(TrainingRecord.transfer, BigInteger).label("transfer"),
        func.coalesce(type_coerce(TrainingRecord.transfer_se, BigInteger), _UNKNOWN_SE).label("se"),
        TrainingRecord.ends,
    ).where(
        known(TrainingRecord, request.known_at),
        TrainingRecord.transfer.is_not(None),
        TrainingRecord.ends.between(since, request.as_of),
        among(TrainingRecord.official_id, request.officials),
    )
    return read_columns(session, statement)


def load_trainings(session: Session, request: EvidenceRequest) -> FactTable:
    """Return the trainings with a code (in capitals) that ended by the as-of date."""
    statement = select(
        TrainingRecord.id,
        TrainingRecord.official_id,
        TrainingRecord.code,
        TrainingRecord.starts,
        TrainingRecord.ends,
    ).where(
        known(TrainingRecord, request.known_at),
        TrainingRecord.code != "",
        TrainingRecord.ends <= request.as_of,
        among(TrainingRecord.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    code = Coded(np.char.upper(found["code"].labels), found["code"].index)
    return make_table(
        row,
        code=code.texts(),
        start=found["starts"],
        end=found["ends"],
        dated=found["ends"],
        source=found["id"],
    )
