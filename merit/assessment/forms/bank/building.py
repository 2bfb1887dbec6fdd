"""From the editor to a draft: content and key per kind, with a sentence for everything that does not fit."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from merit.assessment.domain import richtext
from merit.assessment.domain.bank import ItemDraft
from merit.assessment.domain.items import (
    Area,
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    EssayKey,
    HotspotInteraction,
    InlineChoiceInteraction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    NearNumber,
    NumericKey,
    OrderInteraction,
    OrderKey,
    Spot,
    TextEntryInteraction,
)
from merit.assessment.forms.bank.editor import INLINE, MARKER, Editor, Row
from merit.assessment.forms.bank.reader import Reader, as_html, parse_number, short_html
from merit.i18n import _

_SHAPES = {"rect": 4, "circle": 3}
_NUMBERS = re.compile(r"[\s,;]+")
Parts = tuple[Any, Any, Decimal]


def build_draft(editor: Editor) -> ItemDraft | None:
    """Return the draft that the editor describes, None when something is missing (see ``editor.errors``)."""
    reader = Reader(editor)
    asked = editor.values["question"] + editor.values["prompt"]
    if not (richtext.plain(asked) or "media:" in asked):
        reader.wrong("question", _("Tulis pertanyaannya."))
    built = _BUILDERS[editor.kind](reader)
    facility = _facility(reader)
    if editor.errors:
        return None
    interaction, key, maximum = built
    identifier = interaction.id
    try:
        content = ItemContent(
            title=reader.text("title"),
            language=reader.text("language") or "id",
            body=_body(editor, identifier),
            interactions=(interaction,),
        )
        document = ItemKey(responses={identifier: key}, maximum=maximum, rationale=as_html(editor.values["rationale"]))
    except ValidationError:
        reader.wrong("question", _("Isian belum dapat dipakai. Periksa kembali setiap baris."))
        return None
    return ItemDraft(content=content, key=document, facility=facility, note=reader.text("note"))


def _body(editor: Editor, identifier: str) -> str:
    body = as_html(editor.values["question"])
    tag = "span" if editor.kind in INLINE else "div"
    place = f'<{tag} data-response="{html.escape(identifier)}"></{tag}>'
    if MARKER in body:
        before, _marker, after = body.partition(MARKER)
        return richtext.clean(before + place + after.replace(MARKER, ""))
    return richtext.clean(f"{body}<p>{place}</p>" if tag == "span" else body + place)


def _facility(reader: Reader) -> Decimal | None:
    if not reader.text("facility"):
        return None
    value = parse_number(reader.text("facility"))
    if value is None or not 0 <= value <= 1:
        reader.wrong("facility", _("Isi angka dari 0 sampai 1, misalnya 0,65."))
    return value


def _common(reader: Reader) -> dict[str, Any]:
    prompt = as_html(reader.editor.values["prompt"])
    return {"id": reader.text("response_id") or "RESPONSE", "prompt": prompt}


def _choices(reader: Reader, least: int = 2) -> tuple[Choice, ...]:
    rows = reader.filled()
    if len(rows) < least:
        reader.wrong("rows", _("Isi paling sedikit %(least)s pilihan.", least=least))
    if len({row.id for row in rows}) != len(rows):
        reader.wrong("rows", _("Dua pilihan memakai huruf yang sama."))
    return tuple(Choice(id=row.id or "?", html=short_html(row.html), fixed=row.fixed) for row in rows)


def _one_correct(reader: Reader) -> tuple[str, ...]:
    correct = tuple(row.id for row in reader.filled() if row.correct)
    if len(correct) != 1:
        reader.wrong("rows", _("Pilih tepat satu jawaban yang benar."))
    return correct


def _positive(reader: Reader) -> Decimal:
    points = reader.number("points")
    if not points:
        reader.wrong("points", _("Poin harus lebih dari 0."))
    return points


def _single(reader: Reader) -> Parts:
    interaction = ChoiceInteraction(
        **_common(reader),
        choices=_choices(reader),
        shuffle=reader.flag("shuffle"),
        style="true_false" if reader.editor.kind == "true_false" else "list",
    )
    points = _positive(reader)
    return interaction, MatchKey(correct=_one_correct(reader), points=points), points


def _multiple(reader: Reader) -> Parts:
    rows = reader.filled()
    correct = tuple(row.id for row in rows if row.correct)
    if not correct:
        reader.wrong("rows", _("Tandai jawaban yang benar."))
    most = reader.whole("most")
    interaction = ChoiceInteraction(
        **_common(reader),
        choices=_choices(reader),
        least=reader.whole("least"),
        most=len(rows) if most == 1 else most,
        shuffle=reader.flag("shuffle"),
    )
    if reader.text("scoring") != "each":
        points = _positive(reader)
        return interaction, MatchKey(correct=correct, points=points), points
    entries = tuple(MapEntry(value=row.id, points=reader.points_of(row)) for row in rows)
    maximum = sum((entry.points for entry in entries if entry.points > 0), Decimal(0))
    if not maximum:
        reader.wrong("rows", _("Beri poin lebih dari 0 pada jawaban yang benar."))
    return interaction, MapKey(entries=entries, lower=Decimal(0), upper=maximum, correct=correct), maximum


def _sjt(reader: Reader) -> Parts:
    rows = reader.filled()
    points = [reader.points_of(row) for row in rows]
    if any(not 1 <= value <= 5 for value in points):  # noqa: PLR2004 -- the scale of weighted options
        reader.wrong("rows", _("Bobot setiap pilihan diisi 1 sampai 5."))
    interaction = ChoiceInteraction(
        **_common(reader), choices=_choices(reader), shuffle=reader.flag("shuffle"), style="sjt"
    )
    entries = tuple(MapEntry(value=row.id, points=value) for row, value in zip(rows, points, strict=True))
    maximum = max(points, default=Decimal(0))
    best = tuple(entry.value for entry in entries if entry.points == maximum)[:1]
    return interaction, MapKey(entries=entries, correct=best), maximum


def _order(reader: Reader) -> Parts:
    choices = _choices(reader)
    points = _positive(reader)
    interaction = OrderInteraction(**_common(reader), choices=_scrambled(choices))
    key = OrderKey(correct=tuple(choice.id for choice in choices), partial=reader.flag("partial"), points=points)
    return interaction, key, points


def _scrambled(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return choices in an order that tells nothing, so that even an unshuffled paper keeps the key to itself."""
    given = tuple(choices)
    mixed = tuple(sorted(given, key=lambda choice: hashlib.sha256(choice.html.encode()).digest()))
    return mixed if mixed != given else (*mixed[1:], *mixed[:1])


