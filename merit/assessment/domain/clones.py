"""Templated items: what is drawn for one candidate, and the item with it in its text and in its key; pure.

A key whose program declares template variables makes clones. The drawn values are a document that can be stored:
``{"seed", "templates": {name: [text] | None}, "corrects": {…}, "defaults": {…}}``. A clone made of it twice is the same
twice: scoring never draws.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.domain.printing import MissingValueError, printed, variables_in
from merit.assessment.domain.processing import (
    ConstraintError,
    UnsupportedError,
    Value,
    draw_template,
)
from merit.assessment.domain.processing.values import format_atom, parse_value

Drawing: TypeAlias = Mapping[str, Any]
Program: TypeAlias = Mapping[str, Any]
SAMPLES = 8


class CloneProblem(StrEnum):
    """Why an item cannot be drawn; each has a sentence."""

    CONSTRAINT = "clone-constraint"
    UNSUPPORTED = "clone-unsupported"
    VALUE = "clone-value-missing"
    CORRECT = "clone-correct-missing"


class CloneError(Exception):
    """An item cannot be drawn; ``name`` is the variable or expression at fault."""

    def __init__(self, problem: CloneProblem, name: str = "") -> None:
        """Keep the problem and the name."""
        self.problem, self.name = problem, name
        super().__init__(f"{problem}: {name}")


def is_templated(key: ItemKey) -> bool:
    """Tell whether an item draws values for every candidate."""
    return key.processing is not None and bool(key.processing.get("templates"))


def draw_values(content: ItemContent, key: ItemKey, *, seed: str) -> Drawing:
    """Draw one candidate's values.

    Parameters
    ----------
    content, key
        The templated item.
    seed
        What chance is drawn from; the same seed draws the same.

    Returns
    -------
    The document described above.

    Raises
    ------
    CloneError
        When a constraint never held, something cannot be evaluated, or a value that is needed is missing.

    """
    drawing = draw_program(key.processing or {}, seed=seed)
    try:
        clone_item(content, key, drawing)
    except MissingValueError as error:
        raise CloneError(CloneProblem.VALUE, str(error)) from None
    return drawing


def draw_program(program: Program, *, seed: str) -> Drawing:
    """Draw what a program's template processing gives, whatever of it is printed; raise :class:`CloneError`."""
    try:
        drawn = draw_template(program, seed=seed)
    except ConstraintError:
        raise CloneError(CloneProblem.CONSTRAINT) from None
    except UnsupportedError as error:
        raise CloneError(CloneProblem.UNSUPPORTED, error.name) from None
    lacking = next((name for name, value in drawn.corrects.items() if value is None), None)
    if lacking is not None:
        raise CloneError(CloneProblem.CORRECT, lacking)
    parts = {"templates": drawn.templates, "corrects": drawn.corrects, "defaults": drawn.defaults}
    return {"seed": seed, **{part: {name: _texts(one) for name, one in found.items()} for part, found in parts.items()}}


def clone_seed(secret: bytes, name: str) -> str:
    """Return the seed of a named clone, hexadecimal: nobody without the secret can foresee it."""
    return hmac.new(secret, f"clone/{name}".encode(), hashlib.sha256).hexdigest()


def drawing_text(drawing: Drawing) -> str:
    """Return a drawing as it is stored, byte for byte the same for equal ones."""
    return json.dumps(drawing, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def drawing_of(text: str) -> Drawing:
    """Return a stored drawing."""
    drawing: Drawing = json.loads(text)
    return drawing


def clone_item(content: ItemContent, key: ItemKey, drawing: Drawing) -> tuple[ItemContent, ItemKey]:
    """Return an item with drawn values in its text and in its key; the clone draws nothing any more."""
    program = key.processing or {}
    values = {
        name: None if drawing["templates"].get(name) is None else _value(declared, drawing["templates"][name])
        for name, declared in program.get("templates", {}).items()
    }
    processing = clone_program(program, drawing) if program.get("rules") or program.get("outcome_rules") else None
    return printed(content, values), key.model_copy(update={"processing": processing})


def clone_program(program: Program, drawing: Drawing) -> dict[str, Any]:
    """Return a program in which drawn values are what is declared."""
    templates, corrects, defaults = drawing["templates"], drawing["corrects"], drawing["defaults"]
    responses = _declared(_declared(program.get("responses", {}), "correct", corrects), "default", defaults)
    return {
        **program,
        "template_rules": [],
        "templates": _declared(program.get("templates", {}), "default", templates),
        "responses": responses,
        "outcomes": _declared(program.get("outcomes", {}), "default", defaults),
    }


def find_clone_problem(content: ItemContent, key: ItemKey) -> CloneError | None:
    """Return why an item cannot be drawn, after some draws; None when all went well or it draws nothing."""
    if not is_templated(key):
        return None
    for number in range(SAMPLES):
        try:
            draw_values(content, key, seed=f"sample {number}")
        except CloneError as error:
            return error
    return None


def unknown_variables(content: ItemContent, key: ItemKey) -> frozenset[str]:
    """Return the variables in the text that the key does not declare."""
    return variables_in(content) - frozenset((key.processing or {}).get("templates", {}))


def _texts(value: Value | None) -> list[str] | None:
    return None if value is None else [format_atom(atom) for atom in value.atoms]


def _value(declared: Program, texts: list[str]) -> Value | None:
    return parse_value(declared["base"], declared["cardinality"], texts)


def _declared(declarations: Program, name: str, drawn: Mapping[str, list[str] | None]) -> dict[str, Any]:
    """Return declarations in which ``name`` (default, correct) is what was drawn; nothing where that was NULL."""
    found = {}
    for identifier, declared in declarations.items():
        kept = dict(declared)
        if identifier in drawn:
            kept.pop(name, None)
            texts = drawn[identifier]
            if texts is not None:
                kept[name] = list(texts)
        found[identifier] = kept
    return found
