"""Workshops as rows and as what their pages need: places with their items, raters, ratings, results of a round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.accounts.models import User, UserRole
from merit.assessment.domain.bank import choices_of
from merit.assessment.domain.items import ChoiceInteraction, ItemContent
from merit.assessment.domain.scale import ItemParameters
from merit.assessment.domain.workshops import (
    WHOLE_BOOKLET,
    Method,
    Ratings,
    RoundChange,
    RoundResult,
    WorkshopProblem,
    WorkshopState,
    compare_last_rounds,
    cuts_of_round,
    keys_of_round,
)
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.standards import StandardWorkshop, WorkshopPlace, WorkshopRater, WorkshopRating
from merit.assessment.psychometrics import ExpertKey, Page, ordered_booklet
from merit.assessment.psychometrics.item_set import ItemSet
from merit.errors import NotFoundError
from merit.security.permissions import ROLE_PERMISSIONS, Permission

RATING_ROLES = tuple(
    sorted(role.value for role, granted in ROLE_PERMISSIONS.items() if Permission.STANDARD_RATE in granted)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """One item of a workshop; ``options`` are those of its choice that experts value."""

    place: int
    item_id: int
    code: str
    version_id: int
    number: int
    content: ItemContent
    parameters: ItemParameters | None

    @property
    def options(self) -> list[tuple[str, str]]:
        """The options as (identifier, rich text), in the author's order."""
        asked = next((one for one in self.content.interactions if isinstance(one, ChoiceInteraction)), None)
        return [] if asked is None else [(choice.id, choice.html) for choice in choices_of(asked)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterLine:
    """A rater with how many places of the present round are judged."""

    user_id: int
    name: str
    login: str
    judged: int


@dataclass(frozen=True, kw_only=True)
class WorkshopPage:
    """A workshop with its places and raters."""

    row: StandardWorkshop
    places: Sequence[PlaceLine]
    raters: Sequence[RaterLine]

    @property
    def method(self) -> Method:
        """How it judges."""
        return Method(self.row.method)

    @property
    def state(self) -> WorkshopState:
        """Where it stands."""
        return WorkshopState(self.row.state)

    @property
    def is_over(self) -> bool:
        """Whether it ended or was cancelled."""
        return self.state in {WorkshopState.FINISHED, WorkshopState.CANCELLED}

    @property
    def wanted(self) -> int:
        """How many judgements each rater owes in a round."""
        return 1 if self.method is Method.BOOKMARK else len(self.places)

    @property
    def is_complete(self) -> bool:
        """Whether everybody has judged everything in the present round."""
        return all(rater.judged >= self.wanted for rater in self.raters)

    @property
    def letters(self) -> dict[int, str]:
        """The signs raters are spoken of by, by their place in the order: A, B, C and so on."""
        return {place: chr(ord("A") + place % 26) for place in range(len(self.raters))}

    @cached_property
    def items(self) -> ItemSet:
        """The parameters as curves, in the order of the places."""
        return ItemSet.of(place.parameters for place in self.places if place.parameters is not None)

    @cached_property
    def booklet(self) -> tuple[Page, ...]:
        """The pages of the ordered booklet; () but for bookmarks."""
        if self.method is not Method.BOOKMARK:
            return ()
        return ordered_booklet(self.items, response_probability=float(self.row.probability))

    def result(self, ratings: Mapping[int, Mapping[int, Sequence[float]]]) -> RoundResult | WorkshopProblem:
        """Return what a round's ratings lead to, for Angoff and bookmark."""
        raters = [rater.user_id for rater in self.raters]
        return cuts_of_round(self.method, ratings, raters=raters, items=self.items, booklet=self.booklet)

    def changes(self, before: Ratings, after: Ratings) -> tuple[RoundChange, ...]:
        """Return what a round changed against the one before."""
        places = [WHOLE_BOOKLET] if self.method is Method.BOOKMARK else [place.place for place in self.places]
        return compare_last_rounds(self.method, before, after, places=places, booklet=self.booklet)

    def keys(self, ratings: Mapping[int, Mapping[int, Sequence[float]]]) -> dict[int, ExpertKey]:
        """Return the keys a round of experts proposes, by place."""
        raters = [rater.user_id for rater in self.raters]
        found = {
            place.place: keys_of_round(ratings, place.place, raters=raters, options=len(place.options))
            for place in self.places
        }
        return {place: key for place, key in found.items() if key is not None}


def load_workshop(session: Session, workshop_id: int, *, lock: bool = False) -> WorkshopPage:
    """Return a workshop; raise :class:`NotFoundError` where there is none."""
    row = session.get(StandardWorkshop, workshop_id, with_for_update=lock)
    if row is None:
        raise NotFoundError("workshop-unknown")
    return WorkshopPage(row=row, places=_places(session, workshop_id), raters=_raters(session, row))


def load_ratings(session: Session, workshop_id: int, number: int) -> dict[int, dict[int, list[float]]]:
    """Return the ratings of a round by rater and place."""
    rows = session.execute(
        select(WorkshopRating.rater_id, WorkshopRating.place, WorkshopRating.answer).where(
            WorkshopRating.workshop_id == workshop_id, WorkshopRating.round == number
        )
    )
    found: dict[int, dict[int, list[float]]] = defaultdict(dict)
    for rater_id, place, answer in rows:
        found[rater_id][place] = [float(value) for value in answer]
    return found


def list_workshops(session: Session, *, rater_id: int | None = None) -> list[tuple[StandardWorkshop, int, int]]:
    """Return workshops with the numbers of places and raters, newest first; of one rater, or all."""
    places = select(func.count()).where(WorkshopPlace.workshop_id == StandardWorkshop.id).scalar_subquery()
    raters = select(func.count()).where(WorkshopRater.workshop_id == StandardWorkshop.id).scalar_subquery()
    statement = select(StandardWorkshop, places, raters).order_by(StandardWorkshop.id.desc())
    if rater_id is not None:
        own = select(WorkshopRater.workshop_id).where(WorkshopRater.user_id == rater_id)
        statement = statement.where(StandardWorkshop.id.in_(own), StandardWorkshop.state != WorkshopState.CANCELLED)
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def rater_choices(session: Session) -> list[tuple[int, str]]:
    """Return the users who may judge, as (id, name and sign-in name)."""
    rows = session.execute(
        select(User.id, User.name, User.login)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role.in_(RATING_ROLES), User.disabled_at.is_(None))
        .distinct()
        .order_by(User.name, User.login)
    )
    return [(row.id, f"{row.name} ({row.login})" if row.name else row.login) for row in rows]


