"""A small policy and people for it, used by the tests of runs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.security.permissions import Actor, Role

POLICY = """
code: contoh
title: Kebijakan contoh
tier: administrator
size: 2
precision: 2
gates:
  - {id: EDU, kind: education_at_least, params: {level: S1/D4}, citation: "PP 11/2017", status: confirmed}
  - {id: DIS, kind: no_discipline, params: {levels: [sedang, berat], in_force: true}, citation: "PP 94/2021",
     status: confirmed}
  - {id: LHK, kind: attested, params: {fact: lhkpn}, citation: "Aturan setempat", status: local}
pillars:
  - code: loyalitas
    weight: 0.5
    indicators:
      - {code: appraisal.behaviour, weight: 0.8, points: [[1, 0], [2, 65], [3, 100]], missing: hold, actionable: true}
      - {code: discipline.record, weight: 0.2, points: [[0, 100], [24, 0]], missing: floor}
  - code: hasil
    weight: 0.5
    indicators:
      - {code: appraisal.result, weight: 0.6, points: [[1, 0], [2, 65], [3, 100]], missing: hold, actionable: true,
         preferred: {code: unit.achievement, points: [[60, 0], [100, 65], [120, 100]]}}
      - {code: competency.jpm, weight: 0.4, points: [[0, 0], [80, 65], [100, 100]], missing: hold, actionable: true}
default_se: {competency.jpm: {cact: 0.4, asesmen: 0.3}, rater_sd: 0.8}
ties: [appraisal.result, competency.jpm]
"""


def make_actor(session: Session, login: str, role: Role) -> Actor:
    """Add a user and return it as an actor holding one role."""
    user = User(login=login, name=login.title(), created_at=clock.now())
    session.add(user)
    session.flush()
    return Actor(user_id=user.id, login=login, name=user.name, roles=frozenset({role}), unit_ids=None)
