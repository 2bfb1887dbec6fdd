"""Gaps of the demonstration city as counted today, and a yearly plan under a budget."""

from __future__ import annotations

from sqlalchemy.orm import Session

from merit import clock
from merit.demo.crew import Crew
from merit.errors import RuleViolationError
from merit.training.services.development import (
    PlanInput,
    count_gaps,
    create_plan,
    gather_plan,
    keep_plan,
    solve_gathered,
)

BUDGET, SECONDS = 60_000_000, 5.0


def plan_year(session: Session, crew: Crew) -> int:
    """Count the gaps of all officials and solve a plan for the classes of the next year; return its places."""
    count_gaps(session, crew.admin, as_of=clock.today())
    year = clock.today().year + 1
    planned = PlanInput(name="Rencana pelatihan (peragaan)", year=year, budget=BUDGET, share_percent=20)
    plan = create_plan(session, crew.admin, planned=planned)
    try:
        gathered = gather_plan(session, plan.id, as_of=clock.today())
    except RuleViolationError:  # in the smallest cities nobody may have a measured gap
        return 0
    answer = solve_gathered(gathered, seconds=SECONDS, tell=lambda _stage: None)
    keep_plan(session, crew.admin, plan_id=plan.id, gathered=gathered, answer=answer)
    return len(answer.person)
