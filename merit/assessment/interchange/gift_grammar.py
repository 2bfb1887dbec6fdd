"""The grammar of GIFT (Moodle's text format): from text to a tree of questions; what they mean is said in ``gift``.

Questions are blocks between blank lines; a blank line inside braces does not end one unless another question begins
there. Lines that begin with ``//`` are comments and may carry ``[id:…]`` and ``[tag:…]`` of the question below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from merit.assessment.interchange.gift_tree import Answer, BrokenBlock, Number, Question, Text

BLANK = "_____"

_ESCAPABLE = "\\~=#{}:"
_FIRST = 0xFDD0  # characters that never stand in text hide the escaped ones while the grammar looks for control signs
_HIDDEN = {sign: chr(_FIRST + number) for number, sign in enumerate(_ESCAPABLE)}
_SHOWN = str.maketrans({hidden: sign for sign, hidden in _HIDDEN.items()})
_NEVER = dict.fromkeys(range(_FIRST, _FIRST + 32))
_ESCAPE = re.compile(r"\\([\\~=#{}:])")
_ID = re.compile(r"\[id:([^\]]+)\]")
_TAG = re.compile(r"\[tag:([^\]]+)\]")
_COMMENT = re.compile(r"\s*//")
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|markdown|moodle|plain)\]")
_CATEGORY = re.compile(r"\s*\$CATEGORY:[ \t]*(.*)")
_WEIGHT = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")
_TRUTH = re.compile(r"\s*(TRUE|T|FALSE|F)\s*(?=#|$)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


class GiftError(ValueError):
    """A question that does not follow the grammar; ``code`` says where it goes wrong."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    lines: tuple[str, ...]


def parse_gift(text: str) -> list[Question | BrokenBlock]:
    """Return every question and category of a GIFT text in order, and in their place those that cannot be read."""
    found: list[Question | BrokenBlock] = []
    for block in _join_blocks(list(_split_blocks(_hide(text)))):
        try:
            found.extend(_parse_block(block))
        except GiftError as error:
            found.append(BrokenBlock(block.line, error.code, _title_of(block)))
    return found


def _hide(text: str) -> str:
    clean = text.translate(_NEVER)
    clean = clean.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return _ESCAPE.sub(lambda match: _HIDDEN[match[1]], clean)


def _show(text: str) -> str:
    return text.replace("\\n", "\n").translate(_SHOWN)


def _title_of(block: _Block) -> str:
    body = "\n".join(line for line in block.lines if not _COMMENT.match(line))
    match = _TITLE.match(body)
    return _SPACES.sub(" ", _show(match[1] if match else body)).strip()[:80]


def _split_blocks(text: str) -> Iterator[_Block]:
    lines: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            start = start if lines else number
            lines.append(line)
        elif lines:
            yield _Block(start, tuple(lines))
            lines = []
    if lines:
        yield _Block(start, tuple(lines))


def _depth(lines: Sequence[str]) -> int:
    body = [line for line in lines if not _COMMENT.match(line)]
    return sum(line.count("{") - line.count("}") for line in body)


def _join_blocks(blocks: list[_Block]) -> Iterator[_Block]:
    """Put a question back together whose braces hold blank lines, unless another question begins before they close."""
    index = 0
    while index < len(blocks):
        block, following = blocks[index], index + 1
        lines, depth = list(block.lines), _depth(block.lines)
        while depth > 0 and following < len(blocks) and not _opens(blocks[following]):
            lines += ["", *blocks[following].lines]
            depth += _depth(blocks[following].lines)
            following += 1
        is_whole = depth == 0
        index = following if is_whole else index + 1
        yield _Block(block.line, tuple(lines)) if is_whole else block


def _opens(block: _Block) -> bool:
    return any("{" in line or line.lstrip().startswith("::") for line in block.lines if not _COMMENT.match(line))


def _parse_block(block: _Block) -> Iterator[Question]:
    identifier: str | None = None
    tags: list[str] = []
    body: list[str] = []
    line = block.line
    for offset, text in enumerate(block.lines):
        if _COMMENT.match(text):
            identifier = identifier or next(iter(_ID.findall(text)), None)
            tags += _TAG.findall(text)
        elif not body and (category := _CATEGORY.match(text)):
            yield Question(kind="Category", line=block.line + offset, title=_show(category[1]).strip())
        else:
            line = line if body else block.line + offset
            body.append(text)
    if body:
        found = _parse_question("\n".join(body), line)
        yield replace(found, id=identifier, tags=tuple(tag.strip() for tag in tags))


