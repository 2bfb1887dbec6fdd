"""Fault 28: a key, weight, code or item of somebody else in what a candidate's browser gets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.blueprints import BlueprintRow
from merit.assessment.domain.drawing import draw_orders, stream
from merit.assessment.domain.items import (
    Area,
    AreaEntry,
    AreaKey,
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    EssayKey,
    HotspotInteraction,
    InlineChoiceInteraction,
    Interaction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    NumericKey,
    OrderInteraction,
    OrderKey,
    ResponseKey,
    Spot,
    TextEntryInteraction,
)
from merit.assessment.domain.papers import public_item
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.sittings import Candidate, Paper, PaperItem
from merit.assessment.services.sealing import seal_sitting
from tests.assessment import plan_samples as samples

pytestmark = pytest.mark.db

OPTIONS = tuple(Choice(id=name, html=f"<p>opsi {name}</p>") for name in "ABCD")
SECRET = "KUNCIRAHASIA"  # stands only in keys and in what only authors see
WEIGHT = Decimal("4.7319")
KINDS: dict[str, tuple[Interaction, ResponseKey]] = {
    "single": (ChoiceInteraction(id="RX", choices=OPTIONS), MatchKey(correct=("C",))),
    "sjt": (
        ChoiceInteraction(id="RX", choices=OPTIONS, style="sjt"),
        MapKey(entries=(MapEntry(value="A", points=WEIGHT), MapEntry(value="B", points=Decimal(1)))),
    ),
    "order": (OrderInteraction(id="RX", choices=OPTIONS), OrderKey(correct=("D", "C", "B", "A"), points=WEIGHT)),
    "match": (
        MatchInteraction(id="RX", sources=OPTIONS[:2], targets=OPTIONS[2:]),
        MapKey(entries=(MapEntry(value="A C", points=WEIGHT),)),
    ),
    "inline": (InlineChoiceInteraction(id="RX", choices=OPTIONS), MatchKey(correct=("B",), points=WEIGHT)),
    "text": (TextEntryInteraction(id="RX"), MapKey(entries=(MapEntry(value=SECRET, points=WEIGHT),))),
    "number": (TextEntryInteraction(id="RX", numeric=True), NumericKey(value=Decimal("98.7654"), points=WEIGHT)),
    "spot": (
        HotspotInteraction(id="RX", image="", width=9, height=9, spots=(Spot(id="S", area=Area(shape="default")),)),
        AreaKey(entries=(AreaEntry(area=Area(shape="rect", coords=(1, 2, 3, 4)), points=WEIGHT),)),
    ),
    "essay": (EssayInteraction(id="RX"), EssayKey(points=WEIGHT, rubric=f"<p>{SECRET}</p>")),
}
FORBIDDEN_NAMES = {
    *("key", "keys", "correct", "points", "weight", "weights", "maximum", "score", "rule", "rationale", "rubric"),
    *("competency", "level", "code", "facility", "difficulty", "note", "title", "origin", "author", "is_scored"),
    *("item_id", "version_id", "form", "fixed", "shuffle"),
}


def put_every_kind(session: Session) -> None:
    for name, (interaction, rule) in KINDS.items():
        content = ItemContent(
            title=f"{SECRET} {name}",
            body=f'<p>Soal {name}</p><div data-response="RX"></div>',
            interactions=(interaction,),
        )
        key = ItemKey(responses={"RX": rule}, maximum=WEIGHT, rationale=f"<p>{SECRET}</p>")
        samples.put_item(session, code=f"{SECRET}-{name}", competency="M.07", level=4, content=content, key=key)


def names_in(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield name
            yield from names_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from names_in(value)


def test_no_payload_of_a_paper_tells_more_than_the_question(session: Session):
    admin = samples.make_staff(session)
    put_every_kind(session)
    document = samples.make_document(BlueprintRow(competency="M.07", level=4, count=len(KINDS)), forms=0)
    sitting = samples.make_ready(session, admin, people=6, document=document)
    seal_sitting(session, admin, code=sitting.code)
    papers = session.scalars(select(Paper)).all()
    assert len(papers) == 6
    for paper in papers:
        text = gzip.decompress(paper.packed).decode()
        assert "Soal essay" in text
        for secret in (SECRET, str(WEIGHT), "98.7654", "M.07", "BTR-"):
            assert secret not in text
        shown = json.loads(text)
        title = shown.pop("title")
        assert title == sitting.name
        assert not FORBIDDEN_NAMES & set(names_in(shown))
        assert len(shown["items"]) == len(KINDS)


def test_a_paper_holds_no_item_of_another_paper(session: Session):
    admin = samples.make_staff(session)
    document = samples.make_document(BlueprintRow(competency="M.01", count=3), forms=0)
    sitting = samples.make_ready(session, admin, people=8, document=document)
    seal_sitting(session, admin, code=sitting.code)
    bodies = dict(session.execute(select(ItemVersion.id, ItemVersion.content)).all())
    for paper in session.scalars(select(Paper)).all():
        own = set(session.scalars(select(PaperItem.version_id).where(PaperItem.paper_id == paper.id)))
        text = gzip.decompress(paper.packed).decode()
        for version, content in bodies.items():
            question = content["body"].split("</p>")[0]
            assert (json.dumps(question)[1:-1] in text) == (version in own)


def test_neither_the_order_of_items_nor_of_options_gives_the_answer_away(session: Session):
    """The right option (always the author's first) stands in every place, the hardest item in every position."""
    admin = samples.make_staff(session)
    document = samples.make_document(BlueprintRow(competency="M.01", count=4))
    sitting = samples.make_ready(session, admin, people=60, document=document)
    seal_sitting(session, admin, code=sitting.code)
    places = session.scalars(select(PaperItem)).all()
    first = [place.orders["RESPONSE"].index("A") for place in places]
    # 240 places, four options each: 60 expected, five standard deviations are 34.
    assert all(26 <= first.count(at) <= 94 for at in range(4))
    positions: dict[int, set[int]] = {}
    for place in places:
        positions.setdefault(place.version_id, set()).add(place.position)
    assert all(found == {1, 2, 3, 4} for found in positions.values())


def test_the_names_of_options_say_nothing():
    """An author's names often follow the key: the right order is A, B, C, the pairs are A-T1, B-T2."""
    content = ItemContent(
        body="",
        interactions=(
            OrderInteraction(id="R1", choices=_named("satu", "dua", "tiga")),
            MatchInteraction(id="R2", sources=_named("s1", "s2"), targets=_named("t1", "t2")),
            ChoiceInteraction(id="R3", choices=_named("benar", "salah")),
            InlineChoiceInteraction(id="R4", choices=_named("kunci", "pengecoh"), shuffle=False),
        ),
    )
    for number in range(20):
        shown = public_item(content, draw_orders(content, stream(b"s", str(number)), shuffle=number % 2 == 0), {})
        names = [option["id"] for one in shown["interactions"] for part in _PARTS for option in one.get(part, ())]
        assert names == ["A", "B", "C", "A", "B", "C", "D", "A", "B", "A", "B"]


_PARTS = ("choices", "sources", "targets")


def _named(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(id=name, html=f"<p>{name}</p>") for name in names)


def test_a_second_installation_cannot_foresee_the_papers(session: Session):
    """Everything but the secret is the same; the draws differ."""
    from merit.assessment.domain.drawing import draw, lay_plan, stream
    from merit.assessment.queries.blueprints import load_bank

    samples.make_bank(session, items=30)
    plan = lay_plan(samples.make_document(BlueprintRow(competency="M.01", count=10)), load_bank(session))
    ours, theirs = (draw(plan, stream(secret, "UJI-1/1-001")) for secret in (b"ours", b"theirs"))
    assert ours != theirs
    assert session.scalars(select(Item.id)).all()
    assert session.scalars(select(Candidate.id)).all() == []
