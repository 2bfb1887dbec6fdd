"""Past exams of the demonstration city, so that scales, analyses and adaptive tests have something to stand on.

Everything but the answering goes through the services people use: bank, blueprint, roster, sealed papers, scoring,
calibration by one author and its decision by another. The answers themselves are simulated: abilities N(0, 1), items
with known slopes and difficulties, one item whose wrong option draws the able, one that is easier for women, and in the
second exam one item that has become known. Seeds are fixed; nobody's record is touched, for nothing is published.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.accounts.queries import actor_of
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow, BlueprintSection
from merit.assessment.domain.papers import place_name
from merit.assessment.domain.states import SittingState
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.sittings import Candidate, Paper, PaperItem, Sitting, SittingRoom
from merit.assessment.queries.items import LoadedVersion, load_versions
from merit.assessment.services.blueprints import create_blueprint
from merit.assessment.services.calibration.estimating import estimate
from merit.assessment.services.calibration.gathering import CalibrationPlan, gather
from merit.assessment.services.calibration.keeping import keep_calibration, put_in_force
from merit.assessment.services.rosters import add_candidates
from merit.assessment.services.scoring import score_sitting
from merit.assessment.services.sealing import seal_sitting
from merit.assessment.services.seating import add_room, assign_proctor, seat_everybody
from merit.assessment.services.sittings import SittingInput, create_sitting
from merit.demo.accounts import DemoAccount, create_seconds
from merit.demo.decisions import COMPETENCY, decision_entries
from merit.demo.draws import Draws
from merit.demo.items import add_entries, fill_bank
from merit.demo.standards import set_standards
from merit.errors import RuleViolationError
from merit.people.models import OfficialRecord
from merit.security.permissions import Actor

ORGANISER = "BKPSDM Kota Balikpapan (peragaan)"
FIRST, SECOND = "UJI-PERAGAAN-1", "UJI-PERAGAAN-2"
PERSONS, LATER_PERSONS = 260, 160
FEWEST_PERSONS = 500
SERVICE = "M.05"
SERVICE_ITEMS = ("IM05-1", "IM05-2", "IM05-3", "IM05-6", "IM05-7", "IM05-9")
MISLEADING, UNEVEN, LEAKED = "KM08-43", "KM08-62", "KM08-91"
MINUTES = 90
SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was made: exams, calibrations in force, accounts of the second persons."""

    sittings: tuple[str, ...]
    scales: tuple[str, ...]
    accounts: tuple[DemoAccount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """One past exam: what is asked, how many sit, how able they are, what has become known.

    ``traits`` names the draw of abilities: two exams of the same people that share it find the same people.
    """

    code: str
    name: str
    codes: Sequence[str]
    persons: int
    days_ago: int
    mean: float = 0.0
    leaked: frozenset[str] = frozenset()
    traits: str = ""


def prepare_history(session: Session, *, fewest: int = FEWEST_PERSONS) -> History:
    """Make two past exams and the scales calibrated from the first; the second waits as a draft with a drift alarm.

    A city of fewer than ``fewest`` officials gets none.
    """
    people = session.execute(
        select(OfficialRecord.official_id, OfficialRecord.sex)
        .where(OfficialRecord.superseded_at.is_(None))
        .order_by(OfficialRecord.official_id)
    ).all()
    if len(people) < fewest:
        return History(sittings=(), scales=(), accounts=())
    accounts = create_seconds(session)
    author, other = _actor(session, "demo-penulis"), _actor(session, "demo-penulis-2")
    fill_bank(session, author, other)
    entries = tuple(decision_entries())
    add_entries(session, author, other, entries)
    decisions = [entry["code"] for entry in entries]
    draws = Draws(SEED)
    order = draws.stream("history-people").order(len(people))
    chosen = [people[place] for place in order]
    first = Exam(
        code=FIRST,
        name="Uji kompetensi pertama (peragaan, jawaban simulasi)",
        codes=[*decisions, *SERVICE_ITEMS],
        persons=PERSONS,
        days_ago=380,
    )
    later = Exam(
        code=SECOND,
        name="Uji kompetensi kedua (peragaan, jawaban simulasi)",
        codes=decisions[::2],
        persons=LATER_PERSONS,
        days_ago=20,
        mean=0.3,
        leaked=frozenset({LEAKED}),
    )
    hold_exam(session, first, chosen[: first.persons], draws)
    for competency in (COMPETENCY, SERVICE):
        _calibrate(session, author, other, competency, FIRST)
    set_standards(session, (COMPETENCY, SERVICE), valid_from=clock.today() - dt.timedelta(days=first.days_ago + 1))
    score_sitting(session, _actor(session, "demo-admin"), code=FIRST)  # once more, on the scale and cuts now in force
    hold_exam(session, later, chosen[-later.persons :], draws)
    _calibrate(session, author, None, COMPETENCY, SECOND)
    return History(sittings=(FIRST, SECOND), scales=(COMPETENCY, SERVICE), accounts=tuple(accounts))


def _calibrate(session: Session, maker: Actor, decider: Actor | None, competency: str, code: str) -> None:
    gathered = gather(session, CalibrationPlan(competency=competency, sittings=(code,)))
    made = keep_calibration(session, maker, gathered=gathered, outcome=estimate(gathered))
    if decider is not None:
        put_in_force(session, decider, calibration_id=made.id, note="Peragaan")


def _actor(session: Session, login: str) -> Actor:
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    if user is None:
        raise RuleViolationError("demo-sitting-needs-city")
    return actor_of(session, user)


def hold_exam(session: Session, exam: Exam, people: Sequence[Any], draws: Draws) -> None:
    """Plan, seal, hold and score an exam; ``people`` have an ``official_id`` and a ``sex``."""
    day = clock.today() - dt.timedelta(days=exam.days_ago)
    starts_at = dt.datetime.combine(day, dt.time(8), clock.ZONE)
    admin = _actor(session, "demo-admin")
    with clock.frozen(starts_at - dt.timedelta(days=2)):
        _seal(session, admin, exam, [person.official_id for person in people], starts_at)
    with clock.frozen(starts_at + dt.timedelta(minutes=MINUTES)):
        _answer(session, exam, {person.official_id: person.sex for person in people}, draws)
        score_sitting(session, admin, code=exam.code)


def _seal(session: Session, admin: Actor, exam: Exam, officials: Sequence[int], starts_at: dt.datetime) -> None:
    rows = tuple(BlueprintRow(pool=(code,), count=1) for code in exam.codes)
    plan = BlueprintDocument(minutes=MINUTES, forms=1, sections=(BlueprintSection(name="Soal", rows=rows),))
    blueprint = create_blueprint(
        session, _actor(session, "demo-penulis"), code=f"KISI-{exam.code}", name=exam.name, document=plan
    )
    planned = SittingInput(
        code=exam.code,
        name=exam.name,
        blueprint_code=blueprint.code,
        starts_at=starts_at,
        minutes=MINUTES,
        organiser=ORGANISER,
    )
    create_sitting(session, admin, planned=planned)
    room = add_room(session, admin, code=exam.code, name="Aula", seats=len(officials), columns=min(20, len(officials)))
    for login in ("demo-pengawas", "demo-pengawas-2"):
        assign_proctor(session, admin, code=exam.code, room_id=room.id, user_id=_actor(session, login).user_id or 0)
    add_candidates(session, admin, code=exam.code, officials=officials)
    seat_everybody(session, admin, code=exam.code)
    seal_sitting(session, admin, code=exam.code)


def _answer(session: Session, exam: Exam, sexes: dict[int, str], draws: Draws) -> None:
    """Write what simulated candidates answered, and close the sitting."""
    sitting = session.scalars(select(Sitting).where(Sitting.code == exam.code)).one()
    room = session.scalars(select(SittingRoom).where(SittingRoom.sitting_id == sitting.id)).one()
    rows = session.execute(
        select(Paper, Candidate.official_id)
        .join(Candidate, Candidate.id == Paper.candidate_id)
        .where(Paper.sitting_id == sitting.id)
        .order_by(Paper.id)
    ).all()
    attempts = [_attempt(sitting, room, paper) for paper, _official in rows]
    session.add_all(attempts)
    session.flush()
    places = session.execute(
        select(PaperItem.paper_id, PaperItem.position, PaperItem.version_id, PaperItem.orders)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .where(Paper.sitting_id == sitting.id)
        .order_by(PaperItem.paper_id, PaperItem.position)
    ).all()
    versions = load_versions(session, {place.version_id for place in places})
    people = {paper.id: number for number, (paper, _official) in enumerate(rows)}
    women = np.array([sexes[official] == "P" for _paper, official in rows])
    simulated = _Simulation(draws, exam, versions, women)
    values = [
        _response(place, attempts[people[place.paper_id]].id, simulated.choose(people[place.paper_id], place), sitting)
        for place in places
    ]
    session.execute(insert(Response), values)
    sitting.state = SittingState.CLOSED.value
    sitting.opened_at = sitting.started_at = sitting.starts_at
    sitting.closed_at = clock.now()
    room.opened_at = room.started_at = sitting.starts_at
    room.closed_at = clock.now()
    session.flush()


def _attempt(sitting: Sitting, room: SittingRoom, paper: Paper) -> Attempt:
    return Attempt(
        sitting_id=sitting.id,
        room_id=room.id,
        candidate_id=paper.candidate_id,
        paper_id=paper.id,
        items=paper.items,
        token_hash=hashlib.sha256(f"{sitting.code}:{paper.id}".encode()).hexdigest(),
        state="finished",
        created_at=sitting.starts_at,
        started_at=sitting.starts_at,
        allotted_seconds=60 * sitting.minutes,
        finished_at=clock.now(),
        ending="candidate",
        answered=paper.items,
        flags=["simulated"],
    )


def _response(place: Any, attempt_id: int, option: str, sitting: Sitting) -> dict[str, Any]:
    ((_name, order),) = place.orders.items()
    return {
        "attempt_id": attempt_id,
        "position": place.position,
        "revision": 1,
        "value": json.dumps([place_name(list(order).index(option))]),
        "saved_at": sitting.starts_at + dt.timedelta(seconds=100 * place.position),
    }


class _Simulation:
    """Which option each simulated person chooses of each item; abilities, slopes and difficulties are drawn once."""

    def __init__(
        self, draws: Draws, exam: Exam, versions: dict[int, LoadedVersion], women: np.ndarray[Any, np.dtype[np.bool_]]
    ) -> None:
        self._versions, self._women, self._exam = versions, women, exam
        codes = sorted(version.code for version in versions.values())
        self._theta = exam.mean + draws.stream(f"history-theta-{exam.traits or exam.code}").normal(len(women))
        self._luck = {code: draws.stream(f"history-{exam.code}-{code}").uniform(len(women)) for code in codes}
        self._traits = {code: draws.stream(f"history-item-{code}").normal(2) for code in codes}

    def choose(self, person: int, place: Any) -> str:
        """Return the identifier of the option a person chooses."""
        version = self._versions[place.version_id]
        options = [choice.id for choice in version.content.interactions[0].choices]  # type: ignore[union-attr]
        luck, theta = float(self._luck[version.code][person]), float(self._theta[person])
        if version.kind == "sjt":
            return options[self._rank(version, theta, luck, len(options))]
        chance = self._chance(version, theta, is_woman=bool(self._women[person]))
        if luck < chance:
            return options[0]
        wrong = options[1:]
        if version.code == MISLEADING and theta > 0:
            return wrong[0]
        return wrong[int((luck - chance) / (1 - chance) * len(wrong)) % len(wrong)]

    def _chance(self, version: LoadedVersion, theta: float, *, is_woman: bool) -> float:
        """Return the chance of the right option; the author's option comes first."""
        slope, difficulty = self._figures(version)
        if version.code == MISLEADING:
            slope = 0.15
        if version.code == UNEVEN and is_woman:
            difficulty -= 1.3
        if version.code in self._exam.leaked:
            difficulty -= 2.2
        return float(1 / (1 + np.exp(-slope * (theta - difficulty))))

    def _figures(self, version: LoadedVersion) -> tuple[float, float]:
        first, second = (float(value) for value in self._traits[version.code])
        return float(np.exp(0.25 + 0.25 * first)), ((version.level or 2) - 2) * 1.0 + 0.55 * second

    def _rank(self, version: LoadedVersion, theta: float, luck: float, options: int) -> int:
        """Return the place of the option among those ordered from the best, by a graded model."""
        slope, difficulty = self._figures(version)
        steps = difficulty + np.linspace(0.8, -1.6, options - 1)
        above = 1 / (1 + np.exp(-slope * (theta - steps)))
        return int((luck >= above).sum())