def _parse_question(body: str, line: int) -> Question:
    title: str | None = None
    if match := _TITLE.match(body):
        title, body = _show(match[1]).strip(), body[match.end() :]
    form, body = _take_format(body, "moodle")
    opening = body.find("{")
    if opening < 0:
        if "}" in body:
            raise GiftError("gift-brace")
        return Question(kind="Description", line=line, title=title, stem=_text(body, form))
    closing = body.find("}", opening)
    after = body[closing + 1 :]
    if closing < 0 or "{" in body[opening + 1 : closing] or "{" in after or "}" in after:
        raise GiftError("gift-brace")
    before, tail = _text(body[:opening], form).text, _text(after, form).text
    stem = f"{before} {BLANK} {tail}" if tail else before
    question = _parse_answers(body[opening + 1 : closing], form, line)
    return replace(question, title=title, stem=Text(form, stem), before=before, after=tail)


def _take_format(text: str, default: str) -> tuple[str, str]:
    if match := _FORMAT.match(text):
        return match[1], text[match.end() :]
    return default, text


def _text(text: str, default: str) -> Text:
    form, rest = _take_format(text, default)
    if form in {"moodle", "plain"}:
        rest = _SPACES.sub(" ", rest)
    return Text(form, _show(rest.strip()).strip("\n"))


def _optional(text: str, default: str) -> Text | None:
    return _text(text, default) if text.strip() else None


def _parse_answers(inside: str, form: str, line: int) -> Question:
    inside, _sign, general = inside.partition("####")
    feedback = _optional(general, form)
    if not inside.strip():
        return Question(kind="Essay", line=line, feedback=feedback)
    if inside.lstrip().startswith("#"):
        return replace(_parse_numbers(inside.lstrip()[1:], form, line), feedback=feedback)
    if match := _TRUTH.match(inside):
        first, _sign, second = inside[match.end() :].removeprefix("#").partition("#")
        return Question(
            kind="TF",
            line=line,
            feedback=feedback,
            is_true=match[1].upper().startswith("T"),
            true_feedback=_optional(first, form),
            false_feedback=_optional(second, form),
        )
    return replace(_parse_choices(inside, form, line), feedback=feedback)


def _pieces(inside: str) -> list[tuple[str, str]]:
    """Return the answers as (sign, text); text before the first sign is an answer with no sign."""
    parts = re.split(r"([=~])", inside)
    pieces = [("", parts[0])] if parts[0].strip() else []
    return pieces + list(zip(parts[1::2], parts[2::2], strict=True))


def _parse_choices(inside: str, form: str, line: int) -> Question:
    pieces = _pieces(inside)
    if [sign for sign, _text in pieces[1:] if not sign] or (len(pieces) > 1 and not pieces[0][0]):
        raise GiftError("gift-answer")
    if all(sign == "=" and "->" in text for sign, text in pieces):
        pairs = tuple(_parse_pair(text, form) for _sign, text in pieces)
        return Question(kind="Matching", line=line, pairs=pairs)
    is_choice = any(sign == "~" for sign, _text in pieces)
    answers = tuple(_parse_answer(sign != "~", text, form) for sign, text in pieces)
    return Question(kind="MC" if is_choice else "Short", line=line, answers=answers)


def _parse_pair(text: str, form: str) -> tuple[Text, str]:
    left, _sign, right = text.partition("->")
    return _text(left, form), _text(right.partition("#")[0], "plain").text


def _parse_answer(is_correct: bool, text: str, form: str) -> Answer:
    weight, text = _take_weight(text)
    answer, _sign, feedback = text.partition("#")
    return Answer(is_correct, weight, _text(answer, form), _optional(feedback, form))


def _take_weight(text: str) -> tuple[Decimal | None, str]:
    if match := _WEIGHT.match(text):
        return Decimal(match[1]), text[match.end() :]
    return None, text


def _parse_numbers(inside: str, form: str, line: int) -> Question:
    if "=" not in inside and "~" not in inside:
        number, _sign, feedback = inside.partition("#")
        answer = Answer(is_correct=True, weight=None, text=_number(number), feedback=_optional(feedback, form))
        return Question(kind="Numerical", line=line, answers=(answer,), is_single_number=True)
    answers = []
    for sign, piece in _pieces(inside):
        weight, text = _take_weight(piece)
        value, _sign, feedback = text.partition("#")
        if value.strip() in {"", "*"} and sign == "~":
            continue  # a wrong answer that only carries feedback
        answers.append(Answer(sign == "=", weight, _number(value), _optional(feedback, form)))
    return Question(kind="Numerical", line=line, answers=tuple(answers))


def _number(text: str) -> Number:
    shown = _show(text).strip()
    try:
        if ".." in shown:
            low, _sign, high = shown.partition("..")
            return Number(low=_decimal(low), high=_decimal(high))
        value, sign, tolerance = shown.partition(":")
        return Number(value=_decimal(value), tolerance=_decimal(tolerance) if sign else None)
    except InvalidOperation as error:
        raise GiftError("gift-number") from error


def _decimal(text: str) -> Decimal:
    number = Decimal(text.strip())
    if not number.is_finite():
        raise InvalidOperation
    return number
