"""The public form of a test: what travels to a candidate's browser, built from contents and orders alone.

Everything in a paper is copied field by field from the lists below; a field that is not listed does not travel.
Keys, weights, titles, codes, competencies and levels have no way in: this module never sees an ItemKey.

``orders`` of an item is ``{response identifier: [identifiers as shown]}``; of a match interaction the sources as
shown and then the targets as shown. In a paper an option is named by its place in that order (A, B, C …): the author's
identifiers often follow the key. :func:`authors_value` turns an answer back.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from merit.assessment.domain.items import (
    Choice,
    HotspotInteraction,
    Interaction,
    ItemContent,
    MatchInteraction,
)

PAPER_VERSION = 1
Orders: TypeAlias = Mapping[str, Sequence[str]]
Addresses: TypeAlias = Mapping[str, str]
PublicItem: TypeAlias = dict[str, Any]

_CHOICE = ("id", "html")
_PAIRED = ("id", "html", "most")
_SPOT = ("id", "label", "area")
_LISTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "choice": {"choices": _CHOICE},
    "order": {"choices": _CHOICE},
    "inline_choice": {"choices": _CHOICE},
    "match": {"sources": _PAIRED, "targets": _PAIRED},
    "hotspot": {"spots": _SPOT},
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "choice": ("least", "most", "style"),
    "order": ("least", "most"),
    "inline_choice": (),
    "match": ("most",),
    "text_entry": ("numeric", "expected_length", "unit"),
    "essay": ("expected_lines", "most_words"),
    "hotspot": ("image", "width", "height", "alt", "least", "most"),
    "slider": ("lower", "upper", "step"),
}
_COMMON = ("id", "kind", "prompt")
_REFERENCE = re.compile(r'(?<=src=")media:([0-9a-f]{64})(?=")')
_WHOLE_REFERENCE = re.compile(r"media:([0-9a-f]{64})\Z")


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A part of a paper, from its first to its last position; ``minutes`` None: no limit of its own."""

    name: str
    first: int
    last: int
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class AdaptiveHead:
    """What a paper says instead of its items where they are chosen one by one: at most how many, out of which pools."""

    most: int
    pools: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHead:
    """What a paper says before its items."""

    title: str
    language: str = "id"
    navigation: Literal["free", "forward"] = "free"
    sections: tuple[PaperSection, ...] = field(default=())
    adaptive: AdaptiveHead | None = None


def media_of(content: ItemContent) -> frozenset[str]:
    """Return the SHA-256 of every medium an item shows or plays."""
    found: set[str] = set()
    for text in _texts(content):
        found.update(_REFERENCE.findall(text))
    for interaction in content.interactions:
        whole = _WHOLE_REFERENCE.match(getattr(interaction, "image", ""))
        if whole:
            found.add(whole.group(1))
    return frozenset(found)


def public_item(content: ItemContent, orders: Orders, media_addresses: Addresses) -> PublicItem:
    """Return what a candidate sees of an item: its body and its interactions, options in the given order.

    ``media_addresses`` gives the address of each medium by SHA-256; a medium without one raises ``KeyError``.
    An interaction without an order keeps the author's.
    """
    return arrange(prepare_item(content, media_addresses), orders)


def prepare_item(content: ItemContent, media_addresses: Addresses) -> PublicItem:
    """Return the public form in the author's order, to be arranged for many papers."""
    return {
        "body": _with_addresses(content.body, media_addresses),
        "interactions": [_public(interaction, media_addresses) for interaction in content.interactions],
    }


def arrange(prepared: PublicItem, orders: Orders) -> PublicItem:
    """Return a prepared item with its options in the given order; the prepared one is left as it is."""
    if not orders:
        return prepared
    interactions = [_arranged(one, orders.get(one["id"])) for one in prepared["interactions"]]
    return {"body": prepared["body"], "interactions": interactions}


