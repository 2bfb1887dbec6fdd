"""An item as data: what candidates see (:class:`ItemContent`), and apart from it how it is scored (:class:`ItemKey`).

The two never travel together: a paper is built from contents only, keys stay encrypted in the bank. Both are frozen
pydantic models; their canonical JSON is what versions store and hash.

A response to an item is ``{response identifier: [values]}``; values are texts: an identifier ("A"), a pair
("A B": source or source-gap, target), a point ("102 113"), or what was typed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

MAX_LEVEL = 5
Responses: TypeAlias = Mapping[str, Sequence[str]]
Identifier: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
RichText: TypeAlias = str  # HTML cleaned by ``merit.assessment.domain.richtext``


class Document(BaseModel):
    """Base of everything stored with an item."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(Document):
    """One thing to choose, order or match; ``most`` is how often it may be matched (0: without limit)."""

    id: Identifier
    html: RichText
    fixed: bool = False
    most: int = 1


class _Interaction(Document):
    id: Identifier
    prompt: RichText = ""


class ChoiceInteraction(_Interaction):
    """Single or multiple choice, SJT, true/false; ``most`` 0 means without limit."""

    kind: Literal["choice"] = "choice"
    choices: tuple[Choice, ...]
    least: int = 0
    most: int = 1
    shuffle: bool = True
    style: Literal["list", "true_false", "sjt"] = "list"


class OrderInteraction(_Interaction):
    """Put the choices into order; ``most`` 0 means all of them."""

    kind: Literal["order"] = "order"
    choices: tuple[Choice, ...]
    least: int = 0
    most: int = 0
    shuffle: bool = True


class MatchInteraction(_Interaction):
    """Pairs of a source and a target (match, gap match, associate where both sides are the same)."""

    kind: Literal["match"] = "match"
    sources: tuple[Choice, ...]
    targets: tuple[Choice, ...]
    most: int = 0
    shuffle: bool = True


class InlineChoiceInteraction(_Interaction):
    """A drop-down list inside the text."""

    kind: Literal["inline_choice"] = "inline_choice"
    choices: tuple[Choice, ...]
    shuffle: bool = True


class TextEntryInteraction(_Interaction):
    """A short text or a number inside the text."""

    kind: Literal["text_entry"] = "text_entry"
    numeric: bool = False
    expected_length: int = 20
    unit: str = ""


class EssayInteraction(_Interaction):
    """A long text, marked by people."""

    kind: Literal["essay"] = "essay"
    expected_lines: int = 10
    most_words: int = 0


class Area(Document):
    """A shape on a picture: rect ``x1 y1 x2 y2``, circle ``x y r``, poly ``x1 y1 …``, ellipse ``x y h v``; pixels."""

    shape: Literal["rect", "circle", "poly", "ellipse", "default"]
    coords: tuple[float, ...] = ()


class Spot(Document):
    """A place on a picture that can be chosen."""

    id: Identifier
    area: Area
    label: str = ""


class HotspotInteraction(_Interaction):
    """Choose places on a picture; without ``spots`` the candidate points anywhere (values are points)."""

    kind: Literal["hotspot"] = "hotspot"
    image: str  # media reference "media:<sha256>"
    width: int
    height: int
    alt: str = ""
    spots: tuple[Spot, ...] = ()
    least: int = 0
    most: int = 1


class SliderInteraction(_Interaction):
    """A number chosen on a scale."""

    kind: Literal["slider"] = "slider"
    lower: float
    upper: float
    step: float = 1


Interaction: TypeAlias = Annotated[
    ChoiceInteraction
    | OrderInteraction
    | MatchInteraction
    | InlineChoiceInteraction
    | TextEntryInteraction
    | EssayInteraction
    | HotspotInteraction
    | SliderInteraction,
    Field(discriminator="kind"),
]


class ItemContent(Document):
    """What a candidate sees.

    ``body`` is clean HTML in which ``<span data-response="ID"></span>`` (inside a line) or
    ``<div data-response="ID"></div>`` stands for each interaction, once and in order. Pictures and audio are
    ``src="media:<sha256>"``; the server gives them unguessable addresses in the paper.
    """

    title: str = ""
    language: str = "id"
    body: RichText
    interactions: tuple[Interaction, ...] = ()


class MatchKey(Document):
    """All or nothing: the response equals ``correct`` (as a set, or in order when ``ordered``)."""

    rule: Literal["match"] = "match"
    correct: tuple[str, ...]
    ordered: bool = False
    points: Decimal = Decimal(1)


class MapEntry(Document):
    """Points of one value."""

    value: str
    points: Decimal
    case_sensitive: bool = True


class MapKey(Document):
    """The sum of the points of the values given, each counted once, bounded (QTI ``mapResponse``; SJT weights 1-5)."""

    rule: Literal["map"] = "map"
    entries: tuple[MapEntry, ...]
    default: Decimal = Decimal(0)
    lower: Decimal | None = None
    upper: Decimal | None = None
    correct: tuple[str, ...] = ()


class NumericKey(Document):
    """A number within a tolerance; ``relative`` tolerances are percent of the value. First fitting entry counts."""

    rule: Literal["numeric"] = "numeric"
    value: Decimal
    tolerance: Decimal = Decimal(0)
    relative: bool = False
    points: Decimal = Decimal(1)
    near: tuple[NearNumber, ...] = ()


class NearNumber(Document):
    """A further number that earns points."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    relative: bool = False
    points: Decimal


class OrderKey(Document):
    """An order: all or nothing, or a share of the points per neighbouring pair in the right order."""

    rule: Literal["order"] = "order"
    correct: tuple[str, ...]
    partial: bool = False
    points: Decimal = Decimal(1)


class AreaEntry(Document):
    """Points of a place."""

    area: Area
    points: Decimal


class AreaKey(Document):
    """Points given by where they lie (QTI ``mapResponsePoint``): each area counts once."""

    rule: Literal["area"] = "area"
    entries: tuple[AreaEntry, ...]
    default: Decimal = Decimal(0)
    lower: Decimal | None = None
    upper: Decimal | None = None


class EssayKey(Document):
    """Marked by people, blind, 0 to ``points`` in steps; ``tolerance`` is the difference that calls a third marker."""

    rule: Literal["essay"] = "essay"
    points: Decimal
    rubric: RichText = ""
    step: Decimal = Decimal(1)
    tolerance: Decimal = Decimal(1)


ResponseKey: TypeAlias = Annotated[
    MatchKey | MapKey | NumericKey | OrderKey | AreaKey | EssayKey, Field(discriminator="rule")
]


class ItemKey(Document):
    """How an item is scored: the sum over its responses, bounded; or the imported ``processing`` instead of them.

    ``processing`` is response processing and declarations as read from QTI, in the form that
    ``merit.assessment.domain.processing`` evaluates; None for items made here.
    """

    responses: Mapping[str, ResponseKey] = {}
    lower: Decimal | None = Decimal(0)
    upper: Decimal | None = None
    maximum: Decimal
    processing: Mapping[str, Any] | None = None
    rationale: RichText = ""


NumericKey.model_rebuild()


def canonical(document: Document) -> str:
    """Return the document's JSON, byte for byte the same for equal documents."""
    tree = document.model_dump(mode="json")
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: ItemContent, key: ItemKey) -> str:
    """Return the SHA-256 of an item's content and key, hexadecimal."""
    return hashlib.sha256(f"{canonical(content)}\n{canonical(key)}".encode()).hexdigest()
