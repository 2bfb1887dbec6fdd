"""A small town for the index: a head, a clerk and a contract worker in one office, another office beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit.people.models import Official, OrgUnit
from merit.ranking.professionalism.models import ProfessionalismRun
from merit.ranking.professionalism.services.runs import compute_run, store_run
from merit.security.permissions import SYSTEM
from tests.factories import (
    make_appraisal,
    make_finding,
    make_nip,
    make_official,
    make_position,
    make_training,
    make_unit,
)

AS_OF = dt.date(2026, 3, 1)


@dataclass(frozen=True)
class Town:
    """Units and people by nickname."""

    office: OrgUnit
    desk: OrgUnit
    people: dict[str, Official]


def make_town(session: Session) -> Town:
    """Add the people; each differs in what the index looks at.

    head: S-2 20; leadership 15, technical 20 JP 15, no seminar; Baik 25; 5: 80.
    clerk: SLTA 5; technical 22.5; no predicate; R2 3: 31.5 to 60.5. contract: S-1 15; no training; Baik 25; 5: 45.
    """
    office = make_unit(session, code="DIN", name="Dinas Contoh")
    desk = make_unit(session, code="SUB", name="Subbagian Contoh", parent=office)
    other = make_unit(session, code="LAIN", name="Dinas Lain")
    head = make_official(
        session,
        position=make_position(session, tier="administrator", unit=office),
        nip=make_nip(number=901),
        name="Ani Kepala",
        education="S2",
    )
    clerk = make_official(
        session,
        position=make_position(session, tier="pelaksana", unit=desk),
        nip=make_nip(number=902),
        name="Budi Pelaksana",
        education="SLTA",
    )
    contract = make_official(
        session,
        position=make_position(session, tier="jf_ahli_pertama", unit=other),
        nip=make_nip(start="2023-21", number=903),
        name="Citra Kontrak",
        employment="PPPK",
        grade="IX",
    )
    make_training(session, head, ends="2015-05-01", hours="900", kind="kepemimpinan", code="PKA")
    make_training(session, head, ends="2025-04-01", hours="12", kind="teknis")
    make_training(session, head, ends="2025-11-01", hours="8", kind="teknis")
    make_training(session, clerk, ends="2025-06-01", hours="24", kind="teknis")
    make_appraisal(session, head, 2025)
    make_appraisal(session, clerk, 2024)
    make_appraisal(session, contract, 2025)
    make_finding(session, clerk, "R2", dated="2022-02-01")
    make_finding(session, head, "B1", dated="2025-02-01", state="keberatan")
    return Town(office=office, desk=desk, people={"head": head, "clerk": clerk, "contract": contract})


def keep_run(session: Session, as_of: dt.date = AS_OF) -> ProfessionalismRun:
    """Compute and keep the index of a date."""
    return store_run(session, SYSTEM, computed=compute_run(session, SYSTEM, as_of=as_of)).run