def build_paper(head: PaperHead, items: Iterable[tuple[int, PublicItem]]) -> bytes:
    """Return a paper's JSON, byte for byte the same for equal papers; ``items`` are (section, public item)."""
    sections = [
        {"name": part.name, "first": part.first, "last": part.last, "minutes": part.minutes} for part in head.sections
    ]
    document: dict[str, Any] = {
        "version": PAPER_VERSION,
        "title": head.title,
        "language": head.language,
        "navigation": head.navigation,
        "sections": sections,
        "items": [
            {"position": position, "section": section, **item} for position, (section, item) in enumerate(items, 1)
        ],
    }
    if head.adaptive is not None:
        document["adaptive"] = {"most": head.adaptive.most, "pools": list(head.adaptive.pools)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def pack_paper(document: bytes) -> bytes:
    """Compress a paper once; no time and no name go into it."""
    return gzip.compress(document, compresslevel=6, mtime=0)


def unpack_paper(packed: bytes) -> dict[str, Any]:
    """Return the paper as data."""
    document: dict[str, Any] = json.loads(gzip.decompress(packed))
    return document


def papers_sha256(papers: Iterable[tuple[str, str]]) -> str:
    """Return one digest over all papers of a sitting, given as (candidate's number, SHA-256 of the paper)."""
    lines = "".join(f"{number} {sha256}\n" for number, sha256 in sorted(papers))
    return hashlib.sha256(lines.encode()).hexdigest()


def _public(interaction: Interaction, media_addresses: Addresses) -> dict[str, Any]:
    kind = interaction.kind
    shown = {name: getattr(interaction, name) for name in (*_COMMON, *_FIELDS[kind])}
    shown["prompt"] = _with_addresses(shown["prompt"], media_addresses)
    if "image" in shown:
        shown["image"] = _address(shown["image"], media_addresses)
    for name, fields in _LISTS.get(kind, {}).items():
        shown[name] = [_public_option(option, fields, media_addresses) for option in getattr(interaction, name)]
    return shown


def _public_option(option: Any, fields: tuple[str, ...], media_addresses: Addresses) -> dict[str, Any]:
    shown: dict[str, Any] = {name: getattr(option, name) for name in fields}
    if "html" in shown:
        shown["html"] = _with_addresses(shown["html"], media_addresses)
    if "area" in shown:
        shown["area"] = {"shape": option.area.shape, "coords": list(option.area.coords)}
    return shown


def _arranged(shown: dict[str, Any], order: Sequence[str] | None) -> dict[str, Any]:
    if not order:
        return shown
    names = list(_LISTS.get(shown["kind"], ()))
    arranged, start = dict(shown), 0
    for name in names:
        options = {option["id"]: option for option in shown[name]}
        part = order[start : start + len(options)]
        start += len(options)
        if len(part) != len(options) or set(part) != set(options):
            raise ValueError("An order names every option once.")
        first = start - len(options)
        arranged[name] = [{**options[name_], "id": place_name(first + at)} for at, name_ in enumerate(part)]
    return arranged


def place_name(place: int) -> str:
    """Return the name of a place, counted from 0: A to Z, then AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def authors_value(value: str, orders: Orders) -> str:
    """Return a stored answer in the author's identifiers; what names no option is left as it was typed.

    ``value`` is canonical JSON: a list belongs to the item's one interaction, an object names its interactions.
    """
    if not orders:
        return value
    names = {response: _names(order) for response, order in orders.items()}
    parsed = json.loads(value)
    if isinstance(parsed, Mapping):
        back: Any = {key: _translated(each, names.get(key, {})) for key, each in parsed.items()}
    else:
        back = _translated(parsed, next(iter(names.values())) if len(names) == 1 else {})
    return json.dumps(back, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _names(order: Sequence[str]) -> dict[str, str]:
    return {place_name(place): identifier for place, identifier in enumerate(order)}


def _translated(values: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return [" ".join(names.get(part, part) for part in value.split(" ")) if names else value for value in values]


def _texts(content: ItemContent) -> Iterator[str]:
    yield content.body
    for interaction in content.interactions:
        yield interaction.prompt
        for option in options_of(interaction):
            yield option.html


def options_of(interaction: Interaction) -> tuple[Choice, ...]:
    """Return everything of an interaction that can be chosen or matched, without places on a picture."""
    if isinstance(interaction, MatchInteraction):
        return (*interaction.sources, *interaction.targets)
    if isinstance(interaction, HotspotInteraction):
        return ()
    return getattr(interaction, "choices", ())


def _with_addresses(html: str, media_addresses: Addresses) -> str:
    return _REFERENCE.sub(lambda found: f"/media/{media_addresses[found.group(1)]}", html)


def _address(reference: str, media_addresses: Addresses) -> str:
    whole = _WHOLE_REFERENCE.match(reference)
    return f"/media/{media_addresses[whole.group(1)]}" if whole else ""