def _match(reader: Reader) -> Parts:
    pairs = [row for row in reader.filled() if row.html.strip()]
    if len(pairs) < 2 or any(not row.other.strip() for row in pairs):  # noqa: PLR2004 -- a pair is no choice
        reader.wrong("rows", _("Isi paling sedikit dua pasangan, kiri dan kanan."))
    targets: dict[str, str] = {}
    for row in reader.filled():
        if row.other.strip():
            targets.setdefault(short_html(row.other), row.other_id or f"T{len(targets) + 1}")
    sources = tuple(Choice(id=row.id, html=short_html(row.html)) for row in pairs)
    interaction = MatchInteraction(
        **_common(reader),
        sources=sources,
        targets=_scrambled(Choice(id=name, html=text, most=0) for text, name in targets.items()),
        shuffle=reader.flag("shuffle"),
    )
    values = tuple(f"{row.id} {targets.get(short_html(row.other), '?')}" for row in pairs)
    points = _positive(reader)
    if reader.text("scoring") != "each":
        return interaction, MatchKey(correct=values, points=points), points
    entries = tuple(MapEntry(value=value, points=points) for value in values)
    return interaction, MapKey(entries=entries, lower=Decimal(0), correct=values), points * len(entries)


def _inline(reader: Reader) -> Parts:
    interaction = InlineChoiceInteraction(**_common(reader), choices=_choices(reader), shuffle=reader.flag("shuffle"))
    points = _positive(reader)
    return interaction, MatchKey(correct=_one_correct(reader), points=points), points


def _text(reader: Reader) -> Parts:
    rows = reader.filled()
    if not rows:
        reader.wrong("rows", _("Isi paling sedikit satu jawaban yang diterima."))
    default = _positive(reader)
    entries = tuple(
        MapEntry(
            value=row.html.strip(),
            points=reader.points_of(row) if row.points.strip() else default,
            case_sensitive=reader.flag("case"),
        )
        for row in rows
    )
    maximum = max((entry.points for entry in entries), default=Decimal(0))
    correct = tuple(entry.value for entry in entries[:1])
    interaction = TextEntryInteraction(**_common(reader), expected_length=reader.whole("expected_length", 20) or 20)
    return interaction, MapKey(entries=entries, lower=Decimal(0), upper=maximum, correct=correct), maximum


