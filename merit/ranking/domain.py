"""Words of the ranking: outcomes, standings, kinds of gates and the reason codes behind every sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Outcome(IntEnum):
    """What a gate says about one official; the order is the order of precedence when gates are combined."""

    PASS = 0
    VERIFY = 1
    HOLD = 2
    FAIL = 3


class Standing(IntEnum):
    """Where one official stands after all gates and indicators."""

    RANKED = 0
    HOLD = 1
    FAILED = 2


class RuleStatus(StrEnum):
    """How far a rule is established in law."""

    CONFIRMED = "confirmed"
    LOCAL = "local"
    NEEDS_VERIFICATION = "needs_verification"


class MissingRule(StrEnum):
    """What the policy does with a missing or expired value."""

    HOLD = "hold"
    BOUNDS = "bounds"
    FLOOR = "floor"


class GateKind(StrEnum):
    """Every kind of gate a policy may use."""

    EMPLOYMENT_STATUS = "employment_status"
    EDUCATION_AT_LEAST = "education_at_least"
    GRADE_BETWEEN = "grade_between"
    TENURE = "tenure"
    RELATED_FIELD = "related_field"
    TIME_IN_POSITION = "time_in_position"
    AGE_AT_MOST = "age_at_most"
    PERFORMANCE_AT_LEAST = "performance_at_least"
    JPM_AT_LEAST = "jpm_at_least"
    TECHNICAL_AT_LEAST = "technical_at_least"
    LEARNING_DUTY = "learning_duty"
    TRAINING_ANY = "training_any"
    NO_DISCIPLINE = "no_discipline"
    ATTESTED = "attested"


class Ground(IntEnum):
    """Why a gate says what it says, per official."""

    MET = 0
    NOT_MET = 1
    MISSING = 2
    PENDING = 3
    INTERNAL_ONLY = 4
    DISPUTED = 5
    NOT_APPLICABLE = 6
    EXPIRED = 7
    FIELD_UNKNOWN = 8
    POSITION_WITHOUT_FIELD = 9


class Unit(StrEnum):
    """Unit in which a gate's fact and threshold are to be read."""

    EMPLOYMENT = "employment"
    EDUCATION = "education"
    GRADE = "grade"
    DAYS = "days"
    AGE = "age"
    PREDICATE = "predicate"
    PERCENT = "percent"
    LEVEL = "level"
    SHARE = "share"
    COUNT = "count"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code and what fills its sentence: ``phrase(reason.code, **reason.details)``."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


LEVELS_OF_DISCIPLINE = ("ringan", "sedang", "berat")
PENDING_STATES = ("proses", "keberatan", "banding")
FINAL_STATE = "final"
STANDING_NAMES = {Standing.RANKED: "ranked", Standing.HOLD: "hold", Standing.FAILED: "failed"}
GRADES = (
    *("I/a", "I/b", "I/c", "I/d", "II/a", "II/b", "II/c", "II/d"),
    *("III/a", "III/b", "III/c", "III/d", "IV/a", "IV/b", "IV/c", "IV/d", "IV/e"),
)
PPPK_GRADES = (
    *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
    *("X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"),
)
PPPK_OFFSET = 100


def grade_ordinal(code: str) -> int | None:
    """Return 1-17 for I/a-IV/e, 101-117 for the PPPK grades I-XVII, None for anything else."""
    text = code.strip()
    if text in GRADES:
        return GRADES.index(text) + 1
    if text.upper() in PPPK_GRADES:
        return PPPK_OFFSET + PPPK_GRADES.index(text.upper()) + 1
    return None


def grade_code(ordinal: int) -> str:
    """Return the written grade of an ordinal; the empty string when there is none."""
    names, index = (PPPK_GRADES, ordinal - PPPK_OFFSET) if ordinal > PPPK_OFFSET else (GRADES, ordinal)
    return names[index - 1] if 1 <= index <= len(names) else ""
