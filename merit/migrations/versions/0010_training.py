"""Training: programmes, classes, enrolments, attendance, certificates, calendars.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TABLES = (
    "training_claims",
    "training_feeds",
    "training_programmes",
    "training_classes",
    "training_enrolments",
    "training_sessions",
    "training_trainers",
    "training_attendance",
    "training_certificates",
    "training_enrolment_steps",
)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _add_training_claims()
    _add_training_feeds()
    _add_training_programmes()
    _add_training_classes()
    _add_training_enrolments()
    _add_training_sessions()
    _add_training_trainers()
    _add_training_attendance()
    _add_training_certificates()
    _add_training_enrolment_steps()


def _add_training_claims() -> None:
    op.create_table(
        "training_claims",
        sa.Column("id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_key", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("learning_hours", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_by", _big(), nullable=True),
        sa.Column("unit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agency_by", _big(), nullable=True),
        sa.Column("agency_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind = 'kepemimpinan' OR kind = 'fungsional' OR kind = 'teknis' OR kind = 'sosial_kultural' OR kind = 'seminar' OR kind = 'lainnya'",
            name=op.f("ck_training_claims_kind_known"),
        ),
        sa.CheckConstraint("number <> ''", name=op.f("ck_training_claims_number_given")),
        sa.CheckConstraint("path = 'klasikal' OR path = 'nonklasikal'", name=op.f("ck_training_claims_path_known")),
        sa.CheckConstraint(
            "state = 'submitted' OR state = 'verified' OR state = 'accepted' OR state = 'refused' OR state = 'withdrawn'",
            name=op.f("ck_training_claims_state_known"),
        ),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_training_claims_period_order")),
        sa.CheckConstraint("learning_hours > 0", name=op.f("ck_training_claims_hours_positive")),
        sa.CheckConstraint(
            "unit_by IS NULL OR agency_by IS NULL OR unit_by <> agency_by",
            name=op.f("ck_training_claims_two_verifiers"),
        ),
        sa.ForeignKeyConstraint(["agency_by"], ["users.id"], name=op.f("fk_training_claims_agency_by")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_training_claims_official_id")),
        sa.ForeignKeyConstraint(["unit_by"], ["users.id"], name=op.f("fk_training_claims_unit_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_training_claims_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_claims")),
    )
    op.create_index(op.f("ix_training_claims_official_id"), "training_claims", ["official_id"], unique=False)
    op.create_index(op.f("ix_training_claims_state"), "training_claims", ["state"], unique=False)
    op.create_index(op.f("ix_training_claims_unit_id"), "training_claims", ["unit_id"], unique=False)
    op.create_index(
        "uq_training_claims_file",
        "training_claims",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused' AND state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'refused' AND state <> 'withdrawn'"),
    )
    op.create_index(
        "uq_training_claims_number",
        "training_claims",
        ["provider_key", "number_key"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused' AND state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'refused' AND state <> 'withdrawn'"),
    )


def _add_training_feeds() -> None:
    op.create_table(
        "training_feeds",
        sa.Column("id", _big(), nullable=False),
        sa.Column("user_id", _big(), nullable=False),
        sa.Column("token_reference", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_training_feeds_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_feeds")),
        sa.UniqueConstraint("token_reference", name=op.f("uq_training_feeds_token_reference")),
    )
    op.create_index(op.f("ix_training_feeds_user_id"), "training_feeds", ["user_id"], unique=False)


def _add_training_programmes() -> None:
    op.create_table(
        "training_programmes",
        sa.Column("id", _big(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("training_code", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("learning_hours", sa.BigInteger(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("aims", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_by", _big(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_training_programmes_code_given")),
        sa.CheckConstraint(
            "kind = 'kepemimpinan' OR kind = 'fungsional' OR kind = 'teknis' OR kind = 'sosial_kultural' OR kind = 'seminar' OR kind = 'lainnya'",
            name=op.f("ck_training_programmes_kind_known"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_training_programmes_name_given")),
        sa.CheckConstraint("path = 'klasikal' OR path = 'nonklasikal'", name=op.f("ck_training_programmes_path_known")),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_training_programmes_cost_not_negative")),
        sa.CheckConstraint("learning_hours > 0", name=op.f("ck_training_programmes_hours_positive")),
        sa.CheckConstraint("quota BETWEEN 1 AND 10000", name=op.f("ck_training_programmes_quota_range")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_training_programmes_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_programmes")),
        sa.UniqueConstraint("code", name=op.f("uq_training_programmes_code")),
    )


def _add_training_classes() -> None:
    op.create_table(
        "training_classes",
        sa.Column("id", _big(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("programme_id", _big(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_by", _big(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", _big(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_training_classes_closing_signed")
        ),
        sa.CheckConstraint("code <> ''", name=op.f("ck_training_classes_code_given")),
        sa.CheckConstraint(
            "state = 'planned' OR state = 'open' OR state = 'closed' OR state = 'cancelled'",
            name=op.f("ck_training_classes_state_known"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_training_classes_cost_not_negative")),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_training_classes_period_order")),
        sa.CheckConstraint("quota BETWEEN 1 AND 10000", name=op.f("ck_training_classes_quota_range")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_training_classes_closed_by")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_training_classes_created_by")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["training_programmes.id"], name=op.f("fk_training_classes_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_classes")),
        sa.UniqueConstraint("code", name=op.f("uq_training_classes_code")),
    )
    op.create_index(op.f("ix_training_classes_programme_id"), "training_classes", ["programme_id"], unique=False)
    op.create_index(op.f("ix_training_classes_starts"), "training_classes", ["starts"], unique=False)
    op.create_index(op.f("ix_training_classes_state"), "training_classes", ["state"], unique=False)


def _add_training_enrolments() -> None:
    op.create_table(
        "training_enrolments",
        sa.Column("id", _big(), nullable=False),
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("nominated_by", _big(), nullable=True),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'nominated' OR state = 'endorsed' OR state = 'waiting' OR state = 'invited' OR state = 'accepted' OR state = 'declined' OR state = 'refused' OR state = 'withdrawn'",
            name=op.f("ck_training_enrolments_state_known"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_enrolments_class_id")),
        sa.ForeignKeyConstraint(["nominated_by"], ["users.id"], name=op.f("fk_training_enrolments_nominated_by")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_training_enrolments_official_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_training_enrolments_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_enrolments")),
        sa.UniqueConstraint("class_id", "official_id", name=op.f("uq_training_enrolments_class_id_official_id")),
    )
    op.create_index(
        "ix_training_enrolments_class_state", "training_enrolments", ["class_id", "state", "place"], unique=False
    )
    op.create_index(op.f("ix_training_enrolments_official_id"), "training_enrolments", ["official_id"], unique=False)
    op.create_index(op.f("ix_training_enrolments_unit_id"), "training_enrolments", ["unit_id"], unique=False)


def _add_training_sessions() -> None:
    op.create_table(
        "training_sessions",
        sa.Column("id", _big(), nullable=False),
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("learning_hours", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_training_sessions_time_order")),
        sa.CheckConstraint("learning_hours > 0", name=op.f("ck_training_sessions_hours_positive")),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_sessions_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_sessions")),
        sa.UniqueConstraint("class_id", "starts_at", name=op.f("uq_training_sessions_class_id_starts_at")),
    )
    op.create_index(op.f("ix_training_sessions_starts_at"), "training_sessions", ["starts_at"], unique=False)


def _add_training_trainers() -> None:
    op.create_table(
        "training_trainers",
        sa.Column("id", _big(), nullable=False),
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("official_id", _big(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_training_trainers_name_given")),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_trainers_class_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_training_trainers_official_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_trainers")),
        sa.UniqueConstraint("class_id", "name", name=op.f("uq_training_trainers_class_id_name")),
    )
    op.create_index(op.f("ix_training_trainers_official_id"), "training_trainers", ["official_id"], unique=False)


def _add_training_attendance() -> None:
    op.create_table(
        "training_attendance",
        sa.Column("id", _big(), nullable=False),
        sa.Column("session_id", _big(), nullable=False),
        sa.Column("enrolment_id", _big(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("by_id", _big(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("method = 'code' OR method = 'list'", name=op.f("ck_training_attendance_method_known")),
        sa.CheckConstraint(
            "status = 'present' OR status = 'late' OR status = 'partial' OR status = 'absent' OR status = 'excused'",
            name=op.f("ck_training_attendance_status_known"),
        ),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_training_attendance_hours_not_negative")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_training_attendance_minutes_not_negative")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_training_attendance_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["training_enrolments.id"], name=op.f("fk_training_attendance_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_sessions.id"], name=op.f("fk_training_attendance_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_attendance")),
    )
    op.create_index(op.f("ix_training_attendance_enrolment_id"), "training_attendance", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_training_attendance_session_id"), "training_attendance", ["session_id"], unique=False)
    op.create_index(
        "uq_training_attendance_current",
        "training_attendance",
        ["session_id", "enrolment_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _add_training_certificates() -> None:
    op.create_table(
        "training_certificates",
        sa.Column("id", _big(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("enrolment_id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("learning_hours", sa.BigInteger(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("issued_by", _big(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", _big(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoke_reason = '')", name=op.f("ck_training_certificates_revoked_with_reason")
        ),
        sa.CheckConstraint("number <> ''", name=op.f("ck_training_certificates_number_given")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= dated", name=op.f("ck_training_certificates_validity_order")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_certificates_class_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["training_enrolments.id"], name=op.f("fk_training_certificates_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["users.id"], name=op.f("fk_training_certificates_issued_by")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_training_certificates_official_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["users.id"], name=op.f("fk_training_certificates_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_certificates")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_training_certificates_enrolment_id")),
        sa.UniqueConstraint("number", name=op.f("uq_training_certificates_number")),
        sa.UniqueConstraint("token", name=op.f("uq_training_certificates_token")),
    )
    op.create_index(op.f("ix_training_certificates_class_id"), "training_certificates", ["class_id"], unique=False)
    op.create_index(
        op.f("ix_training_certificates_official_id"), "training_certificates", ["official_id"], unique=False
    )


def _add_training_enrolment_steps() -> None:
    op.create_table(
        "training_enrolment_steps",
        sa.Column("id", _big(), nullable=False),
        sa.Column("enrolment_id", _big(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", _big(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'nominated' OR state = 'endorsed' OR state = 'waiting' OR state = 'invited' OR state = 'accepted' OR state = 'declined' OR state = 'refused' OR state = 'withdrawn'",
            name=op.f("ck_training_enrolment_steps_state_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_training_enrolment_steps_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["training_enrolments.id"], name=op.f("fk_training_enrolment_steps_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_enrolment_steps")),
    )
    op.create_index(
        op.f("ix_training_enrolment_steps_enrolment_id"), "training_enrolment_steps", ["enrolment_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in reversed(_TABLES):
        op.drop_table(name)
