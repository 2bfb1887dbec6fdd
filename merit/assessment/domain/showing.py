"""One item as it stands on the screen: its text cut where the answers go, and what a plain form gave, pure.

``public`` is an item of a paper (see ``domain/papers.py``). The names of the controls are those of
``templates/exam/item.html`` and of the client's ``items.js``; the two draw the same markup.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from merit.assessment.domain.items import Responses
from merit.assessment.domain.richtext import plain

Interaction: TypeAlias = Mapping[str, Any]
Fields: TypeAlias = Mapping[str, Sequence[str]]

MOST_POINTS = 6
ESSAY_LETTERS_ALONE, ESSAY_LETTERS_BESIDE = 30_000, 6_000  # what 64 KB and 16 KB hold
_PLACE = re.compile(r'(<(span|div)\b[^>]*?\bdata-response="([^"]*)"[^>]*>).*?(?=</\2>)', re.DOTALL)
_SILENT_SOUND = re.compile(r"<audio(?![^>]*\bcontrols)")
_RICH = re.compile(r"<(img|math|audio|table)\b")


@dataclass(frozen=True, slots=True)
class Part:
    """Text of the item, and after it the answer that stands there (None after the last)."""

    html: str
    interaction: Interaction | None = None
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """An item ready to be drawn."""

    parts: tuple[Part, ...]
    interactions: tuple[Interaction, ...]

    @property
    def is_asking(self) -> bool:
        """Whether anything can be answered."""
        return bool(self.interactions)

    @property
    def essay_letters(self) -> int:
        """How long a text may be."""
        return ESSAY_LETTERS_ALONE if len(self.interactions) == 1 else ESSAY_LETTERS_BESIDE


def show_item(public: Mapping[str, Any]) -> ShownItem:
    """Cut an item's text at the places of its answers; those without a place follow the text."""
    body = lively(public["body"])
    interactions = tuple(public["interactions"])
    places = {one["id"]: number for number, one in enumerate(interactions)}
    parts: list[Part] = []
    start = 0
    for found in _PLACE.finditer(body):
        index = places.pop(html.unescape(found.group(3)), None)
        if index is None:
            continue
        parts.append(Part(body[start : found.end(1)], interactions[index], index))
        start = found.end()
    before = body[start:]
    for name, index in places.items():
        parts.append(Part(f'{before}<div data-response="{html.escape(name)}">', interactions[index], index))
        before = "</div>"
    return ShownItem(parts=(*parts, Part(before)), interactions=interactions)


def lively(text: str) -> str:
    """Give sounds their controls and let pictures load when they come into sight."""
    return _SILENT_SOUND.sub("<audio controls", text).replace("<img ", '<img loading="lazy" ')


def letter(index: int) -> str:
    """Return A, B, … Z, AA for the place of an option."""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(65 + index % 26)  # noqa: PLR2004 -- the alphabet


def matches_by_lists(one: Interaction) -> bool:
    """Whether each source takes one target out of a list of plain words."""
    return all(source["most"] == 1 for source in one["sources"]) and not any(
        _RICH.search(target["html"]) for target in one["targets"]
    )


