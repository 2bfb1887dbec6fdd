"""Tables of policies, vacancies, applications and immutable runs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, Fact, current_key, intpk, official_fk, one_of

PATHWAYS = ("suksesi", "seleksi_internal", "seleksi_terbuka")
POLICY_STATES = ("draft", "active", "superseded")


class PolicyVersion(Base):
    """One version of a policy document; the document never changes, only its standing does."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("code", "number"),
        one_of("state", POLICY_STATES),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("state = 'draft' OR in_force_from IS NOT NULL", name="dated_when_active"),
        CheckConstraint(
            "activated_by_id IS NULL OR seconded_by_id IS NULL OR activated_by_id <> seconded_by_id",
            name="two_persons",
        ),
        Index(
            "uq_policy_versions_active",
            "code",
            unique=True,
            sqlite_where=column("state") == "active",
            postgresql_where=column("state") == "active",
        ),
    )

    id: Mapped[intpk]
    code: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    document: Mapped[str]  # canonical JSON
    sha256: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    recorded_at: Mapped[dt.datetime]
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    activated_at: Mapped[dt.datetime | None]
    activated_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    seconded_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    in_force_from: Mapped[dt.date | None]
    superseded_at: Mapped[dt.datetime | None]


class Vacancy(Base):
    """Identity of a vacancy."""

    __tablename__ = "vacancies"

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)


class VacancyRecord(Fact, Base):
    """A vacancy as announced; the policy version is frozen when it is first recorded."""

    __tablename__ = "vacancy_records"
    __table_args__ = (
        current_key("vacancy_records", "vacancy_id"),
        one_of("pathway", PATHWAYS),
        CheckConstraint("size IS NULL OR size >= 1", name="size_positive"),
        CheckConstraint("inauguration IS NULL OR inauguration >= as_of", name="inauguration_after_as_of"),
    )

    id: Mapped[intpk]
    vacancy_id: Mapped[int] = mapped_column(BigId, ForeignKey("vacancies.id"))
    position_id: Mapped[int] = mapped_column(BigId, ForeignKey("positions.id"))
    as_of: Mapped[dt.date]
    pathway: Mapped[str] = mapped_column(default="seleksi_internal")
    inauguration: Mapped[dt.date | None]
    size: Mapped[int | None] = mapped_column(SmallInteger)
    policy_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("policy_versions.id"))


class Application(Fact, Base):
    """An official's application to an open selection, or its withdrawal."""

    __tablename__ = "applications"
    __table_args__ = (
        current_key("applications", "official_id", "vacancy_id"),
        one_of("state", ("melamar", "mundur")),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    vacancy_id: Mapped[int] = mapped_column(BigId, ForeignKey("vacancies.id"), index=True)
    dated: Mapped[dt.date]
    state: Mapped[str] = mapped_column(default="melamar")


class RankingRun(Base):
    """An immutable run: what went in, compressed and hashed, and what came out.

    ``inputs``, ``outcome`` and ``uncertainty`` are compressed archives of arrays (``ranking.store``).
    """

    __tablename__ = "ranking_runs"
    __table_args__ = (
        CheckConstraint("length(result_sha256) = 64", name="sha256_length"),
        CheckConstraint("eligible + held + failed = considered", name="counts_add_up"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)
    vacancy_id: Mapped[int] = mapped_column(BigId, ForeignKey("vacancies.id"), index=True)
    policy_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("policy_versions.id"))
    as_of: Mapped[dt.date]
    known_at: Mapped[dt.datetime | None]
    engine: Mapped[str]
    seed: Mapped[str]
    size: Mapped[int] = mapped_column(SmallInteger)
    considered: Mapped[int]
    eligible: Mapped[int]
    held: Mapped[int]
    failed: Mapped[int]
    result_sha256: Mapped[str]
    uncertainty_sha256: Mapped[str | None]
    header: Mapped[str]  # canonical JSON: vacancy, standard, notes
    inputs: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[bytes] = mapped_column(LargeBinary)
    uncertainty: Mapped[bytes | None] = mapped_column(LargeBinary)
    computed_at: Mapped[dt.datetime]
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
