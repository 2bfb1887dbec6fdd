"""Tables of policies, vacancies, applications and immutable runs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, Fact, JSONText, current_key, intpk, official_fk, one_of

PATHWAYS = ("suksesi", "seleksi_internal", "seleksi_terbuka")
POLICY_STATES = ("draft", "active", "superseded")
POLICY_STAGES = ("writing", "submitted", "reviewed", "discarded")
REVISION_ORIGINS = ("copy", "upload", "form", "text", "undo", "weights", "decree")
POLICY_ACTS = ("submit", "withdraw", "review", "return", "approve", "discard", "restore")


class PolicyVersion(Base):
    """One version of a policy.

    While ``state`` is draft its document changes by revisions and ``stage`` says how far it has come. Once approved
    (``state`` active) nothing changes any more; whether it is in force, still to come or superseded follows from the
    dates of all versions (:func:`merit.ranking.life_cycle.standings`). ``superseded`` is a state of old only.
    """

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
        one_of("stage", POLICY_STAGES),
        CheckConstraint("revision >= 1", name="revision_positive"),
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
    stage: Mapped[str] = mapped_column(default="writing")
    revision: Mapped[int] = mapped_column(default=1)


class PolicyRevision(Base):
    """One saved text of a version, as its drafter wrote it; the last one is the version's document.

    ``base_id``: the version a first revision was copied from. ``justification``: where the weights come from.
    """

    __tablename__ = "policy_revisions"
    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        one_of("origin", REVISION_ORIGINS),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[intpk]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("policy_versions.id"))
    number: Mapped[int]
    source: Mapped[str]
    sha256: Mapped[str]
    origin: Mapped[str]
    base_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("policy_versions.id"))
    justification: Mapped[Any | None] = mapped_column(JSONText)
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    recorded_at: Mapped[dt.datetime]


class PolicyAct(Base):
    """What somebody did with a version: handed in, reviewed, returned, approved; bound to one revision."""

    __tablename__ = "policy_acts"
    __table_args__ = (
        one_of("act", POLICY_ACTS),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("(file_name IS NULL) = (file_content IS NULL)", name="file_has_name"),
    )

    id: Mapped[intpk]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("policy_versions.id"), index=True)
    revision: Mapped[int]
    sha256: Mapped[str]
    act: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    acted_at: Mapped[dt.datetime]
    comment: Mapped[str] = mapped_column(default="")
    in_force_from: Mapped[dt.date | None]
    decree_number: Mapped[str | None]
    decree_date: Mapped[dt.date | None]
    file_name: Mapped[str | None]
    file_content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class PolicyJudgement(Base):
    """One drafter's judgements of all pairs of one topic (the pillars, or the indicators of a pillar).

    ``members``: codes in order; ``ratios``: Saaty's scale per pair, "a|b" to -9…9 (see ``engine.ahp``). A later
    row of the same drafter and topic replaces the earlier one.
    """

    __tablename__ = "policy_judgements"

    id: Mapped[intpk]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("policy_versions.id"), index=True)
    topic: Mapped[str]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    members: Mapped[Any] = mapped_column(JSONText)
    ratios: Mapped[Any] = mapped_column(JSONText)
    recorded_at: Mapped[dt.datetime]


class RankingSimulation(Base):
    """A simulation on a run's frozen columns: what was changed and the hash of what came out. Never a decision."""

    __tablename__ = "ranking_simulations"
    __table_args__ = (
        CheckConstraint("purpose <> ''", name="purposeful"),
        CheckConstraint("length(result_sha256) = 64", name="sha256_length"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)
    run_id: Mapped[int] = mapped_column(BigId, ForeignKey("ranking_runs.id"), index=True)
    vacancy_id: Mapped[int] = mapped_column(BigId, ForeignKey("vacancies.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    simulated_at: Mapped[dt.datetime]
    purpose: Mapped[str]
    changes: Mapped[Any] = mapped_column(JSONText)
    policy_sha256: Mapped[str]
    result_sha256: Mapped[str]
    engine: Mapped[str]
    moved: Mapped[int]
    entered: Mapped[int]
    left: Mapped[int]


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
