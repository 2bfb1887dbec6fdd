"""Tables of units, positions, officials and what is recorded about a person."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, Fact, current_key, intpk, official_fk, one_of, unit_fk
from merit.evidence import EDUCATION, EMPLOYMENT, TIERS

FINDING_CODES = ("R1", "R2", "R3", "S1", "S2", "S3", "B1", "B2", "B3")
FINDING_STATES = ("proses", "final", "keberatan", "banding", "dibatalkan")
LEAVE_KINDS = ("melahirkan", "sakit", "besar", "luar_tanggungan", "tugas_belajar")
STANDARD_COLUMNS = ("m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "sk01")


def _period_order(start: str = "starts", end: str = "ends") -> CheckConstraint:
    return CheckConstraint(f"{end} IS NULL OR {start} IS NULL OR {end} >= {start}", name="period_order")


class OrgUnit(Base):
    """Identity of a unit; its name and place in the tree are records."""

    __tablename__ = "org_units"

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)


class OrgUnitRecord(Fact, Base):
    """Name, kind and parent of a unit as known."""

    __tablename__ = "org_unit_records"
    __table_args__ = (
        current_key("org_unit_records", "unit_id"),
        CheckConstraint("parent_id IS NULL OR parent_id <> unit_id", name="not_own_parent"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[intpk]
    unit_id: Mapped[unit_fk]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_units.id"), index=True)
    kind: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")


class Position(Base):
    """Identity of a position."""

    __tablename__ = "positions"

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)


class PositionRecord(Fact, Base):
    """A position as known: tier, unit, unit led, grade range (ordinals) and competency standard."""

    __tablename__ = "position_records"
    __table_args__ = (
        current_key("position_records", "position_id"),
        one_of("tier", TIERS),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("grade_min IS NULL OR grade_max IS NULL OR grade_max >= grade_min", name="grade_order"),
        *(
            CheckConstraint(f"{code} IS NULL OR {code} BETWEEN 1 AND 5", name=f"{code}_level")
            for code in STANDARD_COLUMNS
        ),
    )

    id: Mapped[intpk]
    position_id: Mapped[int] = mapped_column(BigId, ForeignKey("positions.id"))
    name: Mapped[str]
    tier: Mapped[str] = mapped_column(index=True)
    unit_id: Mapped[unit_fk] = mapped_column(index=True)
    leads_unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_units.id"), index=True)
    field: Mapped[str] = mapped_column(default="")
    grade_min: Mapped[int | None] = mapped_column(SmallInteger)
    grade_max: Mapped[int | None] = mapped_column(SmallInteger)
    m01: Mapped[int | None] = mapped_column(SmallInteger)
    m02: Mapped[int | None] = mapped_column(SmallInteger)
    m03: Mapped[int | None] = mapped_column(SmallInteger)
    m04: Mapped[int | None] = mapped_column(SmallInteger)
    m05: Mapped[int | None] = mapped_column(SmallInteger)
    m06: Mapped[int | None] = mapped_column(SmallInteger)
    m07: Mapped[int | None] = mapped_column(SmallInteger)
    m08: Mapped[int | None] = mapped_column(SmallInteger)
    sk01: Mapped[int | None] = mapped_column(SmallInteger)


class Official(Base):
    """Identity of an official: the NIP."""

    __tablename__ = "officials"
    __table_args__ = (CheckConstraint("length(nip) = 18", name="nip_length"),)

    id: Mapped[intpk]
    nip: Mapped[str] = mapped_column(unique=True)


def _standing_index(name: str) -> Index:
    condition = column("superseded_at").is_(None)
    return Index(f"ix_official_records_{name}", name, sqlite_where=condition, postgresql_where=condition)


class OfficialRecord(Fact, Base):
    """The personnel record as it stands, one row per official; dated parts are kept beside it as facts.

    ``grade`` is 1-17 for I/a-IV/e and 101-117 for PPPK I-XVII.
    """

    __tablename__ = "official_records"
    __table_args__ = (
        current_key("official_records", "official_id"),
        one_of("sex", ("L", "P")),
        one_of("employment", EMPLOYMENT),
        one_of("education", EDUCATION),
        one_of("tier", TIERS),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("grade BETWEEN 1 AND 17 OR grade BETWEEN 101 AND 117", name="grade_known"),
        # Of the records that stand: ending one costs no entry here (docs/adr/0104).
        _standing_index("unit_id"),
        _standing_index("position_id"),
        # The list of officials filters and sorts without touching the table (docs/adr/0051).
        Index(
            "ix_official_records_listing",
            "name",
            "official_id",
            "unit_id",
            "tier",
            "grade",
            "employment",
            "position_since",
            "id",
            "superseded_at",
            sqlite_where=column("superseded_at").is_(None),
            postgresql_where=column("superseded_at").is_(None),
        ),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    name: Mapped[str]
    title_before: Mapped[str] = mapped_column(default="")
    title_after: Mapped[str] = mapped_column(default="")
    sex: Mapped[str]
    birth_date: Mapped[dt.date]
    employment: Mapped[str]
    grade: Mapped[int] = mapped_column(SmallInteger)
    grade_since: Mapped[dt.date]
    education: Mapped[str]
    study_field: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[unit_fk]
    position_id: Mapped[int] = mapped_column(BigId, ForeignKey("positions.id"))
    position_since: Mapped[dt.date]
    tier: Mapped[str]
    email: Mapped[str] = mapped_column(default="")


class GradePeriod(Fact, Base):
    """A grade held from a date until the next one begins."""

    __tablename__ = "grade_periods"
    __table_args__ = (
        current_key("grade_periods", "official_id", "starts"),
        CheckConstraint("grade BETWEEN 1 AND 17 OR grade BETWEEN 101 AND 117", name="grade_known"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    grade: Mapped[int] = mapped_column(SmallInteger)
    starts: Mapped[dt.date]


class Post(Fact, Base):
    """A post held: past ones from the career file, the present one from the officials file.

    A present post lasts until the next present post begins. ``field`` is the bidang of the post.
    """

    __tablename__ = "posts"
    __table_args__ = (
        current_key("posts", "official_id", "origin", "tier", "starts"),
        one_of("origin", ("career", "present")),
        one_of("tier", TIERS),
        _period_order(),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    origin: Mapped[str]
    tier: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    field: Mapped[str] = mapped_column(default="")
    position_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("positions.id"))
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_units.id"))
    starts: Mapped[dt.date]
    ends: Mapped[dt.date | None]
    decree_number: Mapped[str] = mapped_column(default="")


class DisciplineFinding(Fact, Base):
    """A disciplinary finding or case and its procedural state (PP 94/2021)."""

    __tablename__ = "discipline_findings"
    __table_args__ = (
        current_key("discipline_findings", "official_id", "decree_number", "code"),
        one_of("code", FINDING_CODES),
        one_of("state", FINDING_STATES),
        _period_order(),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    code: Mapped[str]
    decree_number: Mapped[str]
    dated: Mapped[dt.date]
    starts: Mapped[dt.date | None]
    ends: Mapped[dt.date | None]
    state: Mapped[str]


class AttendanceYear(Fact, Base):
    """Working days absent without a lawful reason in one year."""

    __tablename__ = "attendance_years"
    __table_args__ = (
        current_key("attendance_years", "official_id", "year"),
        CheckConstraint("unexcused_days BETWEEN 0 AND 366", name="days_range"),
        CheckConstraint("year BETWEEN 1950 AND 2200", name="year_range"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    year: Mapped[int] = mapped_column(SmallInteger)
    unexcused_days: Mapped[int] = mapped_column(SmallInteger)


class Assignment(Fact, Base):
    """A placement or task force offered, and the answer."""

    __tablename__ = "assignments"
    __table_args__ = (
        current_key("assignments", "official_id", "name", "offered"),
        one_of("response", ("diterima", "ditolak"), nullable=True),
        _period_order(),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    name: Mapped[str]
    offered: Mapped[dt.date]
    response: Mapped[str | None]
    lawful_reason: Mapped[bool | None]
    starts: Mapped[dt.date | None]
    ends: Mapped[dt.date | None]
    decree_number: Mapped[str] = mapped_column(default="")


class LeavePeriod(Fact, Base):
    """A leave; it may shorten an assessed year."""

    __tablename__ = "leave_periods"
    __table_args__ = (
        current_key("leave_periods", "official_id", "kind", "starts"),
        one_of("kind", LEAVE_KINDS),
        _period_order(),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    kind: Mapped[str]
    starts: Mapped[dt.date]
    ends: Mapped[dt.date | None]


class Attestation(Fact, Base):
    """A recorded document about a fact: health, LHKPN, SPT, integrity."""

    __tablename__ = "attestations"
    __table_args__ = (
        current_key("attestations", "official_id", "fact", "dated"),
        CheckConstraint("valid_until IS NULL OR valid_until >= dated", name="period_order"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    fact: Mapped[str]
    dated: Mapped[dt.date]
    number: Mapped[str] = mapped_column(default="")
    valid_until: Mapped[dt.date | None]


class SavedFilter(Base):
    """A user's own name for the filters of a list page; ``query`` is the query string of its address."""

    __tablename__ = "saved_filters"
    __table_args__ = (
        UniqueConstraint("user_id", "page", "name"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    page: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[dt.datetime]
