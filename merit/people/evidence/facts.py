"""Facts about persons that gates read: status, education, grade, posts, findings, attestations."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from sqlalchemy import BigInteger, String, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import asked_rows, epoch_days, last_per_row, make_table, positions
from merit.bulk import Columns, among, ordinal, read_columns
from merit.db import known
from merit.evidence import (
    EDUCATION,
    EMPLOYMENT,
    NO_SOURCE,
    OPEN_END,
    TIERS,
    DateArray,
    Datum,
    EvidenceRequest,
    FactTable,
    IntArray,
    StrArray,
)
from merit.people.domain import punishment_end
from merit.people.evidence.careers import Careers, load_careers
from merit.people.models import FINDING_CODES, Attestation, DisciplineFinding, GradePeriod, Official, OfficialRecord
from merit.reference import load_punishments

_LEVELS = {"ringan": 1, "sedang": 2, "berat": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """The topics of ``Facts`` that people own."""

    nip: StrArray
    employment: Datum
    education: Datum
    grade: Datum
    birth: Datum
    tier: Datum
    position_since: Datum
    posts: FactTable
    findings: FactTable
    attestations: FactTable


def load_person_facts(session: Session, request: EvidenceRequest, careers: Careers | None = None) -> PersonFacts:
    """Return what gates may ask about persons; ``careers`` spares a second reading of the posts."""
    if careers is None:
        careers = load_careers(session, as_of=request.as_of, known_at=request.known_at, officials=request.officials)
    record = _load_records(session, request)
    row = positions(request.officials, record["official_id"])
    nip = np.full(len(request.officials), "", dtype="U18")
    nip[row[row >= 0]] = record["nip"][row >= 0]
    held_row = np.where(careers.held, positions(request.officials, careers.official), -1)
    return PersonFacts(
        nip=nip,
        employment=_datum(request, row, record["employment"], record["id"]),
        education=_datum(request, row, record["education"], record["id"]),
        grade=_load_grade(session, request),
        birth=_datum(request, row, epoch_days(record["birth_date"]), record["id"]),
        tier=_datum(request, held_row, careers.tier, careers.source),
        position_since=_datum(request, held_row, epoch_days(careers.starts), careers.source),
        posts=post_table(request, careers),
        findings=_load_findings(session, request),
        attestations=_load_attestations(session, request),
    )


def _datum(request: EvidenceRequest, row: IntArray, value: IntArray, source: IntArray) -> Datum:
    n = len(request.officials)
    values, sources = np.zeros(n, dtype=np.int64), np.full(n, NO_SOURCE, dtype=np.int64)
    is_known = np.zeros(n, dtype=np.bool_)
    asked = row >= 0
    row = row[asked]
    values[row], sources[row], is_known[row] = value[asked], source[asked], True
    return Datum(value=values, known=is_known, source=sources)


def _load_records(session: Session, request: EvidenceRequest) -> Columns:
    statement = (
        select(
            OfficialRecord.id,
            OfficialRecord.official_id,
            type_coerce(Official.nip, String(18)).label("nip"),
            ordinal(OfficialRecord.employment, EMPLOYMENT).label("employment"),
            ordinal(OfficialRecord.education, EDUCATION).label("education"),
            OfficialRecord.birth_date,
        )
        .join(Official, Official.id == OfficialRecord.official_id)
        .where(known(OfficialRecord, request.known_at), among(OfficialRecord.official_id, request.officials))
    )
    return read_columns(session, statement)


def load_employment(session: Session, request: EvidenceRequest) -> Datum:
    """Return the index in EMPLOYMENT of every official."""
    statement = select(
        OfficialRecord.id,
        OfficialRecord.official_id,
        ordinal(OfficialRecord.employment, EMPLOYMENT).label("employment"),
    ).where(known(OfficialRecord, request.known_at), among(OfficialRecord.official_id, request.officials))
    record = read_columns(session, statement)
    row = positions(request.officials, record["official_id"])
    return _datum(request, row, record["employment"], record["id"])


def _load_grade(session: Session, request: EvidenceRequest) -> Datum:
    statement = select(GradePeriod.id, GradePeriod.official_id, GradePeriod.grade, GradePeriod.starts).where(
        known(GradePeriod, request.known_at),
        GradePeriod.starts <= request.as_of,
        among(GradePeriod.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    newest = last_per_row(row, found["starts"], found["id"])
    return _datum(request, row[newest], found["grade"][newest], found["id"][newest])


def post_table(request: EvidenceRequest, careers: Careers) -> FactTable:
    """Return the posts of the officials asked for; the post held ends on the as-of date.

    A past post whose end is not recorded lasts until the official's next post, an earlier present one until the
    next present one. Periods may overlap; whoever adds up days counts each day once.
    """
    row = positions(request.officials, careers.official)
    chosen = np.flatnonzero(row >= 0)
    return make_table(
        row[chosen],
        code=np.array(TIERS)[careers.tier[chosen]],
        start=careers.starts[chosen],
        end=_ends(careers, np.datetime64(request.as_of, "D"))[chosen],
        tag=careers.field[chosen].texts(),
        source=careers.source[chosen],
    )


def _ends(careers: Careers, as_of: np.datetime64) -> DateArray:
    following = np.full(len(careers.official), OPEN_END)
    present_following = following.copy()
    _put_next(following, np.arange(len(careers.official)), careers)
    _put_next(present_following, np.flatnonzero(careers.is_present | careers.held), careers)
    open_end = np.where(careers.is_present, present_following, following)
    ends = np.where(np.isnat(careers.ends), open_end, careers.ends)
    return np.where(careers.held, as_of, np.minimum(ends, as_of))


def _put_next(following: DateArray, chosen: IntArray, careers: Careers) -> None:
    earlier, later = chosen[:-1], chosen[1:]
    same = careers.official[earlier] == careers.official[later]
    following[earlier[same]] = careers.starts[later[same]]


def _load_findings(session: Session, request: EvidenceRequest) -> FactTable:
    statement = select(
        DisciplineFinding.id,
        DisciplineFinding.official_id,
        ordinal(DisciplineFinding.code, FINDING_CODES).label("code"),
        DisciplineFinding.dated,
        func.coalesce(DisciplineFinding.starts, DisciplineFinding.dated).label("starts"),
        DisciplineFinding.ends,
        DisciplineFinding.state,
    ).where(
        known(DisciplineFinding, request.known_at),
        DisciplineFinding.dated <= request.as_of,
        among(DisciplineFinding.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    codes = np.array(FINDING_CODES)[found["code"]]
    levels = np.array([_LEVELS[load_punishments()[code].level] for code in FINDING_CODES])
    return make_table(
        row,
        code=codes,
        value=levels[found["code"]],
        start=found["starts"],
        end=_punishment_ends(codes, found["starts"], found["ends"]),
        dated=found["dated"],
        state=found["state"].texts(),
        source=found["id"],
    )


def _punishment_ends(codes: StrArray, starts: DateArray, ends: DateArray) -> DateArray:
    # Cases are few; only those without a recorded end are worked out, from the duration in PP 94/2021 art. 8.
    complete = ends.copy()
    for place in np.flatnonzero(np.isnat(ends)):
        start: dt.date = starts[place].item()
        last = punishment_end(str(codes[place]), start)
        complete[place] = OPEN_END if last is None else np.datetime64(last, "D")
    return complete


def _load_attestations(session: Session, request: EvidenceRequest) -> FactTable:
    statement = select(
        Attestation.id,
        type_coerce(Attestation.official_id, BigInteger).label("official_id"),
        Attestation.fact,
        Attestation.dated,
        Attestation.valid_until,
    ).where(
        known(Attestation, request.known_at),
        Attestation.dated <= request.as_of,
        among(Attestation.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    until = found["valid_until"]
    return make_table(
        row,
        code=found["fact"].texts(),
        start=found["dated"],
        end=np.where(np.isnat(until), OPEN_END, until),
        source=found["id"],
    )
