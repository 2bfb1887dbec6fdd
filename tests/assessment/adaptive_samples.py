"""A calibrated bank with cuts and an adaptive sitting; parameters are invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.services.throttle import Origin
from merit.assessment.domain.adaptive import AdaptiveRules
from merit.assessment.domain.adaptive_pool import Pool, PoolItem
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow, BlueprintSection
from merit.assessment.domain.papers import place_name
from merit.assessment.domain.scale import ItemParameters
from merit.assessment.domain.timing import AttemptClock, set_clock
from merit.assessment.models.calibration import Calibration, CalibrationItem
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.sittings import Candidate, PaperItem, Sitting, SittingRoom
from merit.assessment.models.standards import CutSet
from merit.assessment.services.sealing import seal_sitting
from merit.assessment.services.starting import seat_candidate
from merit.security.permissions import Actor
from merit.security.tokens import token_hash
from tests.assessment.plan_samples import make_document, make_ready, put_item
from tests.assessment.sitting_rows import Seat

CUTS = ("-1.5", "-0.5", "0.5", "1.5")
SPREAD = (-1.8, 1.8)


def difficulty(place: int, items: int) -> float:
    """Return difficulties spread evenly over the scale."""
    low, high = SPREAD
    return round(low + (high - low) * place / max(items - 1, 1), 4)


def make_pool(items: int = 30, *, rows: tuple[int, ...] = (), **rules: Any) -> Pool:
    """Return a pool of 2PL items; every third serves the first row."""
    made = tuple(
        PoolItem(
            version_id=100 + place,
            code=f"BTR-{place}",
            level=1 + place % 5,
            parameters=ItemParameters("2pl", 1.5, (difficulty(place, items),)),
            steps=(Decimal(0), Decimal(1)),
            rows=(0,) if rows and place % 3 == 0 else (),
            calibration_id=1,
        )
        for place in range(items)
    )
    chosen = AdaptiveRules(**({"competency": "M.01", "least": 5, "most": 10} | rules))
    return Pool(section=0, rules=chosen, rows=rows, items=made, cuts=(-1.5, -0.5, 0.5, 1.5))


def calibrate_bank(session: Session, *, competency: str = "M.01", items: int = 24, slope: float = 1.8) -> list[Item]:
    """Add active items with parameters in force, and cuts; the right answer to each is A."""
    made = [put_item(session, competency=competency, level=1 + place % 5) for place in range(items)]
    now = clock.now()
    calibration = Calibration(
        competency=competency,
        number=1,
        model="2pl",
        state="in_force",
        persons=500,
        items=items,
        log_likelihood=-1.0,
        iterations=10,
        converged=True,
        settings={},
        link=None,
        left_out=[],
        problems=[],
        inputs_sha256="0" * 64,
        sha256="0" * 64,
        made_at=now,
        decided_at=now,
    )
    session.add(calibration)
    session.flush()
    for place, item in enumerate(made):
        version = session.scalars(select(ItemVersion).where(ItemVersion.item_id == item.id)).one()
        session.add(
            CalibrationItem(
                calibration_id=calibration.id,
                version_id=version.id,
                origin="estimated",
                model="2pl",
                discrimination=slope,
                thresholds=[difficulty(place, items)],
                guessing=0.0,
                steps=["0", "1"],
                own={},
                standard_errors={},
                fit={},
                persons=500,
                flags=[],
            )
        )
    add_cuts(session, competency)
    return made


def add_cuts(session: Session, competency: str) -> None:
    """Put cuts in force since yesterday."""
    session.add(
        CutSet(
            competency=competency,
            number=1,
            cuts=list(CUTS),
            errors=[],
            shares=[],
            source="direct",
            evidence={},
            reason="contoh",
            valid_from=clock.today() - dt.timedelta(days=1),
            proposed_at=clock.now(),
            decided_at=clock.now(),
            approved=True,
        )
    )
    session.flush()


def adaptive_document(*rows: BlueprintRow, competency: str = "M.01", **rules: Any) -> BlueprintDocument:
    """Return a plan with one adaptive part."""
    chosen = AdaptiveRules(**({"competency": competency, "least": 5, "most": 8, "first_among": 3} | rules))
    part = BlueprintSection(name="Integritas", rows=rows, adaptive=chosen)
    return BlueprintDocument(minutes=60, sections=(part,))


def make_adaptive(session: Session, actor: Actor, *, people: int = 1, items: int = 24, **rules: Any) -> Sitting:
    """Seal an adaptive sitting of one part over a calibrated bank."""
    calibrate_bank(session, items=items)
    sitting = make_ready(session, actor, people=people, document=adaptive_document(**rules))
    seal_sitting(session, actor, code=sitting.code)
    return sitting


def sit_down(session: Session, sitting: Sitting, place: int = 0) -> Seat:
    """Let one candidate start; the lease is given."""
    statement = select(Candidate).where(Candidate.sitting_id == sitting.id).order_by(Candidate.number).offset(place)
    candidate = session.scalars(statement.limit(1)).one()
    room = session.get_one(SittingRoom, candidate.room_id)
    sitting.state, sitting.opened_at = "open", clock.now()
    session.flush()
    attempt = seat_candidate(session, sitting, room, candidate, origin=Origin(network="", browser=""))
    sitting.state, sitting.started_at = "running", clock.now()
    attempt.state, attempt.admitted_at = "running", clock.now()
    set_clock(attempt, AttemptClock(started_at=clock.now(), allotted_seconds=attempt.allotted_seconds))
    token, lease = f"T{candidate.id:032d}", f"L{candidate.id:032d}"
    attempt.token_hash, attempt.lease_hash = token_hash(token), token_hash(lease)
    session.flush()
    return Seat(
        attempt_id=attempt.id, candidate_id=candidate.id, token=token, lease=lease, number=candidate.number, nip=""
    )


def retire_calibration(session: Session) -> None:
    """Take every calibration out of force."""
    session.execute(update(Calibration).values(state="superseded", superseded_at=clock.now()))


def make_fixed(session: Session, actor: Actor, *, people: int = 6, items: int = 15) -> Sitting:
    """Close a sitting with a fixed paper of calibrated items; the able answer all easy ones rightly."""
    pool = tuple(item.code for item in calibrate_bank(session, items=items))
    rows = (BlueprintRow(competency="M.01", count=items, pool=pool),)
    sitting = make_ready(session, actor, people=people, document=make_document(*rows))
    seal_sitting(session, actor, code=sitting.code)
    for place in range(people):
        seat = sit_down(session, sitting, place)
        attempt = session.get_one(Attempt, seat.attempt_id)
        ability = -1.5 + 3 * place / max(people - 1, 1)
        for line in session.scalars(select(PaperItem).where(PaperItem.paper_id == attempt.paper_id)):
            thresholds = session.scalars(
                select(CalibrationItem.thresholds).where(CalibrationItem.version_id == line.version_id)
            ).first()
            is_right = thresholds is not None and thresholds[0] < ability
            letter = place_name(line.orders["RESPONSE"].index("A" if is_right else "B"))
            row = Response(attempt_id=attempt.id, position=line.position, revision=1, value=f'["{letter}"]')
            row.saved_at = clock.now()
            session.add(row)
        attempt.state, attempt.finished_at, attempt.ending = "finished", clock.now(), "candidate"
    sitting.state, sitting.closed_at = "closed", clock.now()
    session.flush()
    return sitting
