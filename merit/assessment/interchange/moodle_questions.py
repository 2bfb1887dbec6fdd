"""One reader per question type of Moodle: from its element to a body and parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from merit.assessment.interchange.foreign_parts import (
    FULL,
    RESPONSE,
    BrokenItemError,
    NumberAnswer,
    Option,
    Part,
    TypedAnswer,
    choice_part,
    essay_part,
    inline_part,
    number_part,
    order_part,
    points_of_shares,
    refuse_many,
    text_part,
    truth_part,
)
from merit.assessment.interchange.foreign_text import Markup, gap, paragraph
from merit.assessment.interchange.gift import matching
from merit.assessment.interchange.moodle_cloze import read_cloze
from merit.assessment.interchange.xml import Element

_FORMATS = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "plain": "plain",
    "markdown": "markdown",
    "": "moodle",
}
_GAP = re.compile(r"\[\[(\d{1,3})\]\]")
_YES = frozenset({"1", "true", "yes"})
_ALL_OR_NOTHING = "ALL_OR_NOTHING"
_NEIGHBOURS = "RELATIVE_NEXT_EXCLUDE_LAST"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question element, what cleans its texts, and its points."""

    question: Element
    markup: Markup
    points: Decimal

    def text(self, element: Element | None) -> str:
        """Return the clean HTML of an element with a ``text`` child."""
        if element is None:
            return ""
        form = _FORMATS.get((element.get("format") or "").strip(), "html")
        return self.markup.clean(element.findtext("text") or "", form)

    def stem(self) -> str:
        """Return the question's text as clean HTML."""
        return self.text(self.question.find("questiontext"))

    def says(self, name: str, *, otherwise: bool = False) -> bool:
        """Return a setting that is true or false."""
        text = (self.question.findtext(name) or "").strip().lower()
        return text in _YES if text else otherwise


@dataclass(frozen=True, slots=True)
class Built:
    """A body with places for its parts."""

    body: str
    parts: Sequence[Part] = ()


Reader = Callable[[Sheet], Built]


def read_decimal(text: str | None, default: Decimal) -> Decimal:
    """Return a number of the file; the default where there is none."""
    try:
        number = Decimal((text or "").strip().replace(",", "."))
    except InvalidOperation:
        return default
    return number if number.is_finite() else default


def _share(answer: Element) -> Decimal:
    return read_decimal(answer.get("fraction"), Decimal(0))


def _block(sheet: Sheet, part: Part) -> Built:
    return Built(paragraph(sheet.stem()) + gap(part.interaction.id, inside=False), [part])


def _line(sheet: Sheet, part: Part) -> Built:
    return Built(paragraph(sheet.stem()) + f"<p>{gap(part.interaction.id)}</p>", [part])


def _multichoice(sheet: Sheet) -> Built:
    options = [Option(sheet.text(answer), _share(answer)) for answer in sheet.question.findall("answer")]
    many = not sheet.says("single", otherwise=True)
    shuffle = sheet.says("shuffleanswers", otherwise=True)
    return _block(sheet, choice_part(RESPONSE, options, sheet.points, many=many, shuffle=shuffle))


def _truefalse(sheet: Sheet) -> Built:
    shares = {
        (answer.findtext("text") or "").strip().lower(): _share(answer) for answer in sheet.question.findall("answer")
    }
    if set(shares) != {"true", "false"} or max(shares.values()) != FULL or min(shares.values()) != 0:
        raise BrokenItemError("foreign-broken-truefalse")
    return _block(sheet, truth_part(RESPONSE, sheet.points, is_true=shares["true"] == FULL))


def _shortanswer(sheet: Sheet) -> Built:
    answers = [
        TypedAnswer((answer.findtext("text") or "").strip(), _share(answer))
        for answer in sheet.question.findall("answer")
    ]
    case = sheet.says("usecase")
    return _line(sheet, text_part(RESPONSE, [a for a in answers if a.text], sheet.points, case_sensitive=case))


def _numerical(sheet: Sheet) -> Built:
    answers = []
    for answer in sheet.question.findall("answer"):
        text = (answer.findtext("text") or answer.text or "").strip()
        if text == "*":
            continue
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise BrokenItemError("foreign-broken-number", value=text[:40]) from error
        if not value.is_finite():
            raise BrokenItemError("foreign-broken-number", value=text[:40])
        tolerance = read_decimal(answer.findtext("tolerance"), Decimal(0))
        answers.append(NumberAnswer(value, abs(tolerance), _share(answer)))
    return _line(sheet, number_part(RESPONSE, answers, sheet.points, unit=_unit(sheet)))