def _numeric(reader: Reader) -> Parts:
    points = _positive(reader)
    relative = reader.flag("relative")
    value = parse_number(reader.text("value"))
    if value is None:
        reader.wrong("value", _("Isi angka yang benar, misalnya 12,5."))
        value = Decimal(0)
    near = tuple(_near(reader, row, relative=relative) for row in reader.filled())
    interaction = TextEntryInteraction(
        **_common(reader),
        numeric=True,
        unit=reader.text("unit"),
        expected_length=reader.whole("expected_length", 20) or 20,
    )
    key = NumericKey(
        value=value,
        tolerance=reader.number("tolerance", default=Decimal(0)),
        relative=relative,
        points=points,
        near=near,
    )
    return interaction, key, max(points, *(one.points for one in near)) if near else points


def _near(reader: Reader, row: Row, *, relative: bool) -> NearNumber:
    value, tolerance = parse_number(row.html), parse_number(row.other) if row.other.strip() else Decimal(0)
    if value is None or tolerance is None or tolerance < 0:
        reader.wrong("rows", _("Angka lain diisi angka, toleransi, dan poinnya."))
    return NearNumber(
        value=value or Decimal(0), tolerance=tolerance or Decimal(0), relative=relative, points=reader.points_of(row)
    )


def _hotspot(reader: Reader) -> Parts:
    rows = [row for row in reader.editor.rows if row.other.strip()]
    if not reader.text("image"):
        reader.wrong("image", _("Unggah gambarnya lebih dahulu."))
    if not reader.text("alt"):
        reader.wrong("alt", _("Tulis apa yang terlihat pada gambar, bagi yang tidak dapat melihatnya."))
    spots = tuple(
        Spot(id=row.id, area=Area(shape=_shape(row), coords=_coords(reader, row)), label=row.html.strip())
        for row in rows
    )
    correct = tuple(row.id for row in rows if row.correct)
    if not spots or not correct:
        reader.wrong("rows", _("Gambar paling sedikit satu bidang dan tandai yang benar."))
    interaction = HotspotInteraction(
        **_common(reader),
        image=reader.text("image"),
        width=reader.whole("width"),
        height=reader.whole("height"),
        alt=reader.text("alt"),
        spots=spots,
        most=max(len(correct), 1),
    )
    points = _positive(reader)
    return interaction, MatchKey(correct=correct, points=points), points


def _shape(row: Row) -> Any:
    return row.shape if row.shape in _SHAPES else "rect"


def _coords(reader: Reader, row: Row) -> tuple[float, ...]:
    numbers = [parse_number(part) for part in _NUMBERS.split(row.other.strip())]
    fitting = [float(number) for number in numbers if number is not None and number >= 0]
    if len(fitting) != _SHAPES[_shape(row)] or len(fitting) != len(numbers):
        reader.wrong("rows", _("Kotak: kiri atas kanan bawah (4 angka). Lingkaran: x y jari-jari (3 angka)."))
        return ()
    return tuple(fitting)


def _essay(reader: Reader) -> Parts:
    points = _positive(reader)
    step = reader.number("step", default=Decimal(1))
    if not step or points % step:
        reader.wrong("step", _("Langkah poin harus membagi habis poin tertinggi."))
    interaction = EssayInteraction(
        **_common(reader),
        expected_lines=reader.whole("expected_lines", 10) or 10,
        most_words=reader.whole("most_words"),
    )
    key = EssayKey(
        points=points,
        rubric=as_html(reader.editor.values["rubric"]),
        step=step or Decimal(1),
        tolerance=reader.number("mark_tolerance", default=Decimal(1)),
    )
    return interaction, key, points


_BUILDERS: dict[str, Callable[[Reader], Parts]] = {
    "single_choice": _single,
    "true_false": _single,
    "multiple_choice": _multiple,
    "sjt": _sjt,
    "order": _order,
    "match": _match,
    "inline_choice": _inline,
    "text_entry": _text,
    "numeric_entry": _numeric,
    "hotspot": _hotspot,
    "essay": _essay,
}
