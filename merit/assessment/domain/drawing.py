"""Drawing papers from a bank: who may be drawn for what, what is short, one draw, and the order of options.

Chance comes from :func:`stream` alone: a secret and a name give the same numbers for ever (only
``random.Random.random`` is used, whose sequence Python keeps across versions), so that the same draw can be made
again years later. Nobody without the installation's secret can foresee it.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow
from merit.assessment.domain.items import Choice, ItemContent, OrderInteraction

TRIES = 12
_LISTS = ("choices", "sources", "targets")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankItem:
    """An item as the draw sees it; ``facility`` is the share of points expected (observed, else estimated)."""

    id: int
    version_id: int
    code: str
    competency: str = ""
    level: int | None = None
    subject: str = ""
    kind: str = "single_choice"
    is_trial: bool = False
    facility: float | None = None


@dataclass(frozen=True, slots=True)
class Bank:
    """What may be drawn, and which items must never meet."""

    items: Mapping[int, BankItem]
    enemies: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def enemies_of(self, item: int) -> frozenset[int]:
        """Return the items that must not meet this one."""
        return self.enemies.get(item, frozenset())


@dataclass(frozen=True, slots=True)
class Demand:
    """One row of a blueprint with the items that fit it."""

    section: int
    row: int
    asked: BlueprintRow
    candidates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A row that cannot be filled: so many fit, so many are missing once every other row has its share."""

    section: int
    row: int
    asked: BlueprintRow
    available: int
    missing: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A blueprint laid over a bank: fixed items by section, demands, and codes nobody may draw."""

    document: BlueprintDocument
    bank: Bank
    fixed: tuple[tuple[int, ...], ...]
    demands: tuple[Demand, ...]
    unknown: tuple[str, ...] = ()
    fixed_enemies: tuple[tuple[str, str], ...] = ()

    @property
    def everything(self) -> frozenset[int]:
        """Return every item that some paper may hold."""
        drawn = (item for demand in self.demands for item in demand.candidates)
        return frozenset(drawn).union(*self.fixed)


Picks: TypeAlias = tuple[tuple[int, ...], ...]


def stream(secret: bytes, name: str) -> random.Random:
    """Return the named stream of chance."""
    seed = hmac.new(secret, name.encode(), hashlib.sha256).digest()
    return random.Random(int.from_bytes(seed, "big"))  # noqa: S311 -- seeded by HMAC, to be drawn again


def shuffled(values: Iterable[T], chance: random.Random) -> list[T]:
    """Return the values in a random order."""
    drawn = [(chance.random(), at, value) for at, value in enumerate(values)]
    return [value for _key, _at, value in sorted(drawn, key=lambda entry: entry[:2])]


def lay_plan(document: BlueprintDocument, bank: Bank) -> Plan:
    """Find the items behind every fixed code and every row; fixed items and their enemies are drawn by no row."""
    by_code = {item.code: item for item in bank.items.values()}
    fixed: list[tuple[int, ...]] = []
    unknown: list[str] = []
    for section in document.sections:
        known = [by_code[code].id for code in section.fixed if code in by_code and not by_code[code].is_trial]
        unknown.extend(code for code in section.fixed if code not in by_code or by_code[code].is_trial)
        fixed.append(tuple(known))
    taken = frozenset[int]().union(*fixed)
    barred = taken.union(*(bank.enemies_of(item) for item in taken))
    demands = tuple(
        Demand(section, number, row, _fitting(row, bank, barred)) for section, number, row in document.demands()
    )
    return Plan(document, bank, tuple(fixed), demands, tuple(unknown), _meeting(taken, bank))


def _fitting(row: BlueprintRow, bank: Bank, barred: Collection[int]) -> tuple[int, ...]:
    pool = frozenset(row.pool)
    return tuple(sorted(item.id for item in bank.items.values() if item.id not in barred and _fits(item, row, pool)))


def _fits(item: BankItem, row: BlueprintRow, pool: frozenset[str]) -> bool:
    return (
        item.is_trial == row.trial
        and (not row.competency or item.competency == row.competency)
        and (row.level is None or item.level == row.level)
        and (not row.subject or item.subject.casefold() == row.subject.casefold())
        and (not row.kinds or item.kind in row.kinds)
        and (not pool or item.code in pool)
    )


def _meeting(items: Collection[int], bank: Bank) -> tuple[tuple[str, str], ...]:
    pairs = ((left, right) for left in items for right in bank.enemies_of(left) if left < right and right in items)
    return tuple(sorted((bank.items[left].code, bank.items[right].code) for left, right in pairs))


def draw(plan: Plan, chance: random.Random, usage: Mapping[int, int] | None = None) -> Picks | None:
    """Draw items for every demand, least used first, no item twice and no enemies; None when it cannot be done.

    Rows with few candidates are served first. Where that runs into a corner some times over, an integer programme
    with random costs decides: it finds a draw whenever there is one.
    """
    order = sorted(range(len(plan.demands)), key=lambda at: _slack(plan.demands[at]))
    for _try in range(TRIES):
        picked = _draw_greedily(plan, order, chance, usage or {})
        if picked is not None:
            return picked
    costs = {item: (usage or {}).get(item, 0) * 10 + chance.random() for item in sorted(plan.everything)}
    picks, missing = _solve(plan, costs)
    return None if any(missing) else picks


def _slack(demand: Demand) -> int:
    return len(demand.candidates) - demand.asked.count


def _draw_greedily(plan: Plan, order: Sequence[int], chance: random.Random, usage: Mapping[int, int]) -> Picks | None:
    picks: list[tuple[int, ...]] = [()] * len(plan.demands)
    barred: set[int] = set()
    for at in order:
        demand, chosen = plan.demands[at], list[int]()
        ranked = sorted((usage.get(item, 0), chance.random(), item) for item in demand.candidates)
        for _used, _key, item in ranked:
            if len(chosen) == demand.asked.count:
                break
            if item not in barred:
                chosen.append(item)
                barred.add(item)
                barred |= plan.bank.enemies_of(item)
        if len(chosen) < demand.asked.count:
            return None
        picks[at] = tuple(chosen)
    return tuple(picks)


def find_shortages(plan: Plan) -> list[Shortage]:
    """Return the rows that cannot all be filled and the least number of items missing; empty when all can."""
    if draw(plan, stream(b"", "feasible")) is not None:
        return []
    _picks, missing = _solve(plan, {})
    return [
        Shortage(demand.section, demand.row, demand.asked, len(demand.candidates), lacking)
        for demand, lacking in zip(plan.demands, missing, strict=True)
        if lacking
    ]


def _solve(plan: Plan, costs: Mapping[int, float]) -> tuple[Picks, list[int]]:
    """Fill the demands as far as it goes (exactly); return the picks and how many each demand lacks.

    One binary per item and demand it fits, one integer per demand for what it lacks; lacking costs more than any
    choice of items.
    """
    places = [(at, item) for at, demand in enumerate(plan.demands) for item in demand.candidates]
    if not places:
        return tuple(() for _ in plan.demands), [demand.asked.count for demand in plan.demands]
    wanted = np.array([demand.asked.count for demand in plan.demands], dtype=float)
    matrix, lower, upper = _constraints(plan, places, wanted)
    dear = 1.0 + 2.0 * sum(sorted(costs.values())[-int(wanted.sum()) :])
    price = np.concatenate([[costs.get(item, 0.0) for _at, item in places], np.full(len(wanted), dear)])
    found = milp(
        c=price,
        integrality=np.ones(len(price)),
        bounds=Bounds(np.zeros(len(price)), np.concatenate([np.ones(len(places)), wanted])),
        constraints=LinearConstraint(matrix, lower, upper),
    )
    taken = np.rint(found.x).astype(int)
    picks = tuple(
        tuple(item for (place, item), is_in in zip(places, taken, strict=False) if is_in and place == at)
        for at in range(len(plan.demands))
    )
    return picks, [int(lacking) for lacking in taken[len(places) :]]


def _constraints(
    plan: Plan, places: Sequence[tuple[int, int]], wanted: np.ndarray
) -> tuple[coo_array, np.ndarray, np.ndarray]:
    rows: list[tuple[list[int], float, float]] = []
    for at, count in enumerate(wanted):
        rows.append(([n for n, (place, _item) in enumerate(places) if place == at] + [len(places) + at], count, count))
    where: dict[int, list[int]] = {}
    for number, (_place, item) in enumerate(places):
        where.setdefault(item, []).append(number)
    rows.extend((numbers, 0, 1) for numbers in where.values() if len(numbers) > 1)
    rows.extend(
        ([*where[left], *where[right]], 0, 1)
        for left in where
        for right in sorted(plan.bank.enemies_of(left))
        if left < right and right in where
    )
    lines = np.repeat(np.arange(len(rows)), [len(numbers) for numbers, _low, _high in rows])
    columns = np.concatenate([numbers for numbers, _low, _high in rows])
    shape = (len(rows), len(places) + len(wanted))
    matrix = coo_array((np.ones(len(columns)), (lines, columns)), shape=shape).tocsr()
    return matrix, np.array([low for _n, low, _high in rows]), np.array([high for _n, _low, high in rows])


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a paper."""

    item: int
    section: int
    is_scored: bool = True


