"""What people choose on the list pages, and the name of a saved filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from merit.evidence import EMPLOYMENT, TIERS
from merit.i18n import lazy
from merit.people.queries import officials, positions
from merit.people.queries.units import UnitTree
from merit.reference import PPPK_BASE, load_grades
from merit.web.forms import BaseForm
from merit.web.paging import read_choice, read_order, read_text

NAME_LENGTH = 60
KEPT = ("cari", "unit", "jenjang", "golongan", "status", "urut")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialChoice:
    """The filters of the list of officials as the address has them; unknown values are left out."""

    text: str
    unit: str
    tier: str
    grade: str
    employment: str
    order: str

    def filter(self, tree: UnitTree, scope: frozenset[int] | None) -> officials.OfficialFilter:
        """Return the filter for the query; the unit stands for itself and everything below it."""
        return officials.OfficialFilter(
            text=self.text,
            unit_ids=reached(tree, self.unit, scope),
            tier=self.tier,
            grade=int(self.grade) if self.grade else None,
            employment=self.employment,
        )

    @property
    def used(self) -> dict[str, str]:
        """The filters in use and an order of one's own, by parameter of the address."""
        order = "" if self.order == "nama" else self.order
        values = (self.text, self.unit, self.tier, self.grade, self.employment, order)
        return {name: value for name, value in zip(KEPT, values, strict=True) if value}

    @property
    def query(self) -> str:
        """The same as a query string, for saving."""
        return urlencode(self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionChoice:
    """The filters of the list of positions as the address has them."""

    text: str
    unit: str
    tier: str
    state: str
    order: str

    def filter(self, tree: UnitTree, scope: frozenset[int] | None) -> positions.PositionFilter:
        """Return the filter for the query."""
        return positions.PositionFilter(
            text=self.text,
            unit_ids=reached(tree, self.unit, scope),
            tier=self.tier,
            held={"terisi": True, "kosong": False}.get(self.state),
        )


def reached(tree: UnitTree, unit_code: str, scope: frozenset[int] | None) -> frozenset[int] | None:
    """Return the units a filter and the actor's scope leave together; None when both leave all."""
    unit = tree.find(unit_code) if unit_code else None
    return scope if unit is None else tree.with_descendants(unit.id)


def read_official_choice() -> OfficialChoice:
    """Read the filters of the list of officials from the address."""
    return OfficialChoice(
        text=read_text(),
        unit=read_text("unit"),
        tier=read_choice("jenjang", TIERS),
        grade=read_choice("golongan", [str(grade) for grade in load_grades()]),
        employment=read_choice("status", EMPLOYMENT),
        order=read_order(officials.ORDERS, "nama"),
    )


def choice_of(values: Mapping[str, str]) -> OfficialChoice:
    """Return the filters that ``used`` gave."""
    text, unit, tier, grade, employment, order = (values.get(name, "") for name in KEPT)
    return OfficialChoice(text=text, unit=unit, tier=tier, grade=grade, employment=employment, order=order or "nama")


def read_position_choice() -> PositionChoice:
    """Read the filters of the list of positions from the address."""
    return PositionChoice(
        text=read_text(),
        unit=read_text("unit"),
        tier=read_choice("jenjang", TIERS),
        state=read_choice("keadaan", ("terisi", "kosong")),
        order=read_order(positions.ORDERS, "nama"),
    )


def unit_options(tree: UnitTree) -> list[tuple[str, str]]:
    """Return (code, name) of every unit of the tree, deeper ones indented."""
    return [(unit.code, "\u2003" * depth + unit.name) for depth, unit in tree.walk()]


def grade_options() -> list[tuple[str, str]]:
    """Return (ordinal, code) of every grade."""
    return [
        (str(ordinal), grade.name if ordinal > PPPK_BASE else grade.code) for ordinal, grade in load_grades().items()
    ]


class SavedFilterForm(BaseForm):
    """The name under which the present filters are kept."""

    name = StringField(
        lazy("Nama saringan"),
        [
            InputRequired(lazy("Isi nama saringan.")),
            Length(max=NAME_LENGTH, message=lazy("Nama saringan paling panjang 60 huruf.")),
        ],
    )
    query = HiddenField()
