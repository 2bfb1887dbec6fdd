"""What goes on in the demonstration city these days, worked through the services people use.

Everything here is dated after the vacancies' date, so that the ranked facts stay as the files gave them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.models.calibration import Calibration
from merit.demo.accounts import DemoAccount, create_officials, create_seconds
from merit.demo.circles import gather_feedback
from merit.demo.counters import record_units
from merit.demo.crew import gather_crew
from merit.demo.decisions import COMPETENCY
from merit.demo.draws import Draws
from merit.demo.evaluations import evaluate_class, hand_in_certificates, hold_tests
from merit.demo.forecast import plan_year
from merit.demo.hours import import_hours
from merit.demo.learning import hold_classes, offer_programmes
from merit.demo.reviews import appraise_quarter

Tell: TypeAlias = Callable[[str, int], None]


def prepare_present(session: Session, *, seed: int, folder: Path, tell: Tell) -> tuple[DemoAccount, ...]:
    """Bring training, appraisal, feedback and the units to where they would stand today; return new accounts.

    ``folder`` takes the one file this imports. Tests before and after the class are held where a scale is in force (see
    :mod:`merit.demo.history`).
    """
    accounts = create_seconds(session)
    crew = gather_crew(session, Draws(seed))
    tell("hours", import_hours(session, crew, folder=folder))
    offer_programmes(session, crew)
    classes = hold_classes(session, crew)
    tell("classes", len(classes.participants))
    scale = select(Calibration.id).where(Calibration.competency == COMPETENCY, Calibration.state == "in_force")
    tested = session.scalar(scale.limit(1)) is not None
    if tested:
        hold_tests(session, crew, code=classes.finished, participants=classes.participants)
    evaluate_class(session, crew, code=classes.finished, tested=tested)
    tell("evaluation", len(classes.participants))
    tell("claims", hand_in_certificates(session, crew))
    tell("plan", plan_year(session, crew))
    superiors = appraise_quarter(session, crew)
    tell("appraisals", len(crew.members))
    sheets, asked = gather_feedback(session, crew)
    tell("campaigns", sheets)
    known = set(session.scalars(select(User.official_id)))
    wanted = dict.fromkeys(one for one in (*superiors, asked) if one is not None and one not in known)
    accounts += create_officials(session, [crew.members[one].nip for one in wanted])
    tell("unit-figures", record_units(session, crew))
    return tuple(accounts)
