"""The reading statements, the same on both databases but for the sign of a parameter."""

from __future__ import annotations

ATTEMPT = """
SELECT a.id, a.state, a.started_at, a.deadline, a.allotted_seconds, a.paused_seconds, a.extended_seconds, a.paused_at,
       a.grace_seconds, a.finished_at, a.ending, a.receipt, a.saves, a.answered, a.marked, a.items, a.lease_hash,
       a.lease_asked_hash, s.code, s.name, s.kind, s.minutes, c.number, c.seat, r.name, o.nip, COALESCE(n.name, ''),
       a.section, a.open_from, a.open_to, a.section_deadline
FROM attempts a
JOIN sittings s ON s.id = a.sitting_id
JOIN candidates c ON c.id = a.candidate_id
JOIN sitting_rooms r ON r.id = a.room_id
JOIN officials o ON o.id = c.official_id
LEFT JOIN official_records n ON n.official_id = o.id AND n.superseded_at IS NULL
WHERE a.token_hash = ?
"""
RESPONSES = "SELECT position, revision, value, marked FROM responses WHERE attempt_id = ? ORDER BY position"
PAPER = """
SELECT a.state, a.lease_hash, p.sha256, p.packed, s.settings
FROM attempts a JOIN papers p ON p.id = a.paper_id JOIN sittings s ON s.id = a.sitting_id
WHERE a.token_hash = ?
"""
