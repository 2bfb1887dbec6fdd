"""PostgreSQL functions that keep answers, signs of life and ends in one statement each"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0004"
branch_labels = None
depends_on = None

# The same acts as merit/assessment/saving/sqlite_acts.py; both are held against one model by
# tests/faults/test_17_duplicate_reordered_replayed.py.
SAVE = r"""
CREATE OR REPLACE FUNCTION merit_save(
    p_token text, p_lease text, p_at timestamptz, p_stamp text, p_positions int[], p_revisions int[], p_values text[],
    p_marks boolean[], p_client_at text[], p_entries text[],
    OUT o_status text, OUT o_receipt text, OUT o_saves int, OUT o_state text, OUT o_deadline timestamptz,
    OUT o_late boolean, OUT o_stored text, OUT o_position int
) LANGUAGE plpgsql AS $$
DECLARE
    a record;
    old record;
    older record;
    has_old boolean;
    has_older boolean;
    is_closed boolean;
    entries text[] := '{}';
    winners text[] := '{}';
    answered_by int := 0;
    marked_by int := 0;
    seen timestamptz;
    payload text;
BEGIN
    o_late := false;
    o_position := 0;
    SELECT t.id, t.state, t.ending, t.lease_hash, t.items, t.deadline, t.grace_seconds, t.receipt, t.saves,
           t.last_seen_at, t.started_at
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

    FOR i IN 1 .. cardinality(p_positions) LOOP
        SELECT r.revision, r.value, r.marked, NULL::bigint AS accepted_by INTO old
        FROM responses r WHERE r.attempt_id = a.id AND r.position = p_positions[i];
        has_old := FOUND;
        older := old;
        has_older := has_old;
        IF o_late THEN
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
        entries := entries || p_entries[i];
        IF o_late THEN
            INSERT INTO late_responses AS l
                (attempt_id, position, revision, value, marked, client_at, saved_at, proposed_reason)
            VALUES (a.id, p_positions[i], p_revisions[i], p_values[i], p_marks[i], p_client_at[i], p_at, '')
            ON CONFLICT (attempt_id, position) DO UPDATE SET revision = excluded.revision, value = excluded.value,
                marked = excluded.marked, client_at = excluded.client_at, saved_at = excluded.saved_at,
                proposed_by = NULL, proposed_reason = '';
        ELSE
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

    IF cardinality(entries) > 0 THEN
        o_saves := a.saves + 1;
        payload := '{"at":"' || p_stamp || '","attempt":' || a.id || ',"late":'
            || CASE WHEN o_late THEN 'true' ELSE 'false' END || ',"number":' || o_saves
            || ',"responses":[' || array_to_string(entries, ',') || ']}';
        o_receipt := encode(sha256(convert_to(a.receipt || payload, 'UTF8')), 'hex');
        INSERT INTO response_saves (attempt_id, number, payload, receipt, late, saved_at)
        VALUES (a.id, o_saves, payload, o_receipt, o_late, p_at);
        seen := COALESCE(a.last_seen_at, a.started_at);
        IF a.state = 'running' AND p_at - seen > interval '60 seconds' THEN
            INSERT INTO contact_gaps (attempt_id, from_at, until_at) VALUES (a.id, seen, p_at);
        END IF;
        UPDATE attempts t SET receipt = o_receipt, saves = o_saves, answered = t.answered + answered_by,
            marked = t.marked + marked_by, last_save_at = p_at, last_seen_at = p_at
        WHERE t.id = a.id;
    END IF;
    IF cardinality(winners) > 0 THEN
        o_status := 'stale-revision';
        o_stored := '[' || array_to_string(winners, ',') || ']';
    ELSE
        o_status := 'saved';
    END IF;
END $$
"""

HEARTBEAT = r"""
CREATE OR REPLACE FUNCTION merit_heartbeat(
    p_token text, p_lease text, p_at timestamptz, p_network text, p_kinds text[], p_details text[],
    OUT o_status text, OUT o_state text, OUT o_started_at timestamptz, OUT o_deadline timestamptz, OUT o_allotted int,
    OUT o_paused int, OUT o_extended int, OUT o_paused_at timestamptz, OUT o_grace int
) LANGUAGE plpgsql AS $$
DECLARE
    a record;
    seen timestamptz;
    losses int := 0;
    new_flags text;
    new_network text;
BEGIN
    SELECT t.id, t.state, t.lease_hash, t.started_at, t.deadline, t.allotted_seconds, t.paused_seconds,
           t.extended_seconds, t.paused_at, t.grace_seconds, t.last_seen_at, t.network, t.flags
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

FINISH = r"""
CREATE OR REPLACE FUNCTION merit_finish(
    p_token text, p_lease text, p_at timestamptz, p_ending text,
    OUT o_status text, OUT o_receipt text, OUT o_saves int, OUT o_answered int, OUT o_finished_at timestamptz,
    OUT o_ending text
) LANGUAGE plpgsql AS $$
DECLARE
    a record;
BEGIN
    SELECT t.id, t.state, t.lease_hash, t.deadline, t.grace_seconds, t.receipt, t.saves, t.answered, t.finished_at,
           t.ending, t.sitting_id, t.room_id, t.candidate_id
    INTO a FROM attempts t WHERE t.token_hash = p_token FOR NO KEY UPDATE;
    IF NOT FOUND THEN o_status := 'attempt-unknown'; RETURN; END IF;
    IF a.lease_hash IS DISTINCT FROM p_lease THEN o_status := 'lease-ended'; RETURN; END IF;
    IF a.state IN ('waiting', 'admitted') THEN o_status := 'attempt-not-started'; RETURN; END IF;
    o_status := 'finished';
    o_receipt := a.receipt;
    o_saves := a.saves;
    o_answered := a.answered;
    o_finished_at := a.finished_at;
    o_ending := a.ending;
    IF a.finished_at IS NOT NULL THEN RETURN; END IF;

    o_finished_at := p_at;
    o_ending := p_ending;
    IF a.deadline IS NOT NULL AND p_at > a.deadline + make_interval(secs => a.grace_seconds) THEN
        o_finished_at := a.deadline + make_interval(secs => a.grace_seconds);
        o_ending := 'sweep';
    END IF;
    UPDATE attempts t SET state = 'finished', finished_at = o_finished_at, ending = o_ending, paused_at = NULL
    WHERE t.id = a.id;
    INSERT INTO sitting_events (sitting_id, room_id, candidate_id, kind, note, details, at)
    VALUES (a.sitting_id, a.room_id, a.candidate_id, CASE WHEN o_ending = 'sweep' THEN 'swept' ELSE 'finished' END,
            '', '{}', p_at);
END $$
"""


def upgrade() -> None:
    """Apply."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for statement in (SAVE, HEARTBEAT, FINISH):
        connection.exec_driver_sql(statement.replace("%", "%%"))
    # Counters of a row change at every save: room on the page keeps those updates off the indexes.
    connection.exec_driver_sql("ALTER TABLE attempts SET (fillfactor = 50)")
    connection.exec_driver_sql("ALTER TABLE responses SET (fillfactor = 80)")
