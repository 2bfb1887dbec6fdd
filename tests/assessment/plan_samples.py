"""A bank, a blueprint and a sitting ready to be sealed; everything is invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User, UserRole
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow, BlueprintSection
from merit.assessment.domain.items import (
    Choice,
    ChoiceInteraction,
    ItemContent,
    ItemKey,
    MatchKey,
    canonical,
    digest,
)
from merit.assessment.models.items import Blueprint, Item, ItemTransition, ItemVersion
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.items import key_context, keyring
from merit.assessment.services.blueprints import create_blueprint
from merit.assessment.services.rosters import add_candidates
from merit.assessment.services.seating import add_room, assign_proctor, seat_everybody
from merit.assessment.services.sittings import SittingInput, create_sitting
from merit.security.crypto import encrypt
from merit.security.permissions import Actor, Role
from tests.factories import make_official

_numbers = count(1)
STARTS = dt.timedelta(days=7)


def make_staff(session: Session, role: Role = Role.ADMIN, login: str = "") -> Actor:
    """Add an enabled user with a role."""
    login = login or f"{role.value}-{next(_numbers)}"
    user = User(login=login, name=f"Nama {login}", created_at=clock.now())
    session.add(user)
    session.flush()
    session.add(UserRole(user_id=user.id, role=role.value, granted_at=clock.now()))
    session.flush()
    return Actor(user_id=user.id, login=login, name=user.name, roles=frozenset({role}), unit_ids=None)


def make_content(text: str = "Apa yang Anda lakukan?", options: int = 4) -> ItemContent:
    """Return a single choice with options A, B, C …"""
    choices = tuple(Choice(id=chr(65 + n), html=f"<p>Pilihan {chr(65 + n)} dari {text}</p>") for n in range(options))
    return ItemContent(
        title="JUDUL RAHASIA",
        body=f'<p>{text}</p><div data-response="RESPONSE"></div>',
        interactions=(ChoiceInteraction(id="RESPONSE", choices=choices),),
    )


def put_item(
    session: Session,
    *,
    code: str = "",
    competency: str = "M.01",
    level: int | None = 3,
    state: str = "active",
    facility: str = "0.6",
    content: ItemContent | None = None,
    key: ItemKey | None = None,
) -> Item:
    """Add an item in a state with one version."""
    number = next(_numbers)
    content = content or make_content(f"Soal {number}: apa yang Anda lakukan?")
    key = key or ItemKey(responses={"RESPONSE": MatchKey(correct=("A",))}, maximum=Decimal(1), rationale="KUNCI")
    item = Item(code=code or f"BTR-{number}", state=state, competency=competency, level=level, created_at=clock.now())
    session.add(item)
    session.flush()
    version = ItemVersion(
        item_id=item.id,
        number=1,
        kind="single_choice",
        content=content.model_dump(mode="json"),
        sealed_key=encrypt(keyring(), canonical(key), context=key_context(item.id, 1)),
        maximum=key.maximum,
        facility=Decimal(facility),
        plain_text="soal",
        sha256=digest(content, key),
        created_at=clock.now(),
    )
    session.add(version)
    session.flush()
    step = {"item_id": item.id, "version_id": version.id, "at": clock.now()}
    session.add(ItemTransition(from_state="draft", to_state=state, **step))
    session.flush()
    return item


def make_bank(session: Session, *, competency: str = "M.01", level: int = 3, items: int = 10) -> list[Item]:
    """Add active items."""
    facilities = (f"0.{30 + (n * 17) % 50}" for n in range(items))
    return [put_item(session, competency=competency, level=level, facility=facility) for facility in facilities]


def make_document(*rows: BlueprintRow, forms: int = 1, minutes: int = 60, **section: Any) -> BlueprintDocument:
    """Return a plan with one section."""
    rows = rows or (BlueprintRow(competency="M.01", level=3, count=5),)
    part = BlueprintSection(name="Manajerial", rows=rows, **section)
    return BlueprintDocument(minutes=minutes, forms=forms, sections=(part,))


def make_blueprint(session: Session, actor: Actor, document: BlueprintDocument | None = None) -> Blueprint:
    """Record a blueprint."""
    return create_blueprint(
        session, actor, code=f"KK-{next(_numbers)}", name="Kisi-kisi uji", document=document or make_document()
    )


def plan_sitting(session: Session, actor: Actor, blueprint: Blueprint, **details: Any) -> Sitting:
    """Plan a sitting a week from now."""
    defaults: dict[str, Any] = {
        "name": "Uji kompetensi pengawas",
        "blueprint_code": blueprint.code,
        "starts_at": clock.now() + STARTS,
        "minutes": 60,
        "organiser": "BKPSDM",
    }
    return create_sitting(session, actor, planned=SittingInput(**(defaults | details)))


def enrol(session: Session, actor: Actor, sitting: Sitting, people: int) -> list[Candidate]:
    """Put new officials on a roster."""
    officials = [make_official(session).id for _ in range(people)]
    add_candidates(session, actor, code=sitting.code, officials=officials)
    statement = select(Candidate).where(Candidate.sitting_id == sitting.id).order_by(Candidate.id)
    return list(session.scalars(statement))


def make_ready(
    session: Session, actor: Actor, *, people: int = 4, document: BlueprintDocument | None = None, **details: Any
) -> Sitting:
    """Plan a sitting that may be sealed: bank, blueprint, room, two proctors, everybody seated."""
    make_bank(session)
    sitting = plan_sitting(session, actor, make_blueprint(session, actor, document), **details)
    room = add_room(session, actor, code=sitting.code, name="Lab 1", seats=max(people, 1) + 2, columns=min(people, 5))
    for _ in range(2):
        proctor = make_staff(session, Role.PROCTOR)
        assert proctor.user_id is not None
        assign_proctor(session, actor, code=sitting.code, room_id=room.id, user_id=proctor.user_id)
    enrol(session, actor, sitting, people)
    seat_everybody(session, actor, code=sitting.code)
    return sitting
