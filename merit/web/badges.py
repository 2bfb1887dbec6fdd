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
    "employment": {"PNS": ("info", "id"), "CPNS": ("neutral", "id"), "PPPK": ("neutral", "id")},
    "policy_state": {"draft": ("neutral", "pencil"), "active": _GOOD, "superseded": ("neutral", "archive")},
    "rule_status": {"confirmed": _GOOD, "local": ("info", "building-community"), "needs_verification": _DOUBT},
    "finding_level": dict.fromkeys(("ringan", "sedang", "1", "2"), _DOUBT) | {"berat": _BAD, "3": _BAD},
    "finding_state": {
        "proses": _WAIT,
        "final": ("neutral", "gavel"),
        "keberatan": _WAIT,
        "banding": _WAIT,
        "dibatalkan": _CALM,
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
    "job_state": {"queued": _WAIT, "running": _RUNNING, "done": _GOOD, "failed": _BAD, "cancelled": _CALM},
}


def tone(code: object, kind: str) -> str:
    """Return the colour of a code's badge."""
    return BADGES.get(kind, {}).get(str(code), ("neutral", ""))[0]


def symbol(code: object, kind: str) -> str:
    """Return the icon of a code's badge, "" for none."""
    return BADGES.get(kind, {}).get(str(code), ("neutral", ""))[1]
