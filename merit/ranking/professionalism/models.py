"""Tables of the index: versions of its figures, and immutable computations with one line per official."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, official_fk, one_of, unit_fk
from merit.evidence import EMPLOYMENT
from merit.ranking.professionalism.domain.rules import CATEGORIES, GROUPS

RULE_STATES = ("proposed", "in_force", "refused", "withdrawn")


class ProfessionalismRules(Base):
    """One version of the agency's figures; they never change, only a second person's decision is added.

    ``figures`` holds only what was entered, as text by code. ``basis`` is the document the figures rest on.
    """

    __tablename__ = "professionalism_rules"
    __table_args__ = (
        one_of("state", RULE_STATES),
        CheckConstraint("basis <> ''", name="founded"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint(
            "decided_by_id IS NULL OR author_id IS NULL OR state = 'withdrawn' OR decided_by_id <> author_id",
            name="two_persons",
        ),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_when_not_proposed"),
    )

    id: Mapped[intpk]
    number: Mapped[int] = mapped_column(unique=True)
    figures: Mapped[dict[str, str]] = mapped_column(JSONText)
    sha256: Mapped[str]
    valid_from: Mapped[dt.date]
    basis: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="proposed")
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    recorded_at: Mapped[dt.datetime]
    decided_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    decision_note: Mapped[str] = mapped_column(default="")


class ProfessionalismRun(Base):
    """The index of every active official on a date, as known at ``known_at``; never changed.

    ``figures`` are the figures used, complete; ``tallies`` one entry per unit and employment
    (``[unit, employment, tally]``), so that a page of the whole city needs no line.
    """

    __tablename__ = "professionalism_runs"
    __table_args__ = (
        CheckConstraint("length(rules_sha256) = 64", name="rules_sha256_length"),
        CheckConstraint("length(result_sha256) = 64", name="result_sha256_length"),
        CheckConstraint("people >= 0", name="people_not_negative"),
    )

    id: Mapped[intpk]
    as_of: Mapped[dt.date] = mapped_column(index=True)
    known_at: Mapped[dt.datetime]
    rules_number: Mapped[int]
    rules_sha256: Mapped[str]
    rules_basis: Mapped[str]
    figures: Mapped[dict[str, str]] = mapped_column(JSONText)
    result_sha256: Mapped[str]
    people: Mapped[int]
    tallies: Mapped[list[Any]] = mapped_column(JSONText)
    computed_at: Mapped[dt.datetime]
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))


class ProfessionalismLine(Base):
    """One official's index in a computation: bounds of every dimension and of the sum.

    ``job_group`` "" where no post was known; ``category`` "" while it is open; ``missing`` and ``gaps`` are flags of
    ``domain.index``; ``hours`` are the technical hours counted.
    """

    __tablename__ = "professionalism_lines"
    __table_args__ = (
        one_of("employment", EMPLOYMENT),
        one_of("job_group", (*GROUPS, "")),
        one_of("category", (*CATEGORIES, "")),
        CheckConstraint("low BETWEEN 0 AND 100000000 AND high BETWEEN low AND 100000000", name="bounds_order"),
        Index("ix_professionalism_lines_unit", "run_id", "unit_id"),
        Index("ix_professionalism_lines_official", "official_id"),
        Index("ix_professionalism_lines_order", "run_id", "low", "high", "official_id"),
    )

    run_id: Mapped[int] = mapped_column(BigId, ForeignKey("professionalism_runs.id"), primary_key=True)
    official_id: Mapped[official_fk] = mapped_column(primary_key=True)
    unit_id: Mapped[unit_fk]
    employment: Mapped[str]
    job_group: Mapped[str]
    qualification: Mapped[Decimal]
    competence_low: Mapped[Decimal]
    competence_high: Mapped[Decimal]
    performance_low: Mapped[Decimal]
    performance_high: Mapped[Decimal]
    discipline: Mapped[Decimal]
    low: Mapped[Decimal]
    high: Mapped[Decimal]
    category: Mapped[str]
    missing: Mapped[int] = mapped_column(SmallInteger)
    gaps: Mapped[int] = mapped_column(SmallInteger)
    hours: Mapped[Decimal]