def ordered(one: Interaction, given: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the choices in the order given, the others behind them as the paper has them."""
    choices = {choice["id"]: choice for choice in one["choices"]}
    first = [choices.pop(name) for name in given if name in choices]
    return [*first, *choices.values()]


def words_in(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())


def point_rows(one: Interaction, given: Sequence[str]) -> list[tuple[str, str]]:
    """Return the coordinates of each point that may be given, empty ones included."""
    rows = [tuple(point.split(" ")[:2]) for point in given if " " in point]
    room = min(MOST_POINTS, one.get("most") or MOST_POINTS)
    return [(x, y) for x, y in (rows + [("", "")] * room)[:room]]


def spot_shape(area: Mapping[str, Any]) -> tuple[str, dict[str, str], tuple[str, str]]:
    """Return the SVG element of a place on a picture, its attributes, and where its letter stands."""
    numbers = [float(number) for number in area["coords"]]
    a, b, c, d = (numbers + [0.0] * 4)[:4]
    if area["shape"] == "rect":
        return (
            "rect",
            _texts(x=a, y=b, width=c - a, height=d - b),
            (short_number((a + c) / 2), short_number((b + d) / 2)),
        )
    if area["shape"] == "circle":
        return "circle", _texts(cx=a, cy=b, r=c), (short_number(a), short_number(b))
    if area["shape"] == "ellipse":
        return "ellipse", _texts(cx=a, cy=b, rx=c, ry=d), (short_number(a), short_number(b))
    xs, ys = numbers[::2] or [0.0], numbers[1::2] or [0.0]
    points = " ".join(short_number(number) for number in numbers)
    return "polygon", {"points": points}, (short_number(sum(xs) / len(xs)), short_number(sum(ys) / len(ys)))


def given_in(interactions: Sequence[Interaction], value: Any) -> dict[str, list[str]]:
    """Return a stored value by interaction."""
    if isinstance(value, Mapping):
        return {name: list(texts) for name, texts in value.items()}
    return {interactions[0]["id"]: list(value or ())} if interactions else {}


def value_of(interactions: Sequence[Interaction], given: Responses) -> Any:
    """Return what is stored: a list for one interaction, lists by name for several, blank ones left out."""
    if len(interactions) == 1:
        return list(given.get(interactions[0]["id"], ()))
    return {one["id"]: list(given[one["id"]]) for one in interactions if given.get(one["id"])}


def stored_value(text: str) -> Any:
    """Return a stored answer as data."""
    return json.loads(text)


def is_given(value: Any) -> bool:
    """Whether anything is answered."""
    lists = value.values() if isinstance(value, Mapping) else [value or ()]
    return any(text.strip() for texts in lists for text in texts)


def short_form(interactions: Sequence[Interaction], value: Any) -> str:
    """Return what stands in the box of a question: the letters chosen, else a tick; "" where it is blank."""
    if not is_given(value):
        return ""
    if len(interactions) != 1 or interactions[0]["kind"] != "choice":
        return "✓"
    order = [choice["id"] for choice in interactions[0]["choices"]]
    chosen = given_in(interactions, value)[interactions[0]["id"]]
    letters = "".join(letter(place) for place in sorted(order.index(name) for name in chosen if name in order))
    return letters if 0 < len(letters) <= 2 else "✓"  # noqa: PLR2004 -- what the box has room for


def read_form(interactions: Sequence[Interaction], fields: Fields) -> dict[str, list[str]]:
    """Return what a plain form gives to each interaction."""
    return {one["id"]: _read(one, index, fields) for index, one in enumerate(interactions)}


def moved(given: dict[str, list[str]], interactions: Sequence[Interaction], fields: Fields) -> dict[str, list[str]]:
    """Return the answers after an arrow of an order was pressed (``geser`` = ``index:identifier:naik|turun``)."""
    index, _, rest = (fields.get("geser") or [""])[0].partition(":")
    name, _, way = rest.rpartition(":")
    rows = list(fields.get(f"jawaban-{index}", ()))
    if not index.isdecimal() or int(index) >= len(interactions) or name not in rows:
        return given
    place = rows.index(name)
    other = place + (-1 if way == "naik" else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return given | {interactions[int(index)]["id"]: _at_most(interactions[int(index)], rows)}


def _read(one: Interaction, index: int, fields: Fields) -> list[str]:
    if one["kind"] == "order":
        rows = [name for name in fields.get(f"jawaban-{index}", ()) if name]
        return _at_most(one, rows) if fields.get(f"pakai-{index}") else []
    if one["kind"] == "hotspot" and not one["spots"]:
        return _read_points(one, index, fields)
    names = [f"jawaban-{index}"]
    if one["kind"] == "match":
        names = [f"jawaban-{index}-{place}" for place in range(len(one["sources"]))]
    texts = [text.replace("\r\n", "\n") for name in names for text in fields.get(name, ())]
    kept = texts if one["kind"] == "essay" else [text.strip() for text in texts]
    return [text for text in kept if text.strip()]


def _read_points(one: Interaction, index: int, fields: Fields) -> list[str]:
    found = []
    for row in range(len(point_rows(one, ()))):
        x, y = ((fields.get(f"titik-{index}-{row}-{axis}") or [""])[0].strip() for axis in "xy")
        if x and y and all(re.fullmatch(r"\d{1,5}(\.\d{1,6})?", number) for number in (x, y)):
            found.append(f"{round(float(x))} {round(float(y))}")
    return found


def _at_most(one: Interaction, rows: list[str]) -> list[str]:
    return rows[: one["most"]] if one.get("most") else rows


def _texts(**numbers: float) -> dict[str, str]:
    return {name: short_number(number) for name, number in numbers.items()}


def short_number(number: float) -> str:
    """Return a number without an empty fraction."""
    return str(int(number)) if number == int(number) else str(number)


__all__ = [
    "Part",
    "ShownItem",
    "given_in",
    "is_given",
    "letter",
    "lively",
    "matches_by_lists",
    "moved",
    "ordered",
    "plain",
    "point_rows",
    "read_form",
    "short_form",
    "short_number",
    "show_item",
    "spot_shape",
    "stored_value",
    "value_of",
    "words_in",
]
