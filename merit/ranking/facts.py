"""Who is considered for a vacancy, and the facts about them that gates read."""

from __future__ import annotations

import datetime as dt

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.alignment import positions
from merit.assessment.evidence import load_technical
from merit.bulk import read_columns
from merit.db import known
from merit.evidence import TIER_ORDER, TIERS, EvidenceRequest, Facts, IntArray
from merit.people.evidence import load_active, load_careers, load_person_facts
from merit.performance.evidence import load_predicates
from merit.ranking.engine.types import VacancyTerms
from merit.ranking.models import Application
from merit.training.evidence import load_trainings

OPEN_SELECTION = "seleksi_terbuka"
APPLIED = "melamar"


def load_pool(
    session: Session, *, terms: VacancyTerms, vacancy_id: int, known_at: dt.datetime | None = None
) -> IntArray:
    """Return the officials considered for a vacancy, sorted by NIP (ADR 0020).

    Every active official whose post held on the as-of date stands below the vacancy's tier; in an open selection
    only those who applied by that date and did not withdraw. Without a post known on that date nobody is
    considered.
    """
    active = load_active(session, as_of=terms.as_of, known_at=known_at).officials
    careers = load_careers(session, as_of=terms.as_of, known_at=known_at)
    order = np.array([TIER_ORDER[tier] for tier in TIERS])
    below = careers.held & (order[careers.tier] < TIER_ORDER[terms.tier])
    considered = positions(careers.official[below], active) >= 0
    if terms.pathway == OPEN_SELECTION:
        applied = _load_applicants(session, vacancy_id=vacancy_id, as_of=terms.as_of, known_at=known_at)
        considered &= positions(applied, active) >= 0
    return active[considered]


def _load_applicants(session: Session, *, vacancy_id: int, as_of: dt.date, known_at: dt.datetime | None) -> IntArray:
    statement = select(Application.official_id).where(
        known(Application, known_at),
        Application.vacancy_id == vacancy_id,
        Application.state == APPLIED,
        Application.dated <= as_of,
    )
    applicants: IntArray = read_columns(session, statement)["official_id"]
    return applicants


def load_facts(session: Session, request: EvidenceRequest) -> Facts:
    """Return what gates may ask about the officials, gathered from the slices that own it."""
    person = load_person_facts(session, request)
    return Facts(
        nip=person.nip,
        employment=person.employment,
        education=person.education,
        grade=person.grade,
        birth=person.birth,
        tier=person.tier,
        position_since=person.position_since,
        posts=person.posts,
        findings=person.findings,
        attestations=person.attestations,
        predicates=load_predicates(session, request),
        trainings=load_trainings(session, request),
        technical=load_technical(session, request),
    )