def place_items(plan: Plan, picks: Picks, chance: random.Random) -> list[Place]:
    """Return the items of a paper section by section: fixed ones and then the rows', shuffled where it says so."""
    places: list[Place] = []
    for at, section in enumerate(plan.document.sections):
        own = [Place(item, at) for item in plan.fixed[at]]
        for demand, chosen in zip(plan.demands, picks, strict=True):
            if demand.section == at:
                own.extend(Place(item, at, not demand.asked.trial) for item in chosen)
        places.extend(shuffled(own, chance) if section.shuffle_items else own)
    return places


def draw_orders(content: ItemContent, chance: random.Random, *, shuffle: bool = True) -> dict[str, list[str]]:
    """Return the order in which the options of every interaction are shown; fixed options stay in place.

    True and false keep their order, so do places on a picture. What is to be put into order is always shuffled where
    its author allows it: the author's own order is often the answer. Every interaction with options has an order,
    shuffled or not, because papers name options by their place in it (:func:`papers.arrange`).
    """
    orders: dict[str, list[str]] = {}
    for interaction in content.interactions:
        may = getattr(interaction, "shuffle", False) and (shuffle or isinstance(interaction, OrderInteraction))
        may = may and getattr(interaction, "style", "") != "true_false"
        lists = [getattr(interaction, name) for name in (*_LISTS, "spots") if getattr(interaction, name, ())]
        shown = [_reordered(options, chance) if may else [option.id for option in options] for options in lists]
        if shown:
            orders[interaction.id] = [identifier for part in shown for identifier in part]
    return orders


def _reordered(options: Sequence[Choice], chance: random.Random) -> list[str]:
    moving = iter(shuffled((option.id for option in options if not option.fixed), chance))
    return [option.id if option.fixed else next(moving) for option in options]
