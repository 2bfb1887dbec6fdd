"""What the pages of calibrations read: a plan out of the address or a form, a decision."""

from __future__ import annotations

from collections.abc import Collection

from werkzeug.datastructures import MultiDict

from merit.assessment.services.calibration.gathering import AUTO, LINKS, MODELS, SEPARATE, CalibrationPlan

MOST_SITTINGS = 200
MOST_RELEASED = 500


def read_plan(competency: str, given: MultiDict[str, str]) -> CalibrationPlan:
    """Return the plan that was chosen; unknown models and links become the usual ones."""
    return CalibrationPlan(
        competency=competency,
        sittings=tuple(dict.fromkeys(given.getlist("sesi")))[:MOST_SITTINGS],
        model=_one_of(given.get("model", ""), MODELS, AUTO),
        link=_one_of(given.get("tautan", ""), LINKS, SEPARATE),
        released=tuple(sorted({code for code in given.getlist("lepas") if code}))[:MOST_RELEASED],
    )


def _one_of(value: str, known: Collection[str], otherwise: str) -> str:
    return value if value in known else otherwise


def plan_fields(plan: CalibrationPlan) -> list[tuple[str, str]]:
    """Return a plan as fields of a form that asks for it again."""
    fields = [("sesi", code) for code in plan.sittings] + [("lepas", code) for code in plan.released]
    return [*fields, ("model", plan.model), ("tautan", plan.link)]
