"""What changed between two versions, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from merit.assessment.domain import richtext
from merit.assessment.domain.bank import choices_of
from merit.assessment.domain.items import ItemContent

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_PIECES = 4000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: ``same``, ``gone`` or ``new``."""

    change: str
    text: str


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part of an item ("body", "A" …) and its text as pieces."""

    part: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything differs."""
        return any(piece.change != "same" for piece in self.pieces)


def word_changes(before: str, after: str) -> tuple[Piece, ...]:
    """Return the new text with what went and what came, in reading order."""
    old, new = _PIECES.findall(before)[:_MOST_PIECES], _PIECES.findall(after)[:_MOST_PIECES]
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("new", "".join(new[c:d])))
    return tuple(pieces)


def content_changes(before: ItemContent, after: ItemContent) -> tuple[PartChange, ...]:
    """Return the parts of an item that differ between two versions; none when the words are the same."""
    old, new = _parts(before), _parts(after)
    changes = (
        PartChange(name, word_changes(old.get(name, ""), new.get(name, ""))) for name in dict.fromkeys((*old, *new))
    )
    return tuple(change for change in changes if change.is_changed)


def _parts(content: ItemContent) -> dict[str, str]:
    parts = {"title": content.title, "body": richtext.plain(content.body)}
    for interaction in content.interactions:
        parts["prompt"] = richtext.plain(interaction.prompt)
        for choice in choices_of(interaction):
            parts[choice.id] = richtext.plain(choice.html)
        for spot in getattr(interaction, "spots", ()):
            numbers = " ".join(format(number, "g") for number in spot.area.coords)
            parts[spot.id] = f"{spot.label} {spot.area.shape} {numbers}".strip()
    return {name: text for name, text in parts.items() if text}
