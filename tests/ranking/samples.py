"""A small policy and people for it, used by the tests of runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.ranking.services.policies import activate_policy, import_policy
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import SYSTEM, Actor, Role
from tests.factories import make_appraisal, make_finding, make_nip, make_official, make_position, make_results

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


@dataclass(frozen=True)
class Town:
    """A vacancy with people for it, and who they are by nickname."""

    vacancy: str
    nips: dict[str, str]
    ids: dict[str, int]


def make_town(session: Session, admin: Actor, ppk: Actor, *, code: str = "LOWONGAN-A", shift: int = 0) -> Town:
    """Announce a vacancy for an administrator and add five people who differ in what the policy looks at.

    ``shift`` adds unrelated rows first, so that ids differ from those of another database.
    """
    for _number in range(shift):
        make_official(session, tier="jpt_pratama", nip=make_nip(birth="1970-01-01", number=900 + _number))
    import_policy(session, SYSTEM, text=POLICY)
    activate_policy(session, admin, ppk, code="contoh")
    position = make_position(session, tier="administrator", name="Kepala Bagian Organisasi")
    announcement = VacancyInput(code=code, position_code=position.code, as_of=dt.date(2026, 6, 1), policy_code="contoh")
    record_vacancy(session, admin, vacancy=announcement)
    people = {
        name: make_official(session, nip=make_nip(number=number), name=full, **details)
        for number, (name, full, details) in enumerate(_PEOPLE, start=1)
    }
    for name, (result, behaviour, level) in _RATINGS.items():
        official = people[name]
        for year in (2024, 2025):
            make_appraisal(session, official, year, result=result, behaviour=behaviour)
        make_results(session, official, level)
    make_finding(session, people["citra"], "R2", dated="2025-02-01")
    make_finding(session, people["dedi"], "S1", dated="2026-05-01", starts=dt.date(2026, 5, 1))
    return Town(
        vacancy=code,
        nips={name: official.nip for name, official in people.items()},
        ids={name: official.id for name, official in people.items()},
    )


_PEOPLE = (
    ("andi", "Andi Rahman", {}),
    ("budi", "Budi Santoso", {}),
    ("citra", "Citra Lestari", {"sex": "P"}),
    ("dedi", "Dedi Kurniawan", {}),
    ("eka", "Eka Putri", {"education": "SLTA"}),
    ("fajar", "Fajar Nugroho", {}),
)
# Results 1-3, behaviour 1-3, level of all nine competencies against the standard of 3; Fajar has no records at all.
_RATINGS = {
    "andi": (3, 2, 3),
    "budi": (2, 3, 3),
    "citra": (2, 2, 2),
    "dedi": (3, 3, 3),
    "eka": (3, 3, 3),
}
