"""The value of an answer: its one canonical text, its bounds, and what scoring reads from it.

``["B"]`` where an item has one interaction, ``{"RESPONSE_1": ["x"], …}`` where it has several, ``[]`` or ``{}`` when
blank. Texts are normalised to NFC, so that the same letters typed on two systems are the same answer.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from merit.assessment.domain.items import Responses
from merit.errors import InvalidInputError

MOST_VALUES = 200
MOST_INTERACTIONS = 100
MOST_IDENTIFIER = 200
MOST_BYTES = 16 * 1024
MOST_ESSAY_BYTES = 64 * 1024  # one single text
BLANK = frozenset({"[]", "{}"})


def canonical_value(value: Any) -> str:
    """Return an answer's canonical JSON; raise :class:`InvalidInputError` where it has another shape or is too big."""
    shaped: list[str] | dict[str, list[str]]
    if isinstance(value, Mapping):
        shaped = _mapping(value)
        is_text = False
    else:
        shaped = _texts(value)
        is_text = len(shaped) == 1
    text = json.dumps(shaped, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text) * 4 > MOST_BYTES and len(text.encode()) > (MOST_ESSAY_BYTES if is_text else MOST_BYTES):
        raise InvalidInputError("answer-too-large")
    return text


def is_blank(text: str) -> bool:
    """Whether a canonical value answers nothing."""
    return text in BLANK


def parse_value(value: Any, interaction_ids: Sequence[str]) -> Responses:
    """Return the responses by interaction from a stored text or a parsed value, in the order of the interactions.

    A list belongs to the first interaction. Identifiers the item does not have are left out: they answer nothing.
    """
    parsed = json.loads(value) if isinstance(value, str) else value
    if isinstance(parsed, Mapping):
        return {name: tuple(parsed.get(name, ())) for name in interaction_ids}
    first = interaction_ids[0] if interaction_ids else ""
    return {name: tuple(parsed) if name == first else () for name in interaction_ids}


def _mapping(value: Mapping[Any, Any]) -> dict[str, list[str]]:
    if len(value) > MOST_INTERACTIONS:
        raise InvalidInputError("answer-too-large")
    if not all(isinstance(name, str) and 0 < len(name) <= MOST_IDENTIFIER and _is_clean(name) for name in value):
        raise InvalidInputError("answer-malformed")
    texts = {name: _texts(each) for name, each in value.items()}
    return {name: each for name, each in texts.items() if each}


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        raise InvalidInputError("answer-malformed")
    if len(value) > MOST_VALUES:
        raise InvalidInputError("answer-too-large")
    if not all(isinstance(text, str) and _is_clean(text) for text in value):
        raise InvalidInputError("answer-malformed")
    texts = [text if text.isascii() else unicodedata.normalize("NFC", text) for text in value]
    return texts if any(texts) else []


def _is_clean(text: str) -> bool:
    """Whether both databases keep the text: no NUL, no half of a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
