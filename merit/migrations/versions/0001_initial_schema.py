"""Initial schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.audit import triggers as audit_triggers
from merit.ranking import triggers as ranking_triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_checkpoints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checkpoints")),
    )
    op.create_index(op.f("ix_audit_checkpoints_entry_id"), "audit_checkpoints", ["entry_id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("sealed_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "officials",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("nip", sa.Text(), nullable=False),
        sa.CheckConstraint("length(nip) = 18", name=op.f("ck_officials_nip_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officials")),
        sa.UniqueConstraint("nip", name=op.f("uq_officials_nip")),
    )
    op.create_table(
        "org_units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_units")),
        sa.UniqueConstraint("code", name=op.f("uq_org_units_code")),
    )
    op.create_table(
        "positions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.UniqueConstraint("code", name=op.f("uq_positions_code")),
    )
    op.create_table(
        "sign_in_throttles",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_sign_in_throttles_tries_not_negative")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttles")),
    )
    op.create_index(
        op.f("ix_sign_in_throttles_window_started_at"), "sign_in_throttles", ["window_started_at"], unique=False
    )
    op.create_table(
        "vacancies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancies")),
        sa.UniqueConstraint("code", name=op.f("uq_vacancies_code")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("login <> ''", name=op.f("ck_users_login_given")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_users_named")),
        sa.CheckConstraint(
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name=op.f("ck_users_factor_has_secret")
        ),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_users_official_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
        sa.UniqueConstraint("official_id", name=op.f("uq_users_official_id")),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("what <> ''", name=op.f("ck_access_log_what_given")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_access_log_official_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_log_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_official_id"), "access_log", ["official_id"], unique=False)
    op.create_index(op.f("ix_access_log_read_at"), "access_log", ["read_at"], unique=False)
    op.create_index(op.f("ix_access_log_user_id"), "access_log", ["user_id"], unique=False)
    op.create_table(
        "account_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose = 'activation' OR purpose = 'reset'", name=op.f("ck_account_links_purpose_known")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_account_links_expires_later")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_account_links_created_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_links_token_hash")),
    )
    op.create_index(op.f("ix_account_links_user_id"), "account_links", ["user_id"], unique=False)
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id >= 1", name=op.f("ck_audit_entries_counts_from_one")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_entries_hash_length")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
    )
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entries_actor_id"), "audit_entries", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_entries_recorded_at"), "audit_entries", ["recorded_at"], unique=False)
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"], unique=False)
    op.create_table(
        "factor_resets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_factor_resets_reason_given")),
        sa.CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name=op.f("ck_factor_resets_decision_given")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_factor_resets_decision_signed")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> requested_by", name=op.f("ck_factor_resets_two_officers")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> user_id", name=op.f("ck_factor_resets_not_own_decision")
        ),
        sa.CheckConstraint("requested_by <> user_id", name=op.f("ck_factor_resets_not_own_request")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_factor_resets_decided_by")),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_factor_resets_requested_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_factor_resets_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_resets")),
    )
    op.create_index(
        "uq_factor_resets_open",
        "factor_resets",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "import_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state = 'applied' OR state = 'undone' OR state = 'undo'", name=op.f("ck_import_batches_state_known")
        ),
        sa.CheckConstraint(
            "created >= 0 AND updated >= 0 AND unchanged >= 0 AND rejected >= 0", name=op.f("ck_import_batches_counts")
        ),
        sa.ForeignKeyConstraint(["undoes_id"], ["import_batches.id"], name=op.f("fk_import_batches_undoes_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_import_batches_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_import_batches_undoes_id")),
    )
    op.create_index(op.f("ix_import_batches_kind"), "import_batches", ["kind"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'queued' OR state = 'running' OR state = 'done' OR state = 'failed' OR state = 'cancelled'",
            name=op.f("ck_jobs_state_known"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_jobs_attempts_not_negative")),
        sa.CheckConstraint("done >= 0 AND (total IS NULL OR total >= 0)", name=op.f("ck_jobs_progress_not_negative")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_jobs_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_jobs_idempotency_key")),
    )
    op.create_index(op.f("ix_jobs_kind"), "jobs", ["kind"], unique=False)
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)
    op.create_table(
        "known_places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place_hash", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind = 'device' OR kind = 'network'", name=op.f("ck_known_places_kind_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_known_places_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_places")),
        sa.UniqueConstraint("user_id", "kind", "place_hash", name=op.f("uq_known_places_user_id_kind_place_hash")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seconded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'draft' OR in_force_from IS NOT NULL", name=op.f("ck_policy_versions_dated_when_active")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'active' OR state = 'superseded'", name=op.f("ck_policy_versions_state_known")
        ),
        sa.CheckConstraint(
            "activated_by_id IS NULL OR seconded_by_id IS NULL OR activated_by_id <> seconded_by_id",
            name=op.f("ck_policy_versions_two_persons"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_policy_versions_sha256_length")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_policy_versions_number_positive")),
        sa.ForeignKeyConstraint(["activated_by_id"], ["users.id"], name=op.f("fk_policy_versions_activated_by_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_policy_versions_author_id")),
        sa.ForeignKeyConstraint(["seconded_by_id"], ["users.id"], name=op.f("fk_policy_versions_seconded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_policy_versions_code_number")),
    )
    op.create_index(
        "uq_policy_versions_active",
        "policy_versions",
        ["code"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_filters_named")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("user_id", "page", "name", name=op.f("uq_saved_filters_user_id_page_name")),
    )
    op.create_table(
        "user_roles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(role IN ('opd_admin')) = (unit_id IS NOT NULL)", name=op.f("ck_user_roles_unit_scope")),
        sa.CheckConstraint(
            "role = 'admin' OR role = 'opd_admin' OR role = 'author' OR role = 'proctor' OR role = 'panel' OR role = 'auditor' OR role = 'pyb' OR role = 'ppk' OR role = 'official'",
            name=op.f("ck_user_roles_role_known"),
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name=op.f("fk_user_roles_granted_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_user_roles_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_roles")),
        sa.UniqueConstraint("user_id", "role", "unit_id", name=op.f("uq_user_roles_user_id_role_unit_id")),
    )
    op.create_index(op.f("ix_user_roles_role"), "user_roles", ["role"], unique=False)
    op.create_index(op.f("ix_user_roles_user_id"), "user_roles", ["user_id"], unique=False)
    op.create_index(
        "uq_user_roles_unscoped",
        "user_roles",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL"),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference_hash", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_codes", sa.Integer(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ending IS NULL OR ending = 'signed-out' OR ending = 'replaced' OR ending = 'ended-by-user' OR ending = 'idle' OR ending = 'expired' OR ending = 'disabled' OR ending = 'credentials-changed'",
            name=op.f("ck_user_sessions_ending_known"),
        ),
        sa.CheckConstraint(
            "stage = 'enrol' OR stage = 'factor' OR stage = 'open'", name=op.f("ck_user_sessions_stage_known")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_user_sessions_ending_given")),
        sa.CheckConstraint("failed_codes >= 0", name=op.f("ck_user_sessions_failed_codes_not_negative")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_user_sessions_reference_hash")),
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "agreement_targets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("quarter", sa.SmallInteger(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("realised", sa.BigInteger(), nullable=True),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_agreement_targets_quarter_range")),
        sa.CheckConstraint("year BETWEEN 1950 AND 2200", name=op.f("ck_agreement_targets_year_range")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_agreement_targets_batch_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_agreement_targets_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_agreement_targets_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_targets")),
    )
    op.create_index(
        "ix_agreement_targets_batch_id", "agreement_targets", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_agreement_targets_superseding_batch_id",
        "agreement_targets",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_agreement_targets_current",
        "agreement_targets",
        ["unit_id", "year", "quarter", "indicator"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vacancy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state = 'melamar' OR state = 'mundur'", name=op.f("ck_applications_state_known")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_applications_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_applications_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_applications_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_applications_vacancy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index("ix_applications_batch_id", "applications", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_applications_superseding_batch_id",
        "applications",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_applications_vacancy_id"), "applications", ["vacancy_id"], unique=False)
    op.create_index(
        "uq_applications_current",
        "applications",
        ["official_id", "vacancy_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "appraisals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("result_rating", sa.SmallInteger(), nullable=False),
        sa.Column("behaviour_rating", sa.SmallInteger(), nullable=False),
        sa.Column("predicate", sa.SmallInteger(), nullable=False),
        sa.Column("assessor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("behaviour_rating BETWEEN 1 AND 3", name=op.f("ck_appraisals_behaviour_range")),
        sa.CheckConstraint("predicate BETWEEN 1 AND 5", name=op.f("ck_appraisals_predicate_range")),
        sa.CheckConstraint("result_rating BETWEEN 1 AND 3", name=op.f("ck_appraisals_result_range")),
        sa.CheckConstraint("year BETWEEN 1950 AND 2200", name=op.f("ck_appraisals_year_range")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_appraisals_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_appraisals_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_appraisals_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisals")),
    )
    op.create_index("ix_appraisals_batch_id", "appraisals", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_appraisals_superseding_batch_id",
        "appraisals",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_appraisals_current",
        "appraisals",
        ["official_id", "year"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("offered", sa.Date(), nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("lawful_reason", sa.Boolean(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("decree_number", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "response IS NULL OR response = 'diterima' OR response = 'ditolak'",
            name=op.f("ck_assignments_response_known"),
        ),
        sa.CheckConstraint(
            "ends IS NULL OR starts IS NULL OR ends >= starts", name=op.f("ck_assignments_period_order")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_assignments_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_assignments_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_assignments_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index("ix_assignments_batch_id", "assignments", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_assignments_superseding_batch_id",
        "assignments",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_assignments_current",
        "assignments",
        ["official_id", "name", "offered"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "attendance_years",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("unexcused_days", sa.SmallInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("unexcused_days BETWEEN 0 AND 366", name=op.f("ck_attendance_years_days_range")),
        sa.CheckConstraint("year BETWEEN 1950 AND 2200", name=op.f("ck_attendance_years_year_range")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_attendance_years_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_attendance_years_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_attendance_years_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_years")),
    )
    op.create_index(
        "ix_attendance_years_batch_id", "attendance_years", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_attendance_years_superseding_batch_id",
        "attendance_years",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_attendance_years_current",
        "attendance_years",
        ["official_id", "year"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "attestations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= dated", name=op.f("ck_attestations_period_order")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_attestations_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_attestations_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_attestations_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestations")),
    )
    op.create_index("ix_attestations_batch_id", "attestations", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_attestations_superseding_batch_id",
        "attestations",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_attestations_current",
        "attestations",
        ["official_id", "fact", "dated"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "competency_results",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("se", sa.BigInteger(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("accreditation", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "method = 'cact' OR method = 'asesmen' OR method = 'internal'",
            name=op.f("ck_competency_results_method_known"),
        ),
        sa.CheckConstraint("level IS NOT NULL OR score IS NOT NULL", name=op.f("ck_competency_results_level_or_score")),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name=op.f("ck_competency_results_level_range")),
        sa.CheckConstraint("se IS NULL OR se >= 0", name=op.f("ck_competency_results_se_not_negative")),
        sa.CheckConstraint("valid_until >= dated", name=op.f("ck_competency_results_period_order")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_competency_results_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_competency_results_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_competency_results_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_results")),
    )
    op.create_index(
        "ix_competency_results_batch_id", "competency_results", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_competency_results_superseding_batch_id",
        "competency_results",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_competency_results_current",
        "competency_results",
        ["official_id", "competency", "dated", "provider", "method"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("answered", sa.Date(), nullable=True),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("reopened", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "channel IS NULL OR channel = 'langsung' OR channel = 'digital' OR channel = 'SP4N-LAPOR'",
            name=op.f("ck_complaints_channel_known"),
        ),
        sa.CheckConstraint(
            "kind = 'normatif' OR kind = 'tanpa_pengawasan' OR kind = 'pengawasan'",
            name=op.f("ck_complaints_kind_known"),
        ),
        sa.CheckConstraint(
            "answered IS NULL OR answered >= received", name=op.f("ck_complaints_answered_after_received")
        ),
        sa.CheckConstraint("closed IS NULL OR closed >= received", name=op.f("ck_complaints_closed_after_received")),
        sa.CheckConstraint(
            "reopened IS NULL OR reopened >= received", name=op.f("ck_complaints_reopened_after_received")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_complaints_batch_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_complaints_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_complaints_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_batch_id", "complaints", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_complaints_superseding_batch_id",
        "complaints",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_complaints_unit_id"), "complaints", ["unit_id"], unique=False)
    op.create_index(
        "uq_complaints_current",
        "complaints",
        ["number"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "discipline_findings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("decree_number", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "code = 'R1' OR code = 'R2' OR code = 'R3' OR code = 'S1' OR code = 'S2' OR code = 'S3' OR code = 'B1' OR code = 'B2' OR code = 'B3'",
            name=op.f("ck_discipline_findings_code_known"),
        ),
        sa.CheckConstraint(
            "state = 'proses' OR state = 'final' OR state = 'keberatan' OR state = 'banding' OR state = 'dibatalkan'",
            name=op.f("ck_discipline_findings_state_known"),
        ),
        sa.CheckConstraint(
            "ends IS NULL OR starts IS NULL OR ends >= starts", name=op.f("ck_discipline_findings_period_order")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_discipline_findings_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_discipline_findings_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_discipline_findings_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discipline_findings")),
    )
    op.create_index(
        "ix_discipline_findings_batch_id", "discipline_findings", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_discipline_findings_superseding_batch_id",
        "discipline_findings",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_discipline_findings_current",
        "discipline_findings",
        ["official_id", "decree_number", "code"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "feedback_ratings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("rater", sa.Text(), nullable=False),
        sa.Column("rater_group", sa.Text(), nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "aspect = 'berorientasi_pelayanan' OR aspect = 'akuntabel' OR aspect = 'kompeten' OR aspect = 'harmonis' OR aspect = 'loyal' OR aspect = 'adaptif' OR aspect = 'kolaboratif'",
            name=op.f("ck_feedback_ratings_aspect_known"),
        ),
        sa.CheckConstraint(
            "rater_group = 'atasan' OR rater_group = 'rekan' OR rater_group = 'bawahan' OR rater_group = 'masyarakat'",
            name=op.f("ck_feedback_ratings_rater_group_known"),
        ),
        sa.CheckConstraint("score BETWEEN 1000000 AND 5000000", name=op.f("ck_feedback_ratings_score_range")),
        sa.CheckConstraint("year BETWEEN 1950 AND 2200", name=op.f("ck_feedback_ratings_year_range")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_feedback_ratings_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_feedback_ratings_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_feedback_ratings_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_ratings")),
    )
    op.create_index(
        "ix_feedback_ratings_batch_id", "feedback_ratings", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_feedback_ratings_superseding_batch_id",
        "feedback_ratings",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_feedback_ratings_current",
        "feedback_ratings",
        ["official_id", "year", "rater", "aspect"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "grade_periods",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "grade BETWEEN 1 AND 17 OR grade BETWEEN 101 AND 117", name=op.f("ck_grade_periods_grade_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_grade_periods_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_grade_periods_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_grade_periods_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_periods")),
    )
    op.create_index("ix_grade_periods_batch_id", "grade_periods", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_grade_periods_superseding_batch_id",
        "grade_periods",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_grade_periods_current",
        "grade_periods",
        ["official_id", "starts"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "import_uploads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "state = 'checking' OR state = 'ready' OR state = 'importing' OR state = 'imported' OR state = 'failed' OR state = 'discarded'",
            name=op.f("ck_import_uploads_state_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_import_uploads_batch_id")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_import_uploads_job_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_import_uploads_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_uploads")),
        sa.UniqueConstraint("token", name=op.f("uq_import_uploads_token")),
    )
    op.create_table(
        "leave_periods",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind = 'melahirkan' OR kind = 'sakit' OR kind = 'besar' OR kind = 'luar_tanggungan' OR kind = 'tugas_belajar'",
            name=op.f("ck_leave_periods_kind_known"),
        ),
        sa.CheckConstraint(
            "ends IS NULL OR starts IS NULL OR ends >= starts", name=op.f("ck_leave_periods_period_order")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_leave_periods_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_leave_periods_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_leave_periods_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave_periods")),
    )
    op.create_index("ix_leave_periods_batch_id", "leave_periods", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_leave_periods_superseding_batch_id",
        "leave_periods",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_leave_periods_current",
        "leave_periods",
        ["official_id", "kind", "starts"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "official_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title_before", sa.Text(), nullable=False),
        sa.Column("title_after", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("employment", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("grade_since", sa.Date(), nullable=False),
        sa.Column("education", sa.Text(), nullable=False),
        sa.Column("study_field", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_since", sa.Date(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "education = 'SD' OR education = 'SMP' OR education = 'SLTA' OR education = 'D1' OR education = 'D2' OR education = 'D3' OR education = 'S1/D4' OR education = 'S2' OR education = 'S3'",
            name=op.f("ck_official_records_education_known"),
        ),
        sa.CheckConstraint(
            "employment = 'PNS' OR employment = 'CPNS' OR employment = 'PPPK'",
            name=op.f("ck_official_records_employment_known"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_official_records_named")),
        sa.CheckConstraint("sex = 'L' OR sex = 'P'", name=op.f("ck_official_records_sex_known")),
        sa.CheckConstraint(
            "tier = 'pelaksana' OR tier = 'jf_pemula' OR tier = 'jf_terampil' OR tier = 'jf_mahir' OR tier = 'jf_ahli_pertama' OR tier = 'pengawas' OR tier = 'jf_penyelia' OR tier = 'jf_ahli_muda' OR tier = 'administrator' OR tier = 'jf_ahli_madya' OR tier = 'jpt_pratama' OR tier = 'jf_ahli_utama'",
            name=op.f("ck_official_records_tier_known"),
        ),
        sa.CheckConstraint(
            "grade BETWEEN 1 AND 17 OR grade BETWEEN 101 AND 117", name=op.f("ck_official_records_grade_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_official_records_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_official_records_official_id")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_official_records_position_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_official_records_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_official_records_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_records")),
    )
    op.create_index(
        "ix_official_records_batch_id", "official_records", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_official_records_listing",
        "official_records",
        ["name", "official_id", "unit_id", "tier", "grade", "employment", "position_since", "id", "superseded_at"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_official_records_position_id", "official_records", ["position_id", "superseded_at"], unique=False
    )
    op.create_index(
        "ix_official_records_superseding_batch_id",
        "official_records",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index("ix_official_records_unit_id", "official_records", ["unit_id", "superseded_at"], unique=False)
    op.create_index(
        "uq_official_records_current",
        "official_records",
        ["official_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "org_unit_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_org_unit_records_named")),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> unit_id", name=op.f("ck_org_unit_records_not_own_parent")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_org_unit_records_batch_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["org_units.id"], name=op.f("fk_org_unit_records_parent_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_org_unit_records_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_org_unit_records_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit_records")),
    )
    op.create_index(
        "ix_org_unit_records_batch_id", "org_unit_records", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(op.f("ix_org_unit_records_parent_id"), "org_unit_records", ["parent_id"], unique=False)
    op.create_index(
        "ix_org_unit_records_superseding_batch_id",
        "org_unit_records",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_org_unit_records_current",
        "org_unit_records",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "position_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leads_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("grade_min", sa.SmallInteger(), nullable=True),
        sa.Column("grade_max", sa.SmallInteger(), nullable=True),
        sa.Column("m01", sa.SmallInteger(), nullable=True),
        sa.Column("m02", sa.SmallInteger(), nullable=True),
        sa.Column("m03", sa.SmallInteger(), nullable=True),
        sa.Column("m04", sa.SmallInteger(), nullable=True),
        sa.Column("m05", sa.SmallInteger(), nullable=True),
        sa.Column("m06", sa.SmallInteger(), nullable=True),
        sa.Column("m07", sa.SmallInteger(), nullable=True),
        sa.Column("m08", sa.SmallInteger(), nullable=True),
        sa.Column("sk01", sa.SmallInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_position_records_named")),
        sa.CheckConstraint(
            "tier = 'pelaksana' OR tier = 'jf_pemula' OR tier = 'jf_terampil' OR tier = 'jf_mahir' OR tier = 'jf_ahli_pertama' OR tier = 'pengawas' OR tier = 'jf_penyelia' OR tier = 'jf_ahli_muda' OR tier = 'administrator' OR tier = 'jf_ahli_madya' OR tier = 'jpt_pratama' OR tier = 'jf_ahli_utama'",
            name=op.f("ck_position_records_tier_known"),
        ),
        sa.CheckConstraint(
            "grade_min IS NULL OR grade_max IS NULL OR grade_max >= grade_min",
            name=op.f("ck_position_records_grade_order"),
        ),
        sa.CheckConstraint("m01 IS NULL OR m01 BETWEEN 1 AND 5", name=op.f("ck_position_records_m01_level")),
        sa.CheckConstraint("m02 IS NULL OR m02 BETWEEN 1 AND 5", name=op.f("ck_position_records_m02_level")),
        sa.CheckConstraint("m03 IS NULL OR m03 BETWEEN 1 AND 5", name=op.f("ck_position_records_m03_level")),
        sa.CheckConstraint("m04 IS NULL OR m04 BETWEEN 1 AND 5", name=op.f("ck_position_records_m04_level")),
        sa.CheckConstraint("m05 IS NULL OR m05 BETWEEN 1 AND 5", name=op.f("ck_position_records_m05_level")),
        sa.CheckConstraint("m06 IS NULL OR m06 BETWEEN 1 AND 5", name=op.f("ck_position_records_m06_level")),
        sa.CheckConstraint("m07 IS NULL OR m07 BETWEEN 1 AND 5", name=op.f("ck_position_records_m07_level")),
        sa.CheckConstraint("m08 IS NULL OR m08 BETWEEN 1 AND 5", name=op.f("ck_position_records_m08_level")),
        sa.CheckConstraint("sk01 IS NULL OR sk01 BETWEEN 1 AND 5", name=op.f("ck_position_records_sk01_level")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_position_records_batch_id")),
        sa.ForeignKeyConstraint(["leads_unit_id"], ["org_units.id"], name=op.f("fk_position_records_leads_unit_id")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_position_records_position_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_position_records_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_position_records_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_records")),
    )
    op.create_index(
        "ix_position_records_batch_id", "position_records", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(op.f("ix_position_records_leads_unit_id"), "position_records", ["leads_unit_id"], unique=False)
    op.create_index(
        "ix_position_records_superseding_batch_id",
        "position_records",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_position_records_tier"), "position_records", ["tier"], unique=False)
    op.create_index(op.f("ix_position_records_unit_id"), "position_records", ["unit_id"], unique=False)
    op.create_index(
        "uq_position_records_current",
        "position_records",
        ["position_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("decree_number", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("origin = 'career' OR origin = 'present'", name=op.f("ck_posts_origin_known")),
        sa.CheckConstraint(
            "tier = 'pelaksana' OR tier = 'jf_pemula' OR tier = 'jf_terampil' OR tier = 'jf_mahir' OR tier = 'jf_ahli_pertama' OR tier = 'pengawas' OR tier = 'jf_penyelia' OR tier = 'jf_ahli_muda' OR tier = 'administrator' OR tier = 'jf_ahli_madya' OR tier = 'jpt_pratama' OR tier = 'jf_ahli_utama'",
            name=op.f("ck_posts_tier_known"),
        ),
        sa.CheckConstraint("ends IS NULL OR starts IS NULL OR ends >= starts", name=op.f("ck_posts_period_order")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_posts_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_posts_official_id")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_posts_position_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_posts_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_posts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_batch_id", "posts", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_posts_superseding_batch_id",
        "posts",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_posts_current",
        "posts",
        ["official_id", "origin", "tier", "starts"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "ranking_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("size", sa.SmallInteger(), nullable=False),
        sa.Column("considered", sa.Integer(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("result_sha256", sa.Text(), nullable=False),
        sa.Column("uncertainty_sha256", sa.Text(), nullable=True),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.Column("uncertainty", sa.LargeBinary(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("eligible + held + failed = considered", name=op.f("ck_ranking_runs_counts_add_up")),
        sa.CheckConstraint("length(result_sha256) = 64", name=op.f("ck_ranking_runs_sha256_length")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_ranking_runs_policy_version_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ranking_runs_user_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_ranking_runs_vacancy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_runs")),
        sa.UniqueConstraint("code", name=op.f("uq_ranking_runs_code")),
    )
    op.create_index(op.f("ix_ranking_runs_vacancy_id"), "ranking_runs", ["vacancy_id"], unique=False)
    op.create_table(
        "satisfaction_surveys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("respondents", sa.Integer(), nullable=True),
        sa.Column("deviation", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "deviation IS NULL OR deviation >= 0", name=op.f("ck_satisfaction_surveys_deviation_not_negative")
        ),
        sa.CheckConstraint("length(period) IN (4, 7)", name=op.f("ck_satisfaction_surveys_period_form")),
        sa.CheckConstraint(
            "respondents IS NULL OR respondents > 0", name=op.f("ck_satisfaction_surveys_respondents_positive")
        ),
        sa.CheckConstraint("score BETWEEN 25000000 AND 100000000", name=op.f("ck_satisfaction_surveys_score_range")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_satisfaction_surveys_batch_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_satisfaction_surveys_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_satisfaction_surveys_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction_surveys")),
    )
    op.create_index(
        "ix_satisfaction_surveys_batch_id", "satisfaction_surveys", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_satisfaction_surveys_superseding_batch_id",
        "satisfaction_surveys",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_satisfaction_surveys_current",
        "satisfaction_surveys",
        ["unit_id", "period"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "training_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("learning_hours", sa.BigInteger(), nullable=False),
        sa.Column("grade_text", sa.Text(), nullable=False),
        sa.Column("certificate_number", sa.Text(), nullable=False),
        sa.Column("transfer", sa.BigInteger(), nullable=True),
        sa.Column("transfer_se", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IS NULL OR kind = 'kepemimpinan' OR kind = 'fungsional' OR kind = 'teknis' OR kind = 'sosial_kultural' OR kind = 'seminar' OR kind = 'lainnya'",
            name=op.f("ck_training_records_kind_known"),
        ),
        sa.CheckConstraint(
            "path IS NULL OR path = 'klasikal' OR path = 'nonklasikal'", name=op.f("ck_training_records_path_known")
        ),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_training_records_period_order")),
        sa.CheckConstraint("learning_hours >= 0", name=op.f("ck_training_records_hours_not_negative")),
        sa.CheckConstraint(
            "transfer IS NULL OR transfer BETWEEN 0 AND 100000000", name=op.f("ck_training_records_transfer_range")
        ),
        sa.CheckConstraint(
            "transfer_se IS NULL OR transfer_se >= 0", name=op.f("ck_training_records_transfer_se_not_negative")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_training_records_batch_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_training_records_official_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_training_records_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_records")),
    )
    op.create_index(
        "ix_training_records_batch_id", "training_records", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_training_records_superseding_batch_id",
        "training_records",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_training_records_current",
        "training_records",
        ["official_id", "name", "starts", "ends", "certificate_number"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "unit_results",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("achievement", sa.BigInteger(), nullable=False),
        sa.Column("predicate", sa.Text(), nullable=True),
        sa.Column("accountability", sa.BigInteger(), nullable=True),
        sa.Column("service_index", sa.BigInteger(), nullable=True),
        sa.Column("work_culture", sa.BigInteger(), nullable=True),
        sa.Column("maturity", sa.BigInteger(), nullable=True),
        sa.Column("integrity_survey", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "predicate IS NULL OR predicate = 'istimewa' OR predicate = 'baik' OR predicate = 'butuh_perbaikan' OR predicate = 'kurang' OR predicate = 'sangat_kurang'",
            name=op.f("ck_unit_results_predicate_known"),
        ),
        sa.CheckConstraint("achievement BETWEEN 0 AND 150000000", name=op.f("ck_unit_results_achievement_range")),
        sa.CheckConstraint("year BETWEEN 1950 AND 2200", name=op.f("ck_unit_results_year_range")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_unit_results_batch_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_unit_results_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_unit_results_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_results")),
    )
    op.create_index("ix_unit_results_batch_id", "unit_results", ["batch_id"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_unit_results_superseding_batch_id",
        "unit_results",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_unit_results_current",
        "unit_results",
        ["unit_id", "year"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "vacancy_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vacancy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("inauguration", sa.Date(), nullable=True),
        sa.Column("size", sa.SmallInteger(), nullable=True),
        sa.Column("policy_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseding_batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "pathway = 'suksesi' OR pathway = 'seleksi_internal' OR pathway = 'seleksi_terbuka'",
            name=op.f("ck_vacancy_records_pathway_known"),
        ),
        sa.CheckConstraint(
            "inauguration IS NULL OR inauguration >= as_of", name=op.f("ck_vacancy_records_inauguration_after_as_of")
        ),
        sa.CheckConstraint("size IS NULL OR size >= 1", name=op.f("ck_vacancy_records_size_positive")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_vacancy_records_batch_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_versions.id"], name=op.f("fk_vacancy_records_policy_version_id")
        ),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_vacancy_records_position_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f("fk_vacancy_records_superseding_batch_id")
        ),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f("fk_vacancy_records_vacancy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy_records")),
    )
    op.create_index(
        "ix_vacancy_records_batch_id", "vacancy_records", ["batch_id"], unique=False, postgresql_using="brin"
    )
    op.create_index(
        "ix_vacancy_records_superseding_batch_id",
        "vacancy_records",
        ["superseding_batch_id"],
        unique=False,
        sqlite_where=sa.text("superseding_batch_id IS NOT NULL"),
        postgresql_where=sa.text("superseding_batch_id IS NOT NULL"),
    )
    op.create_index(
        "uq_vacancy_records_current",
        "vacancy_records",
        ["vacancy_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    audit_triggers.install(op.get_bind())
    ranking_triggers.install(op.get_bind())
