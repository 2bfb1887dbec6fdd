"""A small closed sitting with papers and answers, made of real rows: what scoring starts from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from merit.assessment.domain.bank import ItemDraft, ItemTags
from merit.assessment.domain.items import (
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    EssayKey,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchKey,
)
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.items import Blueprint, Item, ItemVersion
from merit.assessment.models.scoring import ScoreVersion
from merit.assessment.models.sittings import Candidate, Paper, PaperItem, Sitting, SittingRoom
from merit.assessment.queries.essays import essay_name
from merit.assessment.services.items import create_item
from merit.assessment.services.key_changes import approve_change, prepare_change
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import score_sitting
from merit.people.models import Official
from merit.security.permissions import SYSTEM, Actor

STARTS = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
CLOSED = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
_numbers = count(1)
PLAN = {"sections": [{"name": "Bagian", "fixed": ["BUTIR"]}]}


def choice_item(
    session: Session, *, competency: str = "M.01", correct: str = "A", points: str = "1", number: int = 0
) -> ItemVersion:
    """Add a single-choice item with the options A to D."""
    number = number or next(_numbers)
    content = _choices(f"Soal {number}")
    key = ItemKey(responses={"R": MatchKey(correct=(correct,), points=Decimal(points))}, maximum=Decimal(points))
    return _item(session, content, key, competency, number)


def sjt_item(session: Session, *, competency: str = "M.02", number: int = 0) -> ItemVersion:
    """Add a situational judgement item: A earns 5, B 4, C 2, D 1, a blank answer nothing."""
    number = number or next(_numbers)
    weights = {"A": 5, "B": 4, "C": 2, "D": 1}
    entries = tuple(MapEntry(value=name, points=Decimal(weight)) for name, weight in weights.items())
    key = ItemKey(responses={"R": MapKey(entries=entries)}, maximum=Decimal(5))
    return _item(session, _choices(f"Situasi {number}", style="sjt"), key, competency, number)


def essay_item(session: Session, *, competency: str = "M.03", points: str = "10", tolerance: str = "2") -> ItemVersion:
    """Add an essay."""
    number = next(_numbers)
    content = ItemContent(body='<p>Uraikan.</p><div data-response="R"></div>', interactions=(EssayInteraction(id="R"),))
    rule = EssayKey(points=Decimal(points), rubric="<p>Jelas dan runtut.</p>", tolerance=Decimal(tolerance))
    return _item(session, content, ItemKey(responses={"R": rule}, maximum=Decimal(points)), competency, number)


def unsupported_item(session: Session, *, competency: str = "M.01", number: int = 0) -> ItemVersion:
    """Add an imported item whose processing nothing here can evaluate."""
    number = number or next(_numbers)
    processing = {"response_processing": [{"rule": "customOperator"}]}
    key = ItemKey(maximum=Decimal(1), processing=processing)
    return _item(session, _choices(f"Impor {number}"), key, competency, number)


def chance_item(session: Session, *, competency: str = "M.01") -> ItemVersion:
    """Add an imported item whose points are drawn, 0 to 9, whatever is answered."""
    drawn = {"op": "randomInteger", "attrs": {"min": "0", "max": "9"}}
    program = {
        "outcomes": {"SCORE": {"base": "float", "cardinality": "single"}},
        "rules": [{"op": "setOutcomeValue", "attrs": {"identifier": "SCORE"}, "args": [drawn]}],
    }
    number = next(_numbers)
    return _item(
        session, _choices(f"Undian {number}"), ItemKey(maximum=Decimal(9), processing=program), competency, number
    )


def _choices(text: str, style: str = "list") -> ItemContent:
    interaction = ChoiceInteraction(
        id="R", style=style, choices=tuple(Choice(id=name, html=f"<p>Pilihan {name}</p>") for name in "ABCD")
    )
    return ItemContent(body=f'<p>{text}</p><div data-response="R"></div>', interactions=(interaction,))


def _item(session: Session, content: ItemContent, key: ItemKey, competency: str, number: int) -> ItemVersion:
    tags = ItemTags(code=f"{competency}-{number:05d}", competency=competency, level=3)
    item = create_item(session, SYSTEM, tags=tags, draft=ItemDraft(content=content, key=key))
    return session.query(ItemVersion).filter_by(item_id=item.id).one()


@dataclass
class Hall:
    """A closed sitting: its row, its attempts by candidate's number."""

    sitting: Sitting
    room: SittingRoom
    versions: Sequence[ItemVersion]
    attempts: dict[str, Attempt] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Code of the sitting."""
        return self.sitting.code


def make_hall(
    session: Session,
    versions: Sequence[ItemVersion],
    sheets: Mapping[str, tuple[Official, Sequence[str]]],
    *,
    trial: Sequence[int] = (),
    orders: Mapping[int, Mapping[str, Sequence[str]]] | None = None,
    **details: Any,
) -> Hall:
    """Add a closed sitting; ``sheets`` are the official and the answers (one letter or text each, "" blank) by number.

    ``trial`` are the positions that do not count, ``orders`` say how the options of a position were shown.
    """
    hall = make_sitting(session, versions, **details)
    for seat, (number, (official, answers)) in enumerate(sheets.items(), 1):
        add_sheet(session, hall, number, official, answers, seat=seat, trial=trial, orders=orders)
    session.flush()
    return hall


def make_sitting(session: Session, versions: Sequence[ItemVersion], **details: Any) -> Hall:
    """Add a closed sitting with one room and nobody in it."""
    number = next(_numbers)
    blueprint = Blueprint(code=f"KISI-NILAI-{number}", name="Kisi", document=PLAN, created_at=STARTS, changed_at=STARTS)
    session.add(blueprint)
    session.flush()
    values: dict[str, Any] = {
        "code": f"SESI-NILAI-{number}",
        "name": "Uji kompetensi",
        "state": "closed",
        "starts_at": STARTS,
        "minutes": 90,
        "organiser": "BKPSDM",
        "settings": {},
        "created_at": STARTS,
        "closed_at": CLOSED,
    }
    sitting = Sitting(blueprint_id=blueprint.id, **(values | details))
    session.add(sitting)
    session.flush()
    room = SittingRoom(sitting_id=sitting.id, name="Aula", seats=2000, columns=5)
    session.add(room)
    session.flush()
    return Hall(sitting, room, versions)


def add_sheet(
    session: Session,
    hall: Hall,
    number: str,
    official: Official,
    answers: Sequence[str],
    *,
    seat: int,
    trial: Sequence[int] = (),
    orders: Mapping[int, Mapping[str, Sequence[str]]] | None = None,
) -> Attempt:
    """Add a candidate who finished, with paper and answers."""
    sitting = hall.sitting
    candidate = Candidate(
        sitting_id=sitting.id, official_id=official.id, number=number, room_id=hall.room.id, seat=seat
    )
    session.add(candidate)
    session.flush()
    paper = Paper(
        sitting_id=sitting.id,
        candidate_id=candidate.id,
        items=len(hall.versions),
        packed=b"",
        sha256="0" * 64,
        sealed_at=STARTS,
    )
    session.add(paper)
    session.flush()
    for position, version in enumerate(hall.versions, 1):
        item = session.get_one(Item, version.item_id)
        session.add(
            PaperItem(
                paper_id=paper.id,
                position=position,
                version_id=version.id,
                orders=(orders or {}).get(position, {}),
                is_scored=position not in trial,
                competency=item.competency,
                level=item.level,
                subject=item.subject,
            )
        )
    attempt = Attempt(
        sitting_id=sitting.id,
        room_id=hall.room.id,
        candidate_id=candidate.id,
        paper_id=paper.id,
        items=len(hall.versions),
        token_hash=hashlib.sha256(f"{sitting.code}:{number}".encode()).hexdigest(),
        state="finished",
        created_at=STARTS,
        started_at=STARTS,
        allotted_seconds=5400,
        finished_at=CLOSED,
        ending="candidate",
    )
    session.add(attempt)
    session.flush()
    for position, answer in enumerate(answers, 1):
        if answer:
            value = json.dumps([answer], ensure_ascii=False, separators=(",", ":"))
            session.add(Response(attempt_id=attempt.id, position=position, revision=1, value=value, saved_at=CLOSED))
    session.flush()
    hall.attempts[number] = attempt
    return attempt


def approve(session: Session, actor: Actor, code: str, change_id: int) -> ScoreVersion:
    """Approve a key change as its job does, in one go."""
    prepared = prepare_change(session, actor, code=code, change_id=change_id)
    return approve_change(session, actor, code=code, change_id=change_id, prepared=prepared)


def make_published(session: Session, official: Official, first: Actor, second: Actor) -> dict[str, object]:
    """Add a published sitting of an official and a closed one with an essay to mark; return what addresses need."""
    item = choice_item(session)
    published = make_hall(session, [item], {"P-1": (official, ["A"])}, code="UJI-TERBIT")
    number = score_sitting(session, first, code=published.code).number
    ask_publication(session, first, code=published.code)
    publish_results(session, second, code=published.code, version_number=number)
    marking = make_hall(session, [essay_item(session)], {"P-1": (official, ["Uraian"])}, code="UJI-ESAI")
    score_sitting(session, first, code=marking.code)
    essay = essay_name(marking.sitting.id, marking.attempts["P-1"].id, 1)
    return {"results": published.code, "results_version": item.id, "marking": marking.code, "essay": essay}
