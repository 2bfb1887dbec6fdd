"""Sections taken one after the other, and answers that browsers set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.assessment import triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)

# The same acts as merit/assessment/saving/sqlite_acts.py; both are held against one model by
# tests/faults/test_17_duplicate_reordered_replayed.py and by tests/assessment/test_sections.py.
SAVE = r"""
CREATE FUNCTION merit_save(
    p_token text, p_lease text, p_at timestamptz, p_stamp text, p_positions int[], p_revisions int[], p_values text[],
    p_marks boolean[], p_client_at text[], p_entries text[],
    OUT o_status text, OUT o_receipt text, OUT o_saves int, OUT o_state text, OUT o_deadline timestamptz,
    OUT o_late boolean, OUT o_stored text, OUT o_position int, OUT o_section int, OUT o_section_deadline timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    a record;
    old record;
    older record;
    part record;
    has_old boolean;
    has_older boolean;
    is_closed boolean;
    has_sections boolean;
    is_late boolean;
    any_late boolean := false;
    was_from int;
    present timestamptz;
    entered timestamptz;
    ending_at timestamptz;
    reached int := 0;
    entries text[] := '{}';
    late_entries text[] := '{}';
    linked text[];
    winners text[] := '{}';
    answered_by int := 0;
    marked_by int := 0;
    seen timestamptz;
    payload text;
BEGIN
    o_late := false;
    o_position := 0;
    SELECT t.id, t.state, t.ending, t.lease_hash, t.items, t.deadline, t.grace_seconds, t.receipt, t.saves,
           t.last_seen_at, t.started_at, t.paused_at, t.section, t.open_from, t.open_to, t.is_forward,
           t.section_seconds, t.section_deadline
    INTO a FROM attempts t WHERE t.token_hash = p_token FOR NO KEY UPDATE;
    IF NOT FOUND THEN o_status := 'attempt-unknown'; RETURN; END IF;
    IF a.lease_hash IS DISTINCT FROM p_lease THEN o_status := 'lease-ended'; RETURN; END IF;
    IF a.state IN ('waiting', 'admitted') THEN o_status := 'attempt-not-started'; RETURN; END IF;
    o_position := p_positions[cardinality(p_positions)];
    IF o_position > a.items THEN o_status := 'answer-position-unknown'; RETURN; END IF;
    is_closed := a.state = 'finished' AND a.ending IN ('candidate', 'plain_form');
    o_late := (a.state = 'finished' AND NOT is_closed)
        OR (a.state = 'running' AND a.deadline IS NOT NULL AND p_at > a.deadline + make_interval(secs => a.grace_seconds));
    o_receipt := a.receipt;
    o_saves := a.saves;
    o_state := a.state;
    o_deadline := a.deadline;

    has_sections := a.section IS NOT NULL AND NOT o_late AND NOT is_closed;
    IF has_sections THEN
        was_from := a.open_from;
        present := COALESCE(a.paused_at, p_at);
        FOR part IN
            SELECT s.number, s.first, s.last, s.seconds FROM attempt_sections s
            WHERE o_position > a.open_to AND s.attempt_id = a.id AND s.number > a.section AND s.first <= o_position
            ORDER BY s.number
        LOOP
            entered := LEAST(present, a.section_deadline);
            UPDATE attempt_sections s SET until = a.section_deadline WHERE s.attempt_id = a.id AND s.number = a.section;
            UPDATE attempt_sections s SET entered_at = entered, way = 'saved'
            WHERE s.attempt_id = a.id AND s.number = part.number;
            a.section := part.number;
            a.open_from := part.first;
            a.open_to := part.last;
            a.section_seconds := part.seconds;
            a.section_deadline := entered + make_interval(secs => part.seconds);
        END LOOP;
        IF FOUND THEN
            UPDATE attempts t SET section = a.section, open_from = a.open_from, open_to = a.open_to,
                section_seconds = a.section_seconds, section_deadline = a.section_deadline
            WHERE t.id = a.id;
        END IF;
    END IF;

    FOR i IN 1 .. cardinality(p_positions) LOOP
        is_late := o_late;
        IF has_sections THEN
            IF p_positions[i] < was_from THEN
                is_late := true;
            ELSE
                ending_at := a.section_deadline;
                IF p_positions[i] < a.open_from THEN
                    SELECT s.until INTO ending_at FROM attempt_sections s
                    WHERE s.attempt_id = a.id AND p_positions[i] BETWEEN s.first AND s.last;
                END IF;
                is_late := COALESCE(present > ending_at + make_interval(secs => a.grace_seconds), false);
            END IF;
            any_late := any_late OR is_late;
        END IF;
        SELECT r.revision, r.value, r.marked, NULL::bigint AS accepted_by INTO old
        FROM responses r WHERE r.attempt_id = a.id AND r.position = p_positions[i];
        has_old := FOUND;
        older := old;
        has_older := has_old;
        IF is_late THEN
            SELECT l.revision, l.value, l.marked, l.accepted_by INTO older
            FROM late_responses l WHERE l.attempt_id = a.id AND l.position = p_positions[i];
            IF FOUND THEN has_older := true; ELSE older := old; END IF;
        END IF;
        IF has_older AND (p_revisions[i] <= older.revision OR older.accepted_by IS NOT NULL) THEN
            IF NOT (
                (p_revisions[i] = older.revision AND p_values[i] = older.value AND p_marks[i] = older.marked)
                OR (has_old AND p_revisions[i] = old.revision AND p_values[i] = old.value AND p_marks[i] = old.marked)
            ) THEN
                winners := winners || format(
                    '{"position":%s,"revision":%s,"value":%s,"marked":%s}',
                    p_positions[i], older.revision, older.value, CASE WHEN older.marked THEN 'true' ELSE 'false' END
                );
            END IF;
            CONTINUE;
        END IF;
        IF is_closed THEN
            o_status := 'attempt-finished';
            RETURN;
        END IF;
        IF is_late THEN
            late_entries := late_entries || p_entries[i];
            INSERT INTO late_responses AS l
                (attempt_id, position, revision, value, marked, client_at, saved_at, proposed_reason)
            VALUES (a.id, p_positions[i], p_revisions[i], p_values[i], p_marks[i], p_client_at[i], p_at, '')
            ON CONFLICT (attempt_id, position) DO UPDATE SET revision = excluded.revision, value = excluded.value,
                marked = excluded.marked, client_at = excluded.client_at, saved_at = excluded.saved_at,
                proposed_by = NULL, proposed_reason = '';
        ELSE
            entries := entries || p_entries[i];
            reached := p_positions[i];
            IF has_old THEN
                UPDATE responses r SET revision = p_revisions[i], value = p_values[i], marked = p_marks[i],
                    client_at = p_client_at[i], saved_at = p_at
                WHERE r.attempt_id = a.id AND r.position = p_positions[i];
                answered_by := answered_by - (old.value NOT IN ('[]', '{}'))::int;
                marked_by := marked_by - old.marked::int;
            ELSE
                INSERT INTO responses (attempt_id, position, revision, value, marked, client_at, saved_at)
                VALUES (a.id, p_positions[i], p_revisions[i], p_values[i], p_marks[i], p_client_at[i], p_at);
            END IF;
            answered_by := answered_by + (p_values[i] NOT IN ('[]', '{}'))::int;
            marked_by := marked_by + p_marks[i]::int;
        END IF;
    END LOOP;

    IF cardinality(entries) + cardinality(late_entries) > 0 THEN
        FOREACH is_late IN ARRAY ARRAY[true, false] LOOP
            linked := CASE WHEN is_late THEN late_entries ELSE entries END;
            CONTINUE WHEN cardinality(linked) = 0;
            o_saves := o_saves + 1;
            payload := '{"at":"' || p_stamp || '","attempt":' || a.id || ',"late":'
                || CASE WHEN is_late THEN 'true' ELSE 'false' END || ',"number":' || o_saves
                || ',"responses":[' || array_to_string(linked, ',') || ']}';
            o_receipt := encode(sha256(convert_to(o_receipt || payload, 'UTF8')), 'hex');
            INSERT INTO response_saves (attempt_id, number, payload, receipt, late, saved_at)
            VALUES (a.id, o_saves, payload, o_receipt, is_late, p_at);
        END LOOP;
        seen := COALESCE(a.last_seen_at, a.started_at);
        IF a.state = 'running' AND p_at - seen > interval '60 seconds' THEN
            INSERT INTO contact_gaps (attempt_id, from_at, until_at) VALUES (a.id, seen, p_at);
        END IF;
        IF has_sections AND a.is_forward THEN
            a.open_from := GREATEST(a.open_from, reached);
        END IF;
        UPDATE attempts t SET receipt = o_receipt, saves = o_saves, answered = t.answered + answered_by,
            marked = t.marked + marked_by, last_save_at = p_at, last_seen_at = p_at, open_from = a.open_from
        WHERE t.id = a.id;
    END IF;
    o_late := o_late OR any_late;
    o_section := a.section;
    o_section_deadline := a.section_deadline;
    IF cardinality(winners) > 0 THEN
        o_status := 'stale-revision';
        o_stored := '[' || array_to_string(winners, ',') || ']';
    ELSE
        o_status := 'saved';
    END IF;
END $$
"""

HEARTBEAT = r"""
CREATE FUNCTION merit_heartbeat(
    p_token text, p_lease text, p_at timestamptz, p_network text, p_kinds text[], p_details text[],
    OUT o_status text, OUT o_state text, OUT o_started_at timestamptz, OUT o_deadline timestamptz, OUT o_allotted int,
    OUT o_paused int, OUT o_extended int, OUT o_paused_at timestamptz, OUT o_grace int, OUT o_section int,
    OUT o_open_from int, OUT o_open_to int, OUT o_section_deadline timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    a record;
    seen timestamptz;
    losses int := 0;
    new_flags text;
    new_network text;
BEGIN
    SELECT t.id, t.state, t.lease_hash, t.started_at, t.deadline, t.allotted_seconds, t.paused_seconds,
           t.extended_seconds, t.paused_at, t.grace_seconds, t.last_seen_at, t.network, t.flags, t.section, t.open_from,
           t.open_to, t.section_deadline
    INTO a FROM attempts t WHERE t.token_hash = p_token FOR NO KEY UPDATE;
    IF NOT FOUND THEN o_status := 'attempt-unknown'; RETURN; END IF;
    IF a.lease_hash IS DISTINCT FROM p_lease THEN o_status := 'lease-ended'; RETURN; END IF;
    o_status := 'ok';
    o_state := a.state;
    o_started_at := a.started_at;
    o_deadline := a.deadline;
    o_allotted := a.allotted_seconds;
    o_paused := a.paused_seconds;
    o_extended := a.extended_seconds;
    o_paused_at := a.paused_at;
    o_grace := a.grace_seconds;
    o_section := a.section;
    o_open_from := a.open_from;
    o_open_to := a.open_to;
    o_section_deadline := a.section_deadline;
    IF a.state = 'finished' THEN RETURN; END IF;

    seen := COALESCE(a.last_seen_at, a.started_at);
    IF a.state = 'running' AND p_at - seen > interval '60 seconds' THEN
        INSERT INTO contact_gaps (attempt_id, from_at, until_at) VALUES (a.id, seen, p_at);
    END IF;
    IF cardinality(p_kinds) > 0 THEN
        INSERT INTO attempt_events (attempt_id, kind, details, at)
        SELECT a.id, k, d, p_at FROM unnest(p_kinds, p_details) AS told(k, d);
        losses := cardinality(array_positions(p_kinds, 'focus-lost'));
    END IF;
    new_flags := a.flags;
    new_network := COALESCE(NULLIF(p_network, ''), a.network);
    IF a.network <> '' AND new_network <> a.network THEN
        INSERT INTO attempt_events (attempt_id, kind, details, at) VALUES (a.id, 'network-changed', '{}', p_at);
        IF NOT a.flags::jsonb ? 'two-networks' THEN
            new_flags := CASE WHEN a.flags = '[]' THEN '["two-networks"]'
                         ELSE left(a.flags, -1) || ',"two-networks"]' END;
        END IF;
    END IF;
    UPDATE attempts t SET last_seen_at = p_at, network = new_network, focus_losses = t.focus_losses + losses,
        flags = new_flags
    WHERE t.id = a.id;
END $$
"""


def upgrade() -> None:
    """Apply."""
    for column in (
        sa.Column("section", sa.SmallInteger(), nullable=True),
        sa.Column("open_from", sa.SmallInteger(), nullable=True),
        sa.Column("open_to", sa.SmallInteger(), nullable=True),
        sa.Column("is_forward", sa.Boolean(), nullable=True),
        sa.Column("section_seconds", sa.Integer(), nullable=True),
        sa.Column("section_deadline", _INSTANT, nullable=True),
    ):
        op.add_column("attempts", column)
    _create_sections()
    _create_displaced()
    connection = op.get_bind()
    triggers.install_later(connection, "displaced_answers", "displaced_reviews")
    if connection.dialect.name == "postgresql":
        for name in ("merit_save", "merit_heartbeat"):  # what they answer grows, so they cannot be replaced
            connection.exec_driver_sql(f"DROP FUNCTION {name}")
        for statement in (SAVE, HEARTBEAT):
            connection.exec_driver_sql(statement.replace("%", "%%"))


def _create_sections() -> None:
    op.create_table(
        "attempt_sections",
        sa.Column("attempt_id", _ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("first", sa.SmallInteger(), nullable=False),
        sa.Column("last", sa.SmallInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("entered_at", _INSTANT, nullable=True),
        sa.Column("way", sa.Text(), nullable=True),
        sa.Column("until", _INSTANT, nullable=True),
        sa.CheckConstraint("way IS NULL OR way = 'asked' OR way = 'saved'", name=op.f("ck_attempt_sections_way_known")),
        sa.CheckConstraint("first >= 1 AND last >= first", name=op.f("ck_attempt_sections_range_order")),
        sa.CheckConstraint("seconds IS NULL OR seconds > 0", name=op.f("ck_attempt_sections_seconds_positive")),
        sa.CheckConstraint("(entered_at IS NULL) = (way IS NULL)", name=op.f("ck_attempt_sections_entry_explained")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_sections_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_attempt_sections")),
    )


def _create_displaced() -> None:
    op.create_table(
        "displaced_answers",
        sa.Column("attempt_id", _ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("client_at", sa.Text(), nullable=False),
        sa.Column("brought_by", _ID, nullable=True),
        sa.Column("brought_at", _INSTANT, nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_displaced_answers_revision_positive")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_displaced_answers_attempt_id")),
        sa.ForeignKeyConstraint(["brought_by"], ["users.id"], name=op.f("fk_displaced_answers_brought_by")),
        sa.PrimaryKeyConstraint("attempt_id", "position", "revision", name=op.f("pk_displaced_answers")),
    )
    op.create_table(
        "displaced_reviews",
        sa.Column("attempt_id", _ID, nullable=False),
        sa.Column("reviewed_by", _ID, nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("reviewed_at", _INSTANT, nullable=False),
        sa.CheckConstraint("opinion <> ''", name=op.f("ck_displaced_reviews_opinion_given")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_displaced_reviews_attempt_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["users.id"], name=op.f("fk_displaced_reviews_reviewed_by")),
        sa.PrimaryKeyConstraint("attempt_id", "reviewed_by", name=op.f("pk_displaced_reviews")),
    )
