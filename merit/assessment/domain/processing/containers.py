"""Containers and records."""

from __future__ import annotations

from merit.assessment.domain.processing.context import Arguments, Context, Node, Operator, attributes, fractions
from merit.assessment.domain.processing.values import Atom, Value, comparable, container, number, truth

_MAX_SIZE = 2_000


def _collect(cardinality: str) -> Operator:
    def collect(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
        kept = [argument for argument in arguments if argument is not None]
        atoms = [atom for argument in kept for atom in argument.atoms]
        return container(kept[0].base, cardinality, atoms[:_MAX_SIZE]) if kept else None

    return collect


def _container_size(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    size = 0 if arguments[0] is None else len(arguments[0].atoms)
    return number(size, integral=True)


def _index(context: Context, node: Node, arguments: Arguments) -> Value | None:
    value = arguments[0]
    given = fractions(arguments[1]) if len(arguments) > 1 else None
    place = given[0] if given else context.amount(node, "n")
    if value is None or place is None or place.denominator != 1 or not 1 <= place <= len(value.atoms):
        return None
    return Value(value.base, "single", (value.atoms[int(place) - 1],))


def _delete(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    first, second = arguments
    if first is None or second is None:
        return None
    gone, value = (first, second) if first.cardinality == "single" else (second, first)
    if len(gone.atoms) != 1:
        return None
    unwanted = comparable(gone, value)[0]
    return container(value.base, value.cardinality, [atom for atom in value.atoms if atom != unwanted])


def _member(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    first, second = arguments
    if first is None or second is None:
        return None
    wanted = comparable(first, second)
    return truth(len(wanted) == 1 and wanted[0] in comparable(second, first))


def _contains(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    whole, part = arguments
    if whole is None or part is None:
        return None
    ours, theirs = list(comparable(whole, part)), list(comparable(part, whole))
    if "ordered" in {whole.cardinality, part.cardinality}:
        length = len(theirs)
        return truth(any(ours[start : start + length] == theirs for start in range(len(ours) - length + 1)))
    return truth(_is_bag_within(theirs, ours))


def _is_bag_within(part: list[Atom], whole: list[Atom]) -> bool:
    left = list(whole)
    for atom in part:
        if atom not in left:
            return False
        left.remove(atom)
    return True


def _record(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    names = [attributes(child).get("fieldIdentifier", "") for child in node.get("args", ())]
    fields = tuple(zip(names, arguments, strict=True))
    return Value("", "record", (), fields) if fields else None


def _field_value(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    value = arguments[0]
    if value is None:
        return None
    if value.cardinality != "record":
        return value  # a field being given a value inside ``record``
    name = attributes(node).get("fieldIdentifier", "")
    return next((field for key, field in value.fields if key == name), None)


OPERATORS: dict[str, Operator] = {
    "multiple": _collect("multiple"),
    "ordered": _collect("ordered"),
    "repeat": _collect("ordered"),  # the context evaluates what is repeated
    "containerSize": _container_size,
    "index": _index,
    "delete": _delete,
    "member": _member,
    "contains": _contains,
    "record": _record,
    "fieldValue": _field_value,
}
