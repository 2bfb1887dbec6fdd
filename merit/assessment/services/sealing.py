"""Sealing: every paper is built, compressed and stored before anybody sits down; afterwards nothing changes.

It comes in two halves: :func:`prepare_sealing` reads and computes, :func:`store_sealing` writes. In between nothing
is locked; what was read is remembered as a digest, and the second half refuses when it no longer fits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.adaptive_pool import Pool
from merit.assessment.domain.drawing import Picks, Place, Plan, draw, draw_orders, place_items, stream
from merit.assessment.domain.items import canonical
from merit.assessment.domain.papers import (
    AdaptiveHead,
    PaperHead,
    PaperSection,
    PublicItem,
    arrange,
    build_paper,
    pack_paper,
    papers_sha256,
    prepare_item,
)
from merit.assessment.domain.parallel import draw_forms, form_of_seat
from merit.assessment.domain.states import ItemState, SittingState
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, Paper, PaperItem, Sitting, SittingRoom
from merit.assessment.queries.items import keyring, versions_in_use
from merit.assessment.queries.rosters import present_candidates
from merit.assessment.queries.sittings import get_sitting, settings_of
from merit.assessment.services.adaptive.sealing import build_pools, store_pools
from merit.assessment.services.checks import Checked, check_sitting, first_hindrance
from merit.assessment.services.clones import draw_clone
from merit.assessment.services.sittings import add_event, lock_sitting, require_manage, take_step
from merit.errors import ConflictError, RuleViolationError
from merit.exchange.storage import write_rows
from merit.security.crypto import reference
from merit.security.permissions import Actor

MANY = 300  # from here on sealing is a job
_TOLD_EVERY = 25
_PAPERS_PER_STATEMENT = 100
_STORED = (
    *("paper_id", "position", "version_id", "section", "orders", "is_scored", "template_values"),
    *("competency", "level", "subject"),
)
Progress = Callable[[int], None]
Tags = tuple[str, int | None, str]  # competency, level, subject
# Version, section, orders, whether it counts, what a templated item drew (sealed).
BuiltItem = tuple[int, int, Mapping[str, Sequence[str]], bool, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPaper:
    """A paper ready to be stored; ``most`` is how many items there can be.

    ``items`` are its places in order.
    """

    candidate_id: int
    number: str
    form: int | None
    packed: bytes
    sha256: str
    items: tuple[BuiltItem, ...]
    most: int


@dataclass(frozen=True, slots=True)
class PreparedSealing:
    """All papers of a sitting and the digest of what they were made from."""

    code: str
    digest: str
    papers: tuple[BuiltPaper, ...]
    tags: Mapping[int, Tags]
    pools: tuple[Pool, ...]
    blueprint_sha256: str
    blueprint: Mapping[str, Any]


def seal_sitting(session: Session, actor: Actor, *, code: str) -> Sitting:
    """Check, build and store in one unit of work."""
    return store_sealing(session, actor, prepared=prepare_sealing(session, actor, code=code))


def prepare_sealing(
    session: Session, actor: Actor, *, code: str, progress: Progress = lambda _done: None
) -> PreparedSealing:
    """Check the sitting and build the paper of every candidate; nothing is written."""
    require_manage(actor)
    sitting = get_sitting(session, code)
    _require_sealable(sitting)
    checked = check_sitting(session, actor, sitting)
    hindrance = next(first_hindrance(checked), None)
    if hindrance is not None:
        raise RuleViolationError("sealing-hindered", check=hindrance)
    blueprint = session.get_one(Blueprint, sitting.blueprint_id)
    press = _Press(session, sitting, checked)
    papers = []
    for done, candidate in enumerate(checked.candidates, 1):
        papers.append(press.build(candidate))
        if done % _TOLD_EVERY == 0:
            progress(done)
    text = canonical(checked.plan.document)
    return PreparedSealing(
        code=code,
        digest=_digest(session, sitting, checked.candidates),
        papers=tuple(papers),
        tags=_tags(checked.plan),
        pools=press.pools,
        blueprint_sha256=hashlib.sha256(text.encode()).hexdigest(),
        blueprint=blueprint.document,
    )


def store_sealing(session: Session, actor: Actor, *, prepared: PreparedSealing) -> Sitting:
    """Store the papers and seal; refuse when anything they were made from has changed since."""
    require_manage(actor)
    sitting = lock_sitting(session, prepared.code)
    _require_sealable(sitting)
    if _digest(session, sitting, present_candidates(session, sitting.id)) != prepared.digest:
        raise ConflictError("sealing-changed-meanwhile", code=sitting.code)
    _require_in_use(session, prepared)
    take_step(sitting, SittingState.SEALED)
    sitting.sealed_at, sitting.sealed_by = clock.now(), actor.user_id
    sitting.sealed_sha256 = papers_sha256((paper.number, paper.sha256) for paper in prepared.papers)
    ids = _store_papers(session, sitting, prepared.papers)
    _store_items(session, prepared, ids)
    store_pools(session, sitting, prepared.pools)
    session.flush()
    add_event(
        session,
        actor,
        sitting,
        "sealed",
        audit="sitting:seal",
        papers=len(prepared.papers),
        sha256=sitting.sealed_sha256,
        blueprint_sha256=prepared.blueprint_sha256,
        bytes=sum(len(paper.packed) for paper in prepared.papers),
    )
    add_event(session, actor, sitting, "blueprint-frozen", document=prepared.blueprint)
    return sitting


class _Press:
    """Builds papers: what is the same for all candidates is computed once."""

    def __init__(self, session: Session, sitting: Sitting, checked: Checked) -> None:
        self.code = sitting.code
        self.plan: Plan = checked.plan
        self.versions = checked.versions
        self.head = _head(sitting, checked.plan)
        self.secret = bytes.fromhex(reference(keyring(), sitting.code, purpose="paper-draw"))
        self.addresses = checked.addresses
        self.public: dict[int, PublicItem] = {
            version: prepare_item(loaded.content, checked.addresses) for version, loaded in self.versions.items()
        }
        self.pools = build_pools(session, sitting, checked.plan)
        self.forms = [] if self.pools else self._draw_forms()
        rooms = select(SittingRoom).where(SittingRoom.sitting_id == sitting.id)
        self.columns = {room.id: room.columns for room in session.scalars(rooms)}
        self.unseated = 0

    def _draw_forms(self) -> list[Picks]:
        count = self.plan.document.forms
        if not count:
            return []
        forms = draw_forms(self.plan, count, stream(self.secret, f"{self.code}/forms"))
        if forms is None:
            raise RuleViolationError("blueprint-cannot-be-drawn", code=self.code)
        return forms

    def build(self, candidate: Candidate) -> BuiltPaper:
        """Build one candidate's paper; the number and the installation's secret decide all chance in it."""
        if self.pools:
            return self._build_head(candidate)
        chance = stream(self.secret, f"{self.code}/{candidate.number}")
        form = self._form_of(candidate)
        picks = draw(self.plan, chance) if form is None else self.forms[form]
        if picks is None:
            raise RuleViolationError("blueprint-cannot-be-drawn", code=self.code)
        items: list[BuiltItem] = []
        shown = []
        for place in place_items(self.plan, picks, chance):
            version, orders = self._turn(place, chance)
            public, drawn = self._clone(version, candidate, len(items) + 1)
            items.append((version, place.section, orders, place.is_scored, drawn))
            shown.append((place.section, arrange(public, orders)))
        document = build_paper(self.head, shown)
        return BuiltPaper(
            candidate_id=candidate.id,
            number=candidate.number,
            form=None if form is None else form + 1,
            packed=pack_paper(document),
            sha256=hashlib.sha256(document).hexdigest(),
            items=tuple(items),
            most=len(items),
        )

    def _build_head(self, candidate: Candidate) -> BuiltPaper:
        """Build the paper of an adaptive test: its items are chosen later, from pools it names by their digest."""
        most = self.plan.document.total
        head = AdaptiveHead(most, tuple(pool.sha256 for pool in self.pools))
        document = build_paper(replace(self.head, navigation="free", adaptive=head), ())
        sha256 = hashlib.sha256(document).hexdigest()
        number = candidate.number
        packed = pack_paper(document)
        return BuiltPaper(
            candidate_id=candidate.id, number=number, form=None, packed=packed, sha256=sha256, items=(), most=most
        )

    def _clone(self, version: int, candidate: Candidate, position: int) -> tuple[PublicItem, str | None]:
        """Return what the candidate sees of an item, and, sealed, what was drawn for it."""
        clone = draw_clone(self.versions[version], code=self.code, candidate=candidate, position=position)
        if clone is None:
            return self.public[version], None
        return prepare_item(clone.content, self.addresses), clone.sealed

    def _turn(self, place: Place, chance: Any) -> tuple[int, dict[str, list[str]]]:
        version = self.plan.bank.items[place.item].version_id
        shuffle = self.plan.document.sections[place.section].shuffle_options
        return version, draw_orders(self.versions[version].content, chance, shuffle=shuffle)

    def _form_of(self, candidate: Candidate) -> int | None:
        count = len(self.forms)
        if not count:
            return None
        if candidate.room_id is None or candidate.seat is None:
            self.unseated += 1
            return self.unseated % count
        return form_of_seat(candidate.seat, self.columns[candidate.room_id], count)


def _head(sitting: Sitting, plan: Plan) -> PaperHead:
    sections, first = [], 1
    for section in plan.document.sections:
        sections.append(PaperSection(section.name, first, first + section.total - 1, section.minutes))
        first += section.total
    return PaperHead(
        title=sitting.name,
        language=plan.document.language,
        navigation=settings_of(sitting).navigation or plan.document.navigation,
        sections=tuple(sections),
    )


def _require_sealable(sitting: Sitting) -> None:
    if sitting.state != SittingState.DRAFT:
        raise RuleViolationError("sealing-only-drafts", code=sitting.code)


def _require_in_use(session: Session, prepared: PreparedSealing) -> None:
    """Refuse papers with an item that somebody suspended or revised meanwhile."""
    used = versions_in_use((ItemState.ACTIVE, ItemState.TRIAL))
    alive = {version for _item, version in session.execute(used)}
    pooled = {item.version_id for pool in prepared.pools for item in pool.items}
    if not pooled | {version for paper in prepared.papers for version, *_rest in paper.items} <= alive:
        raise ConflictError("sealing-changed-meanwhile", code=prepared.code)


def _digest(session: Session, sitting: Sitting, people: Sequence[Candidate]) -> str:
    """Return a digest of everything the papers depend on that somebody could change meanwhile."""
    blueprint = session.get_one(Blueprint, sitting.blueprint_id)
    seats = [(one.id, one.number, one.room_id, one.seat, one.accommodation_approved_by) for one in people]
    text = json.dumps([sitting.id, sitting.row_version, blueprint.id, blueprint.row_version, seats])
    return hashlib.sha256(text.encode()).hexdigest()


def _store_papers(session: Session, sitting: Sitting, papers: Sequence[BuiltPaper]) -> dict[int, int]:
    ids: dict[int, int] = {}
    statement = insert(Paper).returning(Paper.candidate_id, Paper.id)
    for start in range(0, len(papers), _PAPERS_PER_STATEMENT):
        rows = [
            {
                "sitting_id": sitting.id,
                "candidate_id": paper.candidate_id,
                "form": paper.form,
                "items": paper.most,
                "packed": paper.packed,
                "sha256": paper.sha256,
                "sealed_at": sitting.sealed_at,
            }
            for paper in papers[start : start + _PAPERS_PER_STATEMENT]
        ]
        ids.update((candidate, number) for candidate, number in session.execute(statement, rows))
    return ids


def _tags(plan: Plan) -> dict[int, Tags]:
    """Return the tags by version, as the draw saw them."""
    chosen = (plan.bank.items[item] for item in plan.everything)
    return {item.version_id: (item.competency, item.level, item.subject) for item in chosen}


def _store_items(session: Session, prepared: PreparedSealing, ids: Mapping[int, int]) -> None:
    table = PaperItem.__table__
    assert isinstance(table, Table)  # noqa: S101 -- a mapped class has one table
    columns: dict[str, list[Any]] = {name: [] for name in _STORED}
    for paper in prepared.papers:
        for position, (version, section, orders, is_scored, drawn) in enumerate(paper.items, 1):
            place = (ids[paper.candidate_id], position, version, section, _json(orders), is_scored, drawn)
            values = (*place, *prepared.tags[version])
            for name, value in zip(columns, values, strict=True):
                columns[name].append(value)
    write_rows(session, table, dict(columns), len(columns["paper_id"]))


def _json(orders: Mapping[str, Sequence[str]]) -> str:
    return json.dumps(orders, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
