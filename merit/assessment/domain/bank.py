"""The item bank's own documents and rules: what an author hands in, what kind of item it is, what is wrong with it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from merit.assessment.domain import richtext
from merit.assessment.domain.clones import unknown_variables
from merit.assessment.domain.items import MAX_LEVEL, Choice, Document, ItemContent, ItemKey

MAX_CHOICES = 60
MAX_TEXT = 200_000
_PLACEHOLDER = re.compile(r'data-response="([^"]*)"')
_MEDIUM = re.compile(r"media:([0-9a-f]{64})")
_CODE = re.compile(r"\w[\w.:\- ]{0,58}\w|\w")
_ADDRESSES = frozenset({"baru", "massal", "kembar", "media", "impor", "ekspor", "unduh"})  # of pages beside items
_HTML_FIELDS = frozenset({"body", "prompt", "html", "rubric", "rationale"})


class DraftProblem(StrEnum):
    """Why a draft cannot be kept; each has a sentence."""

    EMPTY = "item-empty"
    TOO_LONG = "item-too-long"
    PLACEHOLDERS = "item-placeholders"
    CHOICES = "item-choices"
    DUPLICATE_ID = "item-duplicate-id"
    FACILITY = "item-facility"
    MEDIUM_UNKNOWN = "item-medium-unknown"
    VARIABLE_UNKNOWN = "item-variable-unknown"
    LEVEL = "item-level"
    CODE_TAKEN = "item-code-taken"
    CODE_FORM = "item-code-form"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTags:
    """How an item is found and drawn; ``code`` "" asks for the next free one."""

    code: str = ""
    competency: str = ""
    level: int | None = None
    subject: str = ""
    language: str = "id"
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """What becomes a version; ``facility`` is the share of points the author expects (0-1), ``note`` says why."""

    content: ItemContent
    key: ItemKey
    facility: Decimal | None = None
    note: str = ""


def kind_of(content: ItemContent) -> str:
    """Return the kind (one of ``models.items.KINDS``) of an item."""
    if len(content.interactions) != 1:
        return "composite" if content.interactions else "information"
    only = content.interactions[0]
    if only.kind == "choice":
        plain = "single_choice" if only.most == 1 else "multiple_choice"
        return {"sjt": "sjt", "true_false": "true_false"}.get(only.style, plain)
    if only.kind == "text_entry":
        return "numeric_entry" if only.numeric else "text_entry"
    return only.kind


def plain_text(content: ItemContent) -> str:
    """Return the words a candidate reads, on one line, for search and near-duplicates."""
    parts = [content.title, content.body]
    for interaction in content.interactions:
        parts.append(interaction.prompt)
        parts.extend(choice.html for choice in choices_of(interaction))
        parts.extend(spot.label for spot in getattr(interaction, "spots", ()))
    return " ".join(filter(None, map(richtext.plain, parts)))


def choices_of(interaction: Document) -> Iterator[Choice]:
    """Yield everything of an interaction that can be chosen, ordered or paired."""
    for name in ("choices", "sources", "targets"):
        yield from getattr(interaction, name, ())


def media_of(document: Document) -> frozenset[str]:
    """Return the SHA-256 of every picture and sound a document names."""
    return media_in(document.model_dump_json())


def media_in(text: str) -> frozenset[str]:
    """Return the SHA-256 of every picture and sound a document's text names."""
    return frozenset(_MEDIUM.findall(text))


def cleaned(draft: ItemDraft) -> ItemDraft:
    """Return the draft with every piece of rich text cleaned; a clean draft comes back equal."""
    content = ItemContent.model_validate(_clean_tree(draft.content.model_dump(mode="json")))
    key = draft.key.model_dump(mode="json")
    processing = key.pop("processing")
    tree = _clean_tree(key) | {"processing": processing}
    return ItemDraft(
        content=content, key=ItemKey.model_validate(tree), facility=draft.facility, note=draft.note.strip()
    )


def _clean_tree(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {
            name: richtext.clean(value) if name in _HTML_FIELDS and isinstance(value, str) else _clean_tree(value)
            for name, value in tree.items()
        }
    return [_clean_tree(value) for value in tree] if isinstance(tree, list) else tree


def find_problem(draft: ItemDraft) -> DraftProblem | None:
    """Return the first thing that keeps a cleaned draft out of the bank, or None."""
    content = draft.content
    if not (plain_text(content) or media_of(content)):
        return DraftProblem.EMPTY
    if len(content.model_dump_json()) > MAX_TEXT:
        return DraftProblem.TOO_LONG
    expected = [interaction.id for interaction in content.interactions]
    if list(map(html.unescape, _PLACEHOLDER.findall(content.body))) != expected:
        return DraftProblem.PLACEHOLDERS
    if unknown_variables(content, draft.key):
        return DraftProblem.VARIABLE_UNKNOWN
    if draft.facility is not None and not 0 <= draft.facility <= 1:
        return DraftProblem.FACILITY
    return next(filter(None, map(_choices_problem, content.interactions)), None)


def find_tag_problem(tags: ItemTags) -> DraftProblem | None:
    """Return what keeps the tags from being used, or None; an empty code is fine."""
    if tags.level is not None and not 1 <= tags.level <= MAX_LEVEL:
        return DraftProblem.LEVEL
    code = tags.code.strip()
    if code and (code.casefold() in _ADDRESSES or not _CODE.fullmatch(code)):
        return DraftProblem.CODE_FORM
    return None


def _choices_problem(interaction: Document) -> DraftProblem | None:
    choices = list(choices_of(interaction))
    sides = {"sources", "targets"} <= set(type(interaction).model_fields)
    names = [choice.id for choice in choices]
    if not sides and len(set(names)) != len(names):
        return DraftProblem.DUPLICATE_ID
    if len(choices) > MAX_CHOICES * (2 if sides else 1):
        return DraftProblem.CHOICES
    return None
