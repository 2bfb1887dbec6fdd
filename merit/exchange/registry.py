"""All kinds of files by name; the slices that own them are loaded when a kind is asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from merit.errors import NotFoundError
from merit.exchange.schema import Kind

_OWNERS = {
    "merit.people.imports": (
        "units",
        "positions",
        "officials",
        "career",
        "discipline",
        "attendance",
        "assignments",
        "leave",
        "attestations",
    ),
    "merit.assessment.imports": ("results",),
    "merit.training.imports": ("training",),
    "merit.performance.imports": (
        "performance",
        "feedback",
        "unit-results",
        "agreements",
        "complaints",
        "satisfaction",
        "awards",
    ),
    "merit.ranking.imports": ("vacancies", "applications"),
}
KIND_NAMES = tuple(name for names in _OWNERS.values() for name in names)


@cache
def get_kind(name: str) -> Kind:
    """Return a kind; raise :class:`NotFoundError` for an unknown name."""
    for module, names in _OWNERS.items():
        if name in names:
            kinds: tuple[Kind, ...] = import_module(module).KINDS
            return next(kind for kind in kinds if kind.name == name)
    raise NotFoundError("import-kind-unknown", kind=name, kinds=", ".join(KIND_NAMES))


def all_kinds() -> tuple[Kind, ...]:
    """Return every kind in the order in which files are best imported."""
    return tuple(get_kind(name) for name in KIND_NAMES)
