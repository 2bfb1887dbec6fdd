"""One builder per kind of item: from a row of the workbook to body, interaction and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from merit.assessment.domain.items import (
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    EssayKey,
    InlineChoiceInteraction,
    Interaction,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    NumericKey,
    OrderInteraction,
    OrderKey,
    ResponseKey,
    TextEntryInteraction,
)
from merit.assessment.interchange.foreign_parts import FULL, RESPONSE, letter, points_of_shares
from merit.assessment.interchange.foreign_text import gap, paragraph
from merit.assessment.interchange.xlsx_columns import GAP
from merit.assessment.interchange.xlsx_rows import Row, read_number

ONE = Decimal(1)
_MOST_WEIGHT = 5
_ARROW = "-&gt;"


@dataclass(frozen=True, slots=True)
class Built:
    """What a row makes."""

    body: str
    interactions: tuple[Interaction, ...]
    keys: tuple[tuple[str, ResponseKey], ...]
    maximum: Decimal


def _block(row: Row, interaction: Interaction, key: ResponseKey, maximum: Decimal) -> Built:
    body = paragraph(row.html("soal")) + gap(RESPONSE, inside=False)
    return Built(body, (interaction,), ((RESPONSE, key),), maximum)


def _line(row: Row, interaction: Interaction, key: ResponseKey, maximum: Decimal) -> Built:
    stem = paragraph(row.html("soal"))
    place = gap(RESPONSE)
    body = stem.replace(GAP, place, 1) if GAP in stem else f"{stem}<p>{place}</p>"
    return Built(body, (interaction,), ((RESPONSE, key),), maximum)


def _points(row: Row, default: Decimal = ONE) -> Decimal:
    points = row.number_of("nilai", default)
    if points <= 0:
        row.wrong("nilai", "sheet-broken-number", value=row.plain("nilai"))
        return ONE
    return points


def _choices(row: Row, least: int = 2) -> tuple[Choice, ...]:
    options = row.options()
    if len(options) < least:
        row.wrong("pilihan_a" if not options else "pilihan_b", "sheet-broken-options", least=least)
    return tuple(Choice(id=name, html=html) for name, html in options)


def _each(row: Row) -> bool:
    word = row.plain("penilaian").casefold()
    if word not in {"", "semua", "tiap"}:
        row.wrong("penilaian", "sheet-broken-scoring", value=word[:40])
    return word == "tiap"


def _right(row: Row, choices: Sequence[Choice], *, most: int = 0) -> tuple[str, ...]:
    names = row.letters("kunci", [choice.id for choice in choices])
    if not names or (most and len(names) > most):
        row.wrong("kunci", "sheet-broken-key-one" if most else "sheet-broken-key-some")
    return tuple(names)


def _weighted(row: Row, known: Sequence[str]) -> tuple[MapEntry, ...]:
    weights = row.weights(list(known))
    return tuple(MapEntry(value=name, points=weights[name]) for name in known if weights.get(name))


def _single(row: Row) -> Built:
    choices = _choices(row)
    right = _right(row, choices, most=1)
    interaction = ChoiceInteraction(id=RESPONSE, choices=choices, shuffle=row.flag("acak", otherwise=True))
    if not row.plain("bobot"):
        points = _points(row)
        return _block(row, interaction, MatchKey(correct=right, points=points), points)
    entries = _weighted(row, [choice.id for choice in choices])
    best = max((entry.points for entry in entries), default=Decimal(0))
    if best <= 0 or any(entry.points == best and entry.value not in right for entry in entries):
        row.wrong("bobot", "sheet-broken-best")
    return _block(row, interaction, MapKey(entries=entries, correct=right), best)


def _multiple(row: Row) -> Built:
    choices = _choices(row)
    right = _right(row, choices)
    interaction = ChoiceInteraction(id=RESPONSE, choices=choices, most=0, shuffle=row.flag("acak", otherwise=True))
    if not _each(row):
        points = _points(row)
        return _block(row, interaction, MatchKey(correct=right, points=points), points)
    entries = _weighted(row, [choice.id for choice in choices]) or _shared(right, _points(row))
    total = sum((entry.points for entry in entries if entry.points > 0), Decimal(0))
    points = _points(row, total or ONE)
    if {entry.value for entry in entries if entry.points > 0} != set(right) or points > total:
        row.wrong("bobot", "sheet-broken-best")
    return _block(row, interaction, MapKey(entries=entries, lower=Decimal(0), upper=points, correct=right), points)


def _shared(values: Sequence[str], points: Decimal) -> tuple[MapEntry, ...]:
    if not values:
        return ()
    shares = points_of_shares([FULL / len(values)] * len(values), points)
    return tuple(MapEntry(value=value, points=share) for value, share in zip(values, shares, strict=True))


def _sjt(row: Row) -> Built:
    choices = _choices(row)
    names = [choice.id for choice in choices]
    weights = row.weights(names)
    if set(weights) != set(names) or any(not 1 <= value <= _MOST_WEIGHT for value in weights.values()):
        row.wrong("bobot", "sheet-broken-sjt")
    entries = tuple(MapEntry(value=name, points=weights.get(name, ONE)) for name in names)
    best = max((entry.points for entry in entries), default=ONE)
    right = tuple(entry.value for entry in entries if entry.points == best)[:1]
    interaction = ChoiceInteraction(id=RESPONSE, choices=choices, style="sjt", shuffle=row.flag("acak", otherwise=True))
    return _block(row, interaction, MapKey(entries=entries, correct=right), best)


def _truth(row: Row) -> Built:
    words = row.options() or [("A", "Benar"), ("B", "Salah")]
    if len(words) != 2:  # noqa: PLR2004 -- true and false
        row.wrong("pilihan_b", "sheet-broken-truth")
    choices = tuple(Choice(id=name, html=html, fixed=True) for name, html in words)
    named = {"benar": "A", "salah": "B", "a": "A", "b": "B", "true": "A", "false": "B", "ya": "A", "tidak": "B"}
    right = named.get(row.plain("kunci").casefold(), "")
    if not right:
        row.wrong("kunci", "sheet-broken-truth")
    interaction = ChoiceInteraction(id=RESPONSE, choices=choices, shuffle=False, style="true_false")
    points = _points(row)
    return _block(row, interaction, MatchKey(correct=(right,), points=points), points)


def _order(row: Row) -> Built:
    choices = _choices(row)
    right = _right(row, choices)
    if len(right) != len(choices):
        row.wrong("kunci", "sheet-broken-order")
    points = _points(row)
    interaction = OrderInteraction(id=RESPONSE, choices=choices, shuffle=row.flag("acak", otherwise=True))
    return _block(row, interaction, OrderKey(correct=right, partial=_each(row), points=points), points)


def _match(row: Row) -> Built:
    pairs = []
    for name, html in row.options():
        left, sign, right = html.partition(_ARROW)
        if not sign or not right.strip():
            row.wrong(f"pilihan_{name.lower()}", "sheet-broken-pair")
        pairs.append((left.strip(), right.strip()))
    targets = list(dict.fromkeys(right for _left, right in pairs))
    sources = [pair for pair in pairs if pair[0]]
    if len(sources) < 2:  # noqa: PLR2004 -- one pair leaves nothing to match
        row.wrong("pilihan_a", "sheet-broken-options", least=2)
    values = tuple(f"{letter(number)} T{targets.index(right) + 1}" for number, (_left, right) in enumerate(sources))
    interaction = MatchInteraction(
        id=RESPONSE,
        sources=tuple(Choice(id=letter(number), html=left) for number, (left, _right) in enumerate(sources)),
        targets=tuple(Choice(id=f"T{number + 1}", html=text, most=0) for number, text in enumerate(targets)),
        shuffle=row.flag("acak", otherwise=True),
    )
    points = _points(row)
    if not _each(row):
        return _block(row, interaction, MatchKey(correct=values, points=points), points)
    key = MapKey(entries=_shared(values, points), lower=Decimal(0), upper=points, correct=values)
    return _block(row, interaction, key, points)


def _inline(row: Row) -> Built:
    choices = _choices(row)
    points = _points(row)
    interaction = InlineChoiceInteraction(id=RESPONSE, choices=choices, shuffle=row.flag("acak", otherwise=True))
    return _line(row, interaction, MatchKey(correct=_right(row, choices, most=1), points=points), points)


def _text(row: Row) -> Built:
    answers = row.parts("kunci")
    if not answers:
        row.wrong("kunci", "sheet-broken-key-some")
    names = [letter(number) for number in range(len(answers))]
    weights = row.weights(names)
    points = _points(row, max(weights.values(), default=ONE))
    case = row.flag("peka_huruf", otherwise=False)
    entries = tuple(
        MapEntry(value=answer, points=weights.get(name, points), case_sensitive=case)
        for name, answer in zip(names, answers, strict=True)
    )
    if entries and max(entry.points for entry in entries) != points:
        row.wrong("bobot", "sheet-broken-best")
    length = row.whole("panjang", 20) or 20
    interaction = TextEntryInteraction(id=RESPONSE, expected_length=length)
    return _line(row, interaction, MapKey(entries=entries, correct=tuple(answers[:1])), points)


def _numeric(row: Row) -> Built:
    value = read_number(row.plain("kunci"))
    if value is None:
        row.wrong("kunci", "sheet-broken-number", value=row.plain("kunci")[:40])
    text = row.plain("toleransi").replace(" ", "")
    relative = text.endswith("%")
    tolerance = read_number(text.removesuffix("%")) if text else Decimal(0)
    if tolerance is None or tolerance < 0:
        row.wrong("toleransi", "sheet-broken-number", value=text[:40])
    points = _points(row)
    length = row.whole("panjang", 20) or 20
    interaction = TextEntryInteraction(id=RESPONSE, numeric=True, unit=row.plain("satuan"), expected_length=length)
    key = NumericKey(value=value or Decimal(0), tolerance=tolerance or Decimal(0), relative=relative, points=points)
    return _line(row, interaction, key, points)


def _essay(row: Row) -> Built:
    points = _points(row)
    step = row.number_of("langkah", ONE)
    if step <= 0 or points % step:
        row.wrong("langkah", "sheet-broken-step")
    interaction = EssayInteraction(
        id=RESPONSE, expected_lines=row.whole("panjang", 10) or 10, most_words=row.whole("kata_maks", 0)
    )
    key = EssayKey(points=points, rubric=row.html("rubrik"), step=step or ONE, tolerance=row.number_of("selisih", ONE))
    return _block(row, interaction, key, points)


def _information(row: Row) -> Built:
    return Built(paragraph(row.html("soal")), (), (), Decimal(0))


BUILDERS: Mapping[str, Callable[[Row], Built | None]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "sjt": _sjt,
    "true_false": _truth,
    "order": _order,
    "match": _match,
    "inline_choice": _inline,
    "text_entry": _text,
    "numeric_entry": _numeric,
    "essay": _essay,
    "information": _information,
}
