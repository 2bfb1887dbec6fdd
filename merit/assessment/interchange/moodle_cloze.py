"""Moodle's embedded answers (Cloze): ``{1:MULTICHOICE:=right~wrong#feedback}`` inside a text."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from merit.assessment.interchange.foreign_parts import (
    FULL,
    BrokenItemError,
    NumberAnswer,
    Option,
    Part,
    TypedAnswer,
    choice_part,
    inline_part,
    number_part,
    text_part,
)
from merit.assessment.interchange.foreign_text import Markup, gap

_TYPES = {
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), "text"),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), "text_case"),
    **dict.fromkeys(("MULTICHOICE", "MC"), "inline"),
    **dict.fromkeys(("MULTICHOICE_S", "MCS"), "inline_shuffled"),
    **dict.fromkeys(("MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"), "one"),
    **dict.fromkeys(("MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"), "one_shuffled"),
    **dict.fromkeys(("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH"), "many"),
    **dict.fromkeys(("MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"), "many_shuffled"),
}
_NAMES = "|".join(sorted(_TYPES, key=len, reverse=True))
GAP = re.compile(r"\{(\d*):(" + _NAMES + r"):((?:\\.|[^\\{}])*)\}", re.DOTALL)
UNKNOWN_GAP = re.compile(r"\{\d*:([A-Z_]+):")
_SPLIT = re.compile(r"(?<!\\)~")
_WEIGHT = re.compile(r"(?:=|%(-?\d+(?:[.,]\d+)?)%)")
_FEEDBACK = re.compile(r"(?<!\\)#")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MAX_WEIGHT = 1000


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    share: Decimal
    has_feedback: bool


def is_cloze(text: str) -> bool:
    """Tell whether the text holds embedded answers."""
    return bool(GAP.search(text))


def read_cloze(text: str, markup: Markup, form: str = "html") -> tuple[str, list[Part]]:
    """Return the body and its parts; raises :class:`BrokenItemError` when an embedded answer cannot be scored."""
    parts: list[Part] = []
    marks: dict[str, str] = {}

    def place(match: re.Match[str]) -> str:
        identifier = f"RESPONSE_{len(parts) + 1}"
        part = _read_gap(identifier, match, markup)
        parts.append(part)
        mark = f"⟦gap{len(parts)}⟧"
        marks[mark] = gap(identifier, inside=part.interaction.kind != "choice")
        return mark

    marked = GAP.sub(place, text)
    if unknown := UNKNOWN_GAP.search(marked):
        raise BrokenItemError("foreign-broken-cloze-type", type=unknown[1][:40])
    if not parts:
        raise BrokenItemError("foreign-broken-cloze-none")
    body = markup.clean(marked, form)
    for mark, place_holder in marks.items():
        body = body.replace(mark, place_holder)
    return body, parts


def _read_gap(identifier: str, match: re.Match[str], markup: Markup) -> Part:
    points = Decimal(match[1] or 1)
    if not 1 <= points <= _MAX_WEIGHT:
        raise BrokenItemError("foreign-broken-points", points=match[1][:20])
    answers = [_read_answer(piece) for piece in _SPLIT.split(match[3]) if piece.strip()]
    if any(answer.has_feedback for answer in answers):
        markup.lose("foreign-lost-feedback")
    kind, _sign, order = _TYPES[match[2]].partition("_")
    if kind == "number":
        return number_part(identifier, [_number(answer) for answer in answers if answer.text != "*"], points)
    if kind == "text":
        typed = [TypedAnswer(_plain(answer.text), answer.share) for answer in answers]
        return text_part(identifier, typed, points, case_sensitive=order == "case")
    return _choice(identifier, kind, answers, points, markup, shuffle=order == "shuffled")


def _choice(
    identifier: str, kind: str, answers: Sequence[_Answer], points: Decimal, markup: Markup, *, shuffle: bool
) -> Part:
    shares = [answer.share for answer in answers]
    if kind == "many":
        shares = _normalised(shares)
    options = [
        Option(markup.clean(_unescape(answer.text)), share) for answer, share in zip(answers, shares, strict=True)
    ]
    if kind == "inline":
        return inline_part(identifier, options, points, shuffle=shuffle)
    return choice_part(identifier, options, points, many=kind == "many", shuffle=shuffle)


def _normalised(shares: Sequence[Decimal]) -> list[Decimal]:
    """Return shares of several right answers that together make a hundred: each ``=`` alone would already say so."""
    total = sum((share for share in shares if share > 0), Decimal(0))
    return [share * FULL / total if share > 0 else share for share in shares] if total else list(shares)


def _read_answer(piece: str) -> _Answer:
    piece = piece.strip()
    share = Decimal(0)
    while match := _WEIGHT.match(piece):
        share = Decimal(match[1].replace(",", ".")) if match[1] else FULL
        piece = piece[match.end() :].lstrip()
    text, *feedback = _FEEDBACK.split(piece, maxsplit=1)
    return _Answer(text.strip(), share, bool(feedback and feedback[0].strip()))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", _unescape(text))).strip()


def _number(answer: _Answer) -> NumberAnswer:
    value, _sign, tolerance = _plain(answer.text).partition(":")
    try:
        number = NumberAnswer(Decimal(value.strip()), Decimal(tolerance.strip() or 0), answer.share)
    except InvalidOperation as error:
        raise BrokenItemError("foreign-broken-number", value=answer.text[:40]) from error
    if not (number.value.is_finite() and number.tolerance.is_finite() and number.tolerance >= 0):
        raise BrokenItemError("foreign-broken-number", value=answer.text[:40])
    return number
