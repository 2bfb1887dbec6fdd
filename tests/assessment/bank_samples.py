"""Authors and drafts for tests of the bank; items are invented."""

from __future__ import annotations

import io
from decimal import Decimal

from PIL import Image
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.assessment.domain.bank import ItemDraft, ItemTags
from merit.assessment.domain.items import Choice, ChoiceInteraction, ItemContent, ItemKey, MatchKey
from merit.assessment.domain.states import ItemState
from merit.assessment.models.items import Item
from merit.assessment.services.items import create_item, move_item
from merit.security.permissions import Actor, Role


def make_author(session: Session, login: str = "penulis", role: Role = Role.AUTHOR) -> Actor:
    """Add a user and return them as an actor."""
    user = User(login=login, name=login.title(), created_at=clock.now())
    session.add(user)
    session.flush()
    return Actor(user_id=user.id, login=login, name=user.name, roles=frozenset({role}), unit_ids=None)


def make_draft(
    question: str = "Warga datang pukul 15.55, loket tutup pukul 16.00. Apa yang Anda lakukan?",
    options: tuple[str, ...] = ("Melayani", "Menolak", "Menunda"),
    *,
    correct: str = "A",
    note: str = "",
) -> ItemDraft:
    """Return a single-choice draft; options get the letters A, B, C …"""
    choices = tuple(Choice(id=chr(65 + i), html=f"<p>{text}</p>") for i, text in enumerate(options))
    content = ItemContent(
        body=f'<p>{question}</p><div data-response="RESPONSE"></div>',
        interactions=(ChoiceInteraction(id="RESPONSE", choices=choices),),
    )
    key = ItemKey(responses={"RESPONSE": MatchKey(correct=(correct,))}, maximum=Decimal(1))
    return ItemDraft(content=content, key=key, facility=Decimal("0.6"), note=note)


def make_item(session: Session, actor: Actor, *, draft: ItemDraft | None = None, **tags: object) -> Item:
    """Add a draft item of M.05 level 2 unless told otherwise."""
    values: dict[str, object] = {"competency": "M.05", "level": 2}
    return create_item(session, actor, tags=ItemTags(**(values | tags)), draft=draft or make_draft())  # type: ignore[arg-type]


def activate(session: Session, item: Item, author: Actor, reviewer: Actor) -> Item:
    """Bring a draft through review and trial into use."""
    move_item(session, author, item_id=item.id, to=ItemState.REVIEW)
    move_item(session, reviewer, item_id=item.id, to=ItemState.TRIAL)
    return move_item(session, reviewer, item_id=item.id, to=ItemState.ACTIVE)


def make_png(width: int = 40, height: int = 30, colour: str = "teal") -> bytes:
    """Return a small PNG."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "PNG")
    return written.getvalue()
