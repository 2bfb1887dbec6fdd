"""The recorded facts an index is computed from, for one official or for everybody."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, String, func, or_, select, true, type_coerce
from sqlalchemy.orm import Session

from merit.bulk import Columns, ordinal, read_columns
from merit.db import MICRO, known
from merit.evidence import EDUCATION, EMPLOYMENT, TIERS
from merit.people.domain import add_months
from merit.people.evidence import load_careers
from merit.people.evidence.careers import DISMISSAL
from merit.people.models import FINDING_CODES, DisciplineFinding, Official, OfficialRecord
from merit.performance.models import Appraisal
from merit.ranking.professionalism.domain.index import Finding, Person, Training
from merit.ranking.professionalism.domain.rules import Rules, group_of
from merit.reference import load_punishments
from merit.training.models import TrainingRecord

PPPK = "PPPK"
_SEVERITY = {"ringan": 1, "sedang": 2, "berat": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One official with the facts of the index."""

    official_id: int
    nip: str
    unit_id: int
    employment: str
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom and when: ``official_id`` None is everybody; ``known_at`` None is everything known now."""

    as_of: dt.date
    known_at: dt.datetime | None = None
    official_id: int | None = None

    def of(self, column: ColumnElement[int]) -> ColumnElement[bool]:
        """Condition: the column is whom is asked for."""
        return true() if self.official_id is None else column == self.official_id


def load_recorded(session: Session, scope: Scope, rules: Rules) -> Iterator[Recorded]:
    """Yield everybody in service on the as-of date, by NIP.

    In service: on record, appointed by that date as the NIP tells (its month for PNS and CPNS, its year for PPPK),
    and not dismissed by a final decision.
    """
    records = _load_records(session, scope)
    groups = _load_groups(session, scope, records)
    trainings = _load_trainings(session, scope, rules)
    predicates = _load_predicates(session, scope)
    findings = _load_findings(session, scope)
    for place in np.argsort(records["nip"], kind="stable"):
        official_id, nip = int(records["official_id"][place]), str(records["nip"][place])
        employment = EMPLOYMENT[records["employment"][place]]
        if _begins_later(nip, employment, scope.as_of):
            continue
        predicate, source = predicates.get(official_id, (None, 0))
        yield Recorded(
            official_id=official_id,
            nip=nip,
            unit_id=int(records["unit_id"][place]),
            employment=employment,
            person=Person(
                education=EDUCATION[records["education"][place]],
                group=groups[int(place)],
                predicate=predicate,
                trainings=trainings.get(official_id, ()),
                findings=findings.get(official_id, ()),
                education_source=int(records["id"][place]),
                predicate_source=source,
            ),
        )


def _begins_later(nip: str, employment: str, as_of: dt.date) -> bool:
    if employment == PPPK:  # digits 13-14 are the number of the contract
        return int(nip[8:12]) > as_of.year
    return int(nip[8:14]) > as_of.year * 100 + as_of.month


def _load_records(session: Session, scope: Scope) -> Columns:
    dismissed = select(DisciplineFinding.official_id).where(
        known(DisciplineFinding, scope.known_at),
        DisciplineFinding.code == DISMISSAL,
        DisciplineFinding.state == "final",
        DisciplineFinding.dated <= scope.as_of,
        scope.of(DisciplineFinding.official_id),  # type: ignore[arg-type] # a mapped column is one
    )
    statement = (
        select(
            OfficialRecord.id,
            OfficialRecord.official_id,
            type_coerce(Official.nip, String(18)).label("nip"),
            OfficialRecord.unit_id,
            ordinal(OfficialRecord.employment, EMPLOYMENT).label("employment"),
            ordinal(OfficialRecord.education, EDUCATION).label("education"),
            ordinal(OfficialRecord.tier, TIERS).label("tier"),
            OfficialRecord.position_since,
        )
        .join(Official, Official.id == OfficialRecord.official_id)
        .where(
            known(OfficialRecord, scope.known_at),
            OfficialRecord.official_id.not_in(dismissed),
            scope.of(OfficialRecord.official_id),  # type: ignore[arg-type] # a mapped column is one
        )
    )
    return read_columns(session, statement)


def _load_groups(session: Session, scope: Scope, records: Columns) -> list[str]:
    """Return the kind of post on the date: of the present one where it had begun, else of the one held then."""
    groups = [group_of(TIERS[tier]) for tier in records["tier"]]
    earlier = np.flatnonzero(records["position_since"] > np.datetime64(scope.as_of, "D"))
    if not len(earlier):
        return groups
    asked = records["official_id"][earlier]
    careers = load_careers(session, as_of=scope.as_of, known_at=scope.known_at, officials=asked)
    held = dict(zip(careers.official[careers.held], careers.tier[careers.held], strict=True))
    for place in earlier:
        tier = held.get(records["official_id"][place])
        groups[int(place)] = "" if tier is None else group_of(TIERS[tier])
    return groups


def _load_trainings(session: Session, scope: Scope, rules: Rules) -> Mapping[int, list[Training]]:
    """Return the trainings that could count: of kinds that never expire, without a kind, or recent enough."""
    lasting = {kind for figure in rules.figures.values() if not figure.months for kind in figure.kinds}
    months = max(rules.whole(figure.months) for figure in rules.figures.values() if figure.months)
    statement = select(
        TrainingRecord.id,
        TrainingRecord.official_id,
        func.coalesce(TrainingRecord.kind, "").label("kind"),
        TrainingRecord.code,
        type_coerce(TrainingRecord.learning_hours, BigInteger).label("hours"),
        TrainingRecord.ends,
    ).where(
        known(TrainingRecord, scope.known_at),
        TrainingRecord.ends <= scope.as_of,
        or_(
            TrainingRecord.ends > add_months(scope.as_of, -months),
            TrainingRecord.kind.is_(None),
            TrainingRecord.kind.in_(sorted(lasting)),
        ),
        scope.of(TrainingRecord.official_id),  # type: ignore[arg-type] # a mapped column is one
    )
    found = read_columns(session, statement)
    kinds, codes = found["kind"].labels.tolist(), found["code"].labels.tolist()
    rows = zip(
        *(found[name].tolist() for name in ("official_id", "id", "hours", "ends")),
        found["kind"].index.tolist(),
        found["code"].index.tolist(),
        strict=True,
    )
    trainings: dict[int, list[Training]] = defaultdict(list)
    for official_id, source, hours, ends, kind, code in sorted(rows):
        trainings[official_id].append(Training(kinds[kind] or None, codes[code], Decimal(hours) / MICRO, ends, source))
    return trainings


def _load_predicates(session: Session, scope: Scope) -> Mapping[int, tuple[int, int]]:
    statement = select(Appraisal.official_id, Appraisal.predicate, Appraisal.id).where(
        known(Appraisal, scope.known_at),
        Appraisal.year == scope.as_of.year - 1,
        scope.of(Appraisal.official_id),  # type: ignore[arg-type] # a mapped column is one
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}


def _load_findings(session: Session, scope: Scope) -> Mapping[int, list[Finding]]:
    """Return final decisions only: one under objection or appeal is not in force (PP 94/2021)."""
    statement = (
        select(DisciplineFinding.official_id, DisciplineFinding.code, DisciplineFinding.dated, DisciplineFinding.id)
        .where(
            known(DisciplineFinding, scope.known_at),
            DisciplineFinding.state == "final",
            DisciplineFinding.dated <= scope.as_of,
            scope.of(DisciplineFinding.official_id),  # type: ignore[arg-type] # a mapped column is one
        )
        .order_by(DisciplineFinding.dated, DisciplineFinding.id)
    )
    severity = {code: _SEVERITY[load_punishments()[code].level] for code in FINDING_CODES}
    findings: dict[int, list[Finding]] = defaultdict(list)
    for official_id, code, dated, source in session.execute(statement):
        findings[official_id].append(Finding(severity[code], dated, source))
    return findings
