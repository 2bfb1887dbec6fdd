"""Items as rows of the workbook; every row is read back before it is given out, so what it cannot hold is named."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from merit.assessment.domain.bank import kind_of
from merit.assessment.domain.items import ItemContent, ItemKey, MapKey
from merit.assessment.interchange.export_items import ExportItem
from merit.assessment.interchange.export_normal import normal
from merit.assessment.interchange.foreign_text import escape
from merit.assessment.interchange.xlsx import read_row
from merit.assessment.interchange.xlsx_columns import GAP, HEADINGS, KIND_NAMES, OPTIONS, SHEET
from merit.assessment.interchange.xlsx_rows import Row

_PLACE = re.compile(r'(?:<p>)?<(span|div) data-response="[^"]*"></\1>(?:</p>)?\Z')
_OWN_LINE = re.compile(r'<p><span data-response="[^"]*"></span></p>\Z')
_INLINE_PLACE = re.compile(r'<span data-response="[^"]*"></span>')
_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
_ROW = 2
_COLUMNS = {name: number for number, name in enumerate(HEADINGS, start=1)}


def row_of(item: ExportItem) -> list[str] | None:
    """Return the item's cells in the order of the headings; None when the workbook cannot hold all of it."""
    kind = kind_of(item.content)
    if kind not in KIND_NAMES or item.key.processing is not None or item.media:
        return None
    content, key = normal(item.content, item.key)
    cells = _common(item, content, key, kind)
    if content.interactions:
        interaction, response = content.interactions[0], next(iter(key.responses.values()), None)
        if response is None:
            return None
        try:
            cells |= _WRITERS[kind](interaction, response, key)
        except AttributeError:
            return None  # a key of another sort than this kind has here
    cells = {name: text for name, text in cells.items() if text}
    return [cells.get(name, "") for name in HEADINGS] if _reads_back(cells, content, key, kind, item.code) else None


def _reads_back(cells: Mapping[str, str], content: ItemContent, key: ItemKey, kind: str, code: str) -> bool:
    found = read_row(Row(SHEET, _ROW, cells, _COLUMNS), code, kind)
    if found.content is None or found.key is None:
        return False
    return normal(found.content, found.key) == (content, key)


def _common(item: ExportItem, content: ItemContent, key: ItemKey, kind: str) -> dict[str, str]:
    return {
        "kode": item.code,
        "jenis": KIND_NAMES[kind],
        "judul": content.title,
        "soal": _cell(_stem(content.body, kind)),
        "kompetensi": item.competency,
        "level": str(item.level or ""),
        "subjek": item.subject,
        "bahasa": content.language,
        "taksiran": _number(item.facility) if item.facility is not None else "",
        "pembahasan": _cell(key.rationale),
    }


def _stem(body: str, kind: str) -> str:
    if kind in {"inline_choice", "text_entry", "numeric_entry"} and not _OWN_LINE.search(body):
        return _INLINE_PLACE.sub(GAP, body, count=1)
    return _PLACE.sub("", body)


def _cell(markup: str) -> str:
    """Return HTML as a cell: plain text where that says the same, else between <html> and </html>."""
    single = _PARAGRAPH.fullmatch(markup)
    for candidate in (single[1] if single else markup, markup):
        text = html.unescape(candidate.replace("<br>", "\n"))
        if escape(text) == candidate and not text.startswith("'") and (candidate == markup or single):
            return text
    return f"<html>{markup}</html>"


def _number(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def _listed(value: str) -> str:
    return value.replace(";", "\\;")


def _options(interaction: Any) -> dict[str, str]:
    choices = interaction.choices
    cells = {f"pilihan_{name}": _cell(choice.html) for name, choice in zip(OPTIONS, choices, strict=False)}
    return cells | {"acak": "" if interaction.shuffle else "tidak"}


def _weights(key: MapKey) -> str:
    return "; ".join(f"{entry.value}={_number(entry.points)}" for entry in key.entries)


def _write_choice(interaction: Any, key: Any, document: ItemKey) -> dict[str, str]:
    cells = _options(interaction) | {"kunci": "; ".join(key.correct)}
    if isinstance(key, MapKey):
        return cells | {"bobot": _weights(key), "penilaian": "tiap", "nilai": _number(document.maximum)}
    return cells | {"nilai": _number(document.maximum)}


def _write_single(interaction: Any, key: Any, document: ItemKey) -> dict[str, str]:
    return _write_choice(interaction, key, document) | {"penilaian": ""}


def _write_sjt(interaction: Any, key: Any, _document: ItemKey) -> dict[str, str]:
    return _options(interaction) | ({"bobot": _weights(key)} if isinstance(key, MapKey) else {})


def _write_truth(interaction: Any, key: Any, document: ItemKey) -> dict[str, str]:
    return _options(interaction) | {
        "kunci": key.correct[0],
        "nilai": _number(document.maximum),
        "acak": "",
    }


def _write_order(interaction: Any, key: Any, document: ItemKey) -> dict[str, str]:
    each = "tiap" if key.partial else ""
    right = "; ".join(key.correct)
    return _options(interaction) | {"kunci": right, "penilaian": each, "nilai": _number(document.maximum)}


def _write_match(interaction: Any, key: Any, document: ItemKey) -> dict[str, str]:
    sources = {source.id: source.html for source in interaction.sources}
    targets = {target.id: target.html for target in interaction.targets}
    right = dict(value.split(" ") for value in key.correct)
    lines = [f"{text} -&gt; {targets[right[name]]}" for name, text in sources.items() if name in right]
    lines += [f"-&gt; {text}" for name, text in targets.items() if name not in right.values()]
    cells = {f"pilihan_{name}": _cell(line) for name, line in zip(OPTIONS, lines, strict=False)}
    return cells | {
        "penilaian": "tiap" if isinstance(key, MapKey) else "",
        "nilai": _number(document.maximum),
        "acak": "" if interaction.shuffle else "tidak",
    }


def _write_text(interaction: Any, key: Any, document: ItemKey) -> dict[str, str]:
    entries = key.entries
    uneven = len({entry.points for entry in entries}) > 1
    return {
        "kunci": "; ".join(_listed(entry.value) for entry in entries),
        "bobot": "; ".join(_number(entry.points) for entry in entries) if uneven else "",
        "nilai": _number(document.maximum),
        "peka_huruf": "ya" if any(entry.case_sensitive for entry in entries) else "",
        "panjang": str(interaction.expected_length),
    }


def _write_numeric(interaction: Any, key: Any, document: ItemKey) -> dict[str, str]:
    percent = " %" if key.relative else ""
    return {
        "kunci": _number(key.value),
        "toleransi": f"{_number(key.tolerance)}{percent}",
        "satuan": interaction.unit,
        "nilai": _number(document.maximum),
        "panjang": str(interaction.expected_length),
    }


def _write_essay(interaction: Any, key: Any, _document: ItemKey) -> dict[str, str]:
    return {
        "nilai": _number(key.points),
        "rubrik": _cell(key.rubric),
        "langkah": _number(key.step),
        "selisih": _number(key.tolerance),
        "panjang": str(interaction.expected_lines),
        "kata_maks": str(interaction.most_words or ""),
    }


_WRITERS: Mapping[str, Callable[[Any, Any, ItemKey], dict[str, str]]] = {
    "single_choice": _write_single,
    "multiple_choice": _write_choice,
    "sjt": _write_sjt,
    "true_false": _write_truth,
    "order": _write_order,
    "match": _write_match,
    "inline_choice": _write_single,
    "text_entry": _write_text,
    "numeric_entry": _write_numeric,
    "essay": _write_essay,
}
