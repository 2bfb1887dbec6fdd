"""Colour and icon of the codes that are shown as badges; colour is never the only sign."""

from __future__ import annotations

from collections.abc import Mapping

_GOOD, _WAIT, _BAD, _CALM, _NOTE = (
    ("success", "check"),
    ("warning", "clock"),
    ("danger", "x"),
    ("neutral", "minus"),
    ("info", "info-circle"),
)
_DOUBT = ("warning", "alert-triangle")
_RUNNING = ("info", "progress")

BADGES: dict[str, Mapping[str, tuple[str, str]]] = {
    "gate_outcome": {
        "PASS": _GOOD,
        "FAIL": _BAD,
        "HOLD": _WAIT,
        "VERIFY": _NOTE,
        "0": _GOOD,
        "1": _NOTE,
        "2": _WAIT,
        "3": _BAD,
    },
    "standing": {"ranked": _GOOD, "hold": _WAIT, "failed": _CALM, "0": _GOOD, "1": _WAIT, "2": _CALM},
    "value_status": {
        "MEASURED": _GOOD,
        "MISSING": _DOUBT,
        "NOT_APPLICABLE": _CALM,
        "EXPIRED": _DOUBT,
        "DISPUTED": _DOUBT,
        "0": _GOOD,
        "1": _DOUBT,
        "2": _CALM,
        "3": _DOUBT,
        "4": _DOUBT,
    },
    "sitting_state": {
        "draft": ("neutral", "pencil"),
        "sealed": ("info", "lock"),
        "open": ("info", "door-enter"),
        "running": _RUNNING,
        "closed": ("neutral", "square-check"),
        "scored": ("info", "checklist"),
        "published": _GOOD,
        "cancelled": _BAD,
    },
    "employment": {"PNS": ("info", "id"), "CPNS": ("neutral", "id"), "PPPK": ("neutral", "id")},
    "policy_state": {
        "writing": ("neutral", "pencil"),
        "submitted": _WAIT,
        "reviewed": _WAIT,
        "discarded": ("neutral", "trash"),
        "scheduled": ("info", "calendar-due"),
        "active": _GOOD,
        "superseded": ("neutral", "archive"),
    },
    "rule_status": {"confirmed": _GOOD, "local": ("info", "building-community"), "needs_verification": _DOUBT},
    "finding_level": dict.fromkeys(("ringan", "sedang", "1", "2"), _DOUBT) | {"berat": _BAD, "3": _BAD},
    "finding_state": {
        "proses": _WAIT,
        "final": ("neutral", "gavel"),
        "keberatan": _WAIT,
        "banding": _WAIT,
        "dibatalkan": _CALM,
    },
    "finding_standing": {
        "open": _WAIT,
        "ahead": _WAIT,
        "running": _BAD,
        "served": ("neutral", "check"),
        "void": _CALM,
    },
    "appraisal_state": {
        "waiting": ("neutral", "circle-dashed"),
        "rated": _WAIT,
        "objected": _DOUBT,
        "final": _GOOD,
    },
    "rating": {
        **dict.fromkeys(("1", "di_bawah"), ("danger", "arrow-down")),
        **dict.fromkeys(("2", "sesuai"), ("neutral", "equal")),
        **dict.fromkeys(("3", "di_atas"), ("success", "arrow-up")),
    },
    "predicate": {
        "1": _BAD,
        "2": _BAD,
        "3": _DOUBT,
        "4": _GOOD,
        "5": ("success", "star"),
        "Sangat Kurang": _BAD,
        "Kurang/Misconduct": _BAD,
        "Butuh Perbaikan": _DOUBT,
        "Baik": _GOOD,
        "Sangat Baik": ("success", "star"),
    },
    "unit_predicate": {
        "istimewa": ("success", "star"),
        "baik": _GOOD,
        "butuh_perbaikan": _DOUBT,
        "kurang": _BAD,
        "sangat_kurang": _BAD,
    },
    "complaint_state": {"waiting": _WAIT, "answered": _RUNNING, "reopened": _DOUBT, "closed": _GOOD},
    "deadline_state": {"in_time": _GOOD, "soon": _WAIT, "late": _BAD},
    "response": {"diterima": _GOOD, "ditolak": _CALM},
    "application_state": {"melamar": _GOOD, "mundur": _CALM},
    "batch_state": {"applied": _GOOD, "undone": _CALM, "undo": ("info", "restore")},
    "upload_state": {
        "checking": _RUNNING,
        "ready": _NOTE,
        "importing": _RUNNING,
        "imported": _GOOD,
        "failed": _BAD,
        "discarded": _CALM,
    },
    "change": {
        "created": ("success", "plus"),
        "updated": ("info", "pencil"),
        "unchanged": ("neutral", "equal"),
        "rejected": _BAD,
    },
    "item_state": {
        "draft": ("neutral", "pencil"),
        "review": ("warning", "eye-check"),
        "trial": ("info", "history"),
        "active": _GOOD,
        "suspended": ("danger", "player-pause"),
        "retired": ("neutral", "archive"),
    },
    "seat_state": {
        "expected": ("neutral", "circle-dashed"),
        "absent": ("neutral", "user-off"),
        "withdrawn": ("neutral", "ban"),
        "waiting": ("warning", "hourglass"),
        "admitted": ("info", "user-check"),
        "running": ("brand", "writing"),
        "paused": ("warning", "player-pause"),
        "finished": ("success", "circle-check"),
    },
    "seat_flag": {
        "second-browser": ("danger", "device-desktop"),
        "silent": ("danger", "wifi-off"),
        "overtime": ("danger", "hourglass"),
        "network": ("warning", "route"),
        "focus": ("warning", "eye-off"),
        "accommodation": ("info", "heart-handshake"),
    },
    "room_phase": {
        "before": ("neutral", "lock"),
        "lobby": ("info", "door-enter"),
        "running": _RUNNING,
        "paused": ("warning", "player-pause"),
        "closed": ("neutral", "archive"),
    },
    "calibration_state": {
        "draft": _WAIT,
        "in_force": _GOOD,
        "superseded": ("neutral", "archive"),
        "refused": _CALM,
    },
    "key_change_state": {"waiting": _WAIT, "approved": _GOOD, "refused": _CALM},
    "class_state": {
        "planned": ("neutral", "pencil"),
        "open": ("info", "door-enter"),
        "closed": ("success", "square-check"),
        "cancelled": _BAD,
    },
    "enrolment_state": {
        "nominated": _WAIT,
        "endorsed": ("info", "clipboard-check"),
        "waiting": ("warning", "hourglass"),
        "invited": ("info", "mail"),
        "accepted": _GOOD,
        "declined": _CALM,
        "refused": _BAD,
        "withdrawn": _CALM,
    },
    "mark_status": {
        "present": _GOOD,
        "late": _WAIT,
        "partial": ("warning", "clock-hour-4"),
        "absent": _BAD,
        "excused": _CALM,
    },
    "claim_state": {
        "submitted": _WAIT,
        "verified": ("info", "clipboard-check"),
        "accepted": _GOOD,
        "refused": _BAD,
        "withdrawn": _CALM,
    },
    "campaign_state": {
        "draft": ("neutral", "pencil"),
        "drawn": ("info", "users"),
        "open": _RUNNING,
        "closed": ("info", "square-check"),
        "proposed": _WAIT,
        "published": _GOOD,
        "cancelled": _CALM,
    },
    "invitation_state": {"invited": _WAIT, "conflict": _BAD, "replaced": _CALM, "submitted": _GOOD},
    "ipasn_category": {
        "sangat_tinggi": ("success", "star"),
        "tinggi": _GOOD,
        "sedang": ("info", "equal"),
        "rendah": _DOUBT,
        "sangat_rendah": _BAD,
        "terbuka": _WAIT,
    },
    "ipasn_outcome": {"met": _GOOD, "unmet": _CALM, "open": _WAIT},
    "ipasn_rules_state": {"proposed": _WAIT, "in_force": _GOOD, "refused": _BAD, "withdrawn": _CALM},
    "job_state": {"queued": _WAIT, "running": _RUNNING, "done": _GOOD, "failed": _BAD, "cancelled": _CALM},
}


def tone(code: object, kind: str) -> str:
    """Return the colour of a code's badge."""
    return BADGES.get(kind, {}).get(str(code), ("neutral", ""))[0]


def symbol(code: object, kind: str) -> str:
    """Return the icon of a code's badge, "" for none."""
    return BADGES.get(kind, {}).get(str(code), ("neutral", ""))[1]
