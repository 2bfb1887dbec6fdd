"""What a list of people is narrowed to, as addresses and ordered exports have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from merit.people.queries.units import UnitTree
from merit.ranking.professionalism.domain.rules import CATEGORIES, GROUPS
from merit.ranking.professionalism.queries.lines import OPEN_CATEGORY, ORDERS, LineFilter
from merit.ranking.professionalism.queries.runs import CLASSES
from merit.ranking.professionalism.words import GAPS, MISSING

_FIRST = "nama"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChoice:
    """The filters by the name of their parameter; "" where nothing is chosen. Unknown values are left out."""

    cari: str = ""
    unit: str = ""
    kategori: str = ""
    kelompok: str = ""
    status: str = ""
    menunggu: str = ""
    belum: str = ""
    urut: str = _FIRST

    @property
    def used(self) -> dict[str, str]:
        """What is chosen, by parameter of the address."""
        return {name: value for name, value in asdict(self).items() if value and (name, value) != ("urut", _FIRST)}

    def filter(self, run_id: int, tree: UnitTree, scope: frozenset[int] | None) -> LineFilter:
        """Return the filter of a computation; the unit stands for itself and everything below it."""
        unit = tree.find(self.unit) if self.unit else None
        return LineFilter(
            run_id=run_id,
            unit_ids=scope if unit is None else tree.with_descendants(unit.id),
            scope=scope,
            text=self.cari,
            category=self.kategori,
            group=self.kelompok,
            who=self.status,
            missing=int(MISSING.get(self.menunggu, 0)),
            gap=int(GAPS.get(self.belum, 0)),
        )


def choice_of(values: Mapping[str, Any]) -> LineChoice:
    """Return the choice of an address's or an order's parameters."""

    def one_of(name: str, allowed: object) -> str:
        value = str(values.get(name, ""))
        return value if value in allowed else ""  # type: ignore[operator] # sets and tuples of codes

    order = str(values.get("urut", _FIRST))
    return LineChoice(
        cari=str(values.get("cari", "")),
        unit=str(values.get("unit", "")),
        kategori=one_of("kategori", (*CATEGORIES, OPEN_CATEGORY)),
        kelompok=one_of("kelompok", GROUPS),
        status=one_of("status", CLASSES),
        menunggu=one_of("menunggu", MISSING),
        belum=one_of("belum", GAPS),
        urut=order if order.removeprefix("-") in ORDERS else _FIRST,
    )