def _unit(sheet: Sheet) -> str:
    units = {
        (unit.findtext("unit_name") or "").strip(): read_decimal(unit.findtext("multiplier"), Decimal(1))
        for unit in sheet.question.findall("units/unit")
    }
    base = [name for name, multiplier in units.items() if multiplier == 1]
    if len(units) > len(base[:1]):
        sheet.markup.lose("foreign-lost-units", units=", ".join(units))
    return base[0] if base else ""


def _matching(sheet: Sheet) -> Built:
    pairs = [
        (sheet.text(pair), " ".join((pair.findtext("answer/text") or "").split()))
        for pair in sheet.question.findall("subquestion")
    ]
    kept = [pair for pair in pairs if pair[1]]
    shuffle = sheet.says("shuffleanswers", otherwise=True)
    return _block(sheet, matching(kept, sheet.points, shuffle=shuffle))


def _essay(sheet: Sheet) -> Built:
    lines = int(read_decimal(sheet.question.findtext("responsefieldlines"), Decimal(10)))
    most = int(read_decimal(sheet.question.findtext("maxwordlimit"), Decimal(0)))
    rubric = sheet.text(sheet.question.find("graderinfo"))
    return _block(sheet, essay_part(RESPONSE, sheet.points, lines=lines, most_words=max(0, most), rubric=rubric))


def _description(sheet: Sheet) -> Built:
    return Built(sheet.stem())


def _cloze(sheet: Sheet) -> Built:
    element = sheet.question.find("questiontext")
    text = "" if element is None else element.findtext("text") or ""
    form = "html" if element is None else _FORMATS.get((element.get("format") or "").strip(), "html")
    return Built(*read_cloze(text, sheet.markup, form))


def _gaps(sheet: Sheet, boxes: Sequence[Element]) -> Built:
    """Return a text with drop-down lists; the lists of a group hold the words of that group."""
    refuse_many(boxes)
    words = [(sheet.text(box), box.findtext("group")) for box in boxes]
    stem = sheet.stem()
    numbers = [int(number) for number in _GAP.findall(stem)]
    refuse_many(numbers)
    if not numbers or any(not 1 <= number <= len(words) for number in numbers):
        raise BrokenItemError("foreign-broken-gaps")
    shares = points_of_shares([FULL / len(numbers)] * len(numbers), sheet.points)
    parts = []
    for index, number in enumerate(numbers):
        group = words[number - 1][1]
        options = [
            Option(html, FULL if position == number - 1 else Decimal(0))
            for position, (html, of) in enumerate(words)
            if of == group
        ]
        shuffle = sheet.says("shuffleanswers")
        parts.append(inline_part(f"RESPONSE_{index + 1}", options, shares[index], shuffle=shuffle))
    places = iter(gap(part.interaction.id) for part in parts)
    return Built(_GAP.sub(lambda _match: next(places), stem), parts)


def _ddwtos(sheet: Sheet) -> Built:
    sheet.markup.lose("foreign-lost-dragging")
    return _gaps(sheet, sheet.question.findall("dragbox"))


def _gapselect(sheet: Sheet) -> Built:
    return _gaps(sheet, sheet.question.findall("selectoption"))


def _ordering(sheet: Sheet) -> Built:
    answers = sorted(sheet.question.findall("answer"), key=_share)
    grading = (sheet.question.findtext("gradingtype") or "ABSOLUTE_POSITION").strip()
    chosen = (sheet.question.findtext("selecttype") or "ALL").strip()
    if grading not in {_ALL_OR_NOTHING, _NEIGHBOURS}:
        sheet.markup.lose("foreign-lost-grading", type=grading)
    if chosen != "ALL":
        sheet.markup.lose("foreign-lost-selection", type=chosen)
    texts = [sheet.text(answer) for answer in answers]
    return _block(sheet, order_part(RESPONSE, texts, sheet.points, partial=grading != _ALL_OR_NOTHING))


READERS: Mapping[str, Reader] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "essay": _essay,
    "description": _description,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _gapselect,
    "ddwtos": _ddwtos,
    "ordering": _ordering,
}
