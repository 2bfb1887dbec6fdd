"""An adaptive sitting of the demonstration city, where a calibrated scale with cuts is there; and a shadow run."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.adaptive import AdaptiveRules
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintSection
from merit.assessment.models.calibration import Calibration
from merit.assessment.models.items import Blueprint
from merit.assessment.models.scoring import ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.adaptive_replays import competencies_of, list_replays
from merit.assessment.queries.calibrations import scale_in_force
from merit.assessment.queries.cuts import cuts_in_force
from merit.assessment.services.adaptive.replay import prepare_replay, store_replay
from merit.assessment.services.blueprints import create_blueprint
from merit.assessment.services.entrance import issue_pins, room_token
from merit.assessment.services.proctoring.rooms import open_lobby
from merit.assessment.services.rosters import add_candidates
from merit.assessment.services.sealing import seal_sitting
from merit.assessment.services.seating import add_room, assign_proctor, seat_everybody
from merit.assessment.services.sittings import create_sitting
from merit.demo.sitting import (
    COLUMNS,
    ReadySitting,
    actor_named,
    cards_of,
    choose_officials,
    free_time,
    planned_sitting,
)
from merit.errors import RuleViolationError
from merit.security.permissions import Actor

NAME, PLAN, ROOM = "Uji adaptif (peragaan)", "KISI-ADAPTIF", "Ruang CAT 2"
MINUTES, CANDIDATES, SEATS = 40, 6, 12
LEAST, MOST, ROOM_TO_CHOOSE = 8, 16, 1.5
PRECISION = Decimal("0.45")
AMONG, EXPOSURE = 5, Decimal("0.7")  # neighbours must not get the same items


def prepare_adaptive(session: Session) -> ReadySitting | None:
    """Prepare an adaptive sitting after the other ones; None where no scale is calibrated and cut for one."""
    competency = _ready_competency(session)
    if competency is None:
        return None
    admin, author = actor_named(session, "demo-admin"), actor_named(session, "demo-penulis")
    watchers = (actor_named(session, "demo-pengawas"), actor_named(session, "demo-pengawas-2"))
    if session.scalar(select(Blueprint.id).where(Blueprint.code == PLAN)) is None:
        document = _plan(competency)
        create_blueprint(session, author, code=PLAN, name=f"Kisi-kisi adaptif {competency}", document=document)
    officials = choose_officials(session, ())[:CANDIDATES]
    planned = planned_sitting(NAME, PLAN, MINUTES, free_time(session))
    sitting = create_sitting(session, admin, planned=planned)
    room = add_room(session, admin, code=sitting.code, name=ROOM, seats=SEATS, columns=COLUMNS)
    for watcher in watchers:
        assign_proctor(session, admin, code=sitting.code, room_id=room.id, user_id=watcher.user_id or 0)
    add_candidates(session, admin, code=sitting.code, officials=officials)
    seat_everybody(session, admin, code=sitting.code)
    seal_sitting(session, admin, code=sitting.code)
    pins = issue_pins(session, admin, sitting_id=sitting.id)
    open_lobby(session, admin, room_id=room.id, reason="Peragaan")
    replay_past(session, admin, competency)
    return ReadySitting(
        code=sitting.code,
        name=sitting.name,
        practice="",
        room=room.name,
        room_id=room.id,
        token=room_token(room.id),
        cards=cards_of(session, sitting, pins, officials),
        accounts=(),
    )


def replay_past(session: Session, admin: Actor, competency: str) -> None:
    """Run one shadow test over the newest scored sitting that asked this competency of enough people."""
    scored = (
        select(Sitting)
        .join(ScoreVersion, ScoreVersion.sitting_id == Sitting.id)
        .where(ScoreVersion.state == "current", Sitting.kind == "exam")
        .order_by(Sitting.starts_at)
    )
    for sitting in session.scalars(scored):
        if competency not in competencies_of(session, sitting.id) or list_replays(session, sitting.id):
            continue
        rules = AdaptiveRules(competency=competency, least=LEAST, most=MOST, precision=PRECISION)
        try:
            pool, report = prepare_replay(session, admin, code=sitting.code, rules=rules)
        except RuleViolationError:
            continue  # too few people answered enough calibrated items there
        store_replay(session, admin, code=sitting.code, pool=pool, report=report)
        return


def _ready_competency(session: Session) -> str | None:
    codes = session.scalars(
        select(Calibration.competency).where(Calibration.state == "in_force").order_by(Calibration.competency)
    )
    ready = [
        code
        for code in codes
        if cuts_in_force(session, code, clock.today()) and len(scale_in_force(session, code)) >= MOST * ROOM_TO_CHOOSE
    ]
    return ready[-1] if ready else None


def _plan(competency: str) -> BlueprintDocument:
    rules = AdaptiveRules(
        competency=competency,
        least=LEAST,
        most=MOST,
        precision=PRECISION,
        among=AMONG,
        first_among=AMONG,
        exposure=EXPOSURE,
    )
    section = BlueprintSection(name="Uji adaptif", adaptive=rules)
    return BlueprintDocument(minutes=MINUTES, sections=(section,))