def _places(session: Session, workshop_id: int) -> list[PlaceLine]:
    rows = session.execute(
        select(WorkshopPlace, ItemVersion, Item.id, Item.code)
        .join(ItemVersion, ItemVersion.id == WorkshopPlace.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(WorkshopPlace.workshop_id == workshop_id)
        .order_by(WorkshopPlace.place)
    )
    return [
        PlaceLine(
            place=place.place,
            item_id=item_id,
            code=code,
            version_id=version.id,
            number=version.number,
            content=ItemContent.model_validate(version.content),
            parameters=_parameters(place.parameters),
        )
        for place, version, item_id, code in rows
    ]


def _parameters(document: Mapping[str, Any]) -> ItemParameters | None:
    if not document:
        return None
    return ItemParameters(
        document["model"], document["discrimination"], tuple(document["thresholds"]), document["guessing"]
    )


def _raters(session: Session, row: StandardWorkshop) -> list[RaterLine]:
    judged = (
        select(func.count())
        .where(
            WorkshopRating.workshop_id == row.id,
            WorkshopRating.rater_id == WorkshopRater.user_id,
            WorkshopRating.round == row.round,
        )
        .correlate(WorkshopRater)
        .scalar_subquery()
    )
    rows = session.execute(
        select(User.id, User.name, User.login, judged.label("judged"))
        .join(WorkshopRater, WorkshopRater.user_id == User.id)
        .where(WorkshopRater.workshop_id == row.id)
        .order_by(User.id)
    )
    return [RaterLine(user_id=one.id, name=one.name or one.login, login=one.login, judged=one.judged) for one in rows]


def own_ratings(session: Session, workshop: WorkshopPage, rater_id: int) -> dict[int, dict[int, list[float]]]:
    """Return one rater's judgements by round and place; raise :class:`NotFoundError` for who was not invited."""
    if all(rater.user_id != rater_id for rater in workshop.raters):
        raise NotFoundError("workshop-unknown")
    rows = session.execute(
        select(WorkshopRating.round, WorkshopRating.place, WorkshopRating.answer).where(
            WorkshopRating.workshop_id == workshop.row.id, WorkshopRating.rater_id == rater_id
        )
    )
    found: dict[int, dict[int, list[float]]] = defaultdict(dict)
    for number, place, answer in rows:
        found[number][place] = [float(value) for value in answer]
    return found


def size_of(workshop: WorkshopPage, place: int) -> int:
    """Return what a judgement of a place is measured against: pages of the booklet, or options of the item."""
    if place == WHOLE_BOOKLET:
        return len(workshop.booklet)
    found = next((one for one in workshop.places if one.place == place), None)
    if found is None:
        raise NotFoundError("workshop-place-unknown")
    return len(found.options)
