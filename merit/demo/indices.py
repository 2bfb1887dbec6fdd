"""The index of professionalism of the demonstration city, as two reports of it would stand."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from merit.demo.careers import AS_OF
from merit.ranking.professionalism.services.runs import compute_run, store_run
from merit.security.permissions import Actor

DATES = (dt.date(AS_OF.year - 1, 12, 31), AS_OF)


def measure_professionalism(session: Session, actor: Actor) -> int:
    """Compute and keep the index at the end of the year before the vacancies and on their date; return the people."""
    people = 0
    for as_of in DATES:
        computed = compute_run(session, actor, as_of=as_of)
        people += store_run(session, actor, computed=computed).run.people
    return people
