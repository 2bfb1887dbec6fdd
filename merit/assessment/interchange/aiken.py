"""Aiken: a question, options ``A)`` or ``A.``, a line ``ANSWER: B``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from merit.assessment.interchange.foreign_items import Label, compose, refuse_crowd, refused
from merit.assessment.interchange.foreign_parts import (
    FULL,
    RESPONSE,
    BrokenItemError,
    Option,
    choice_part,
)
from merit.assessment.interchange.foreign_text import Markup, decode_text, escape, gap, is_binary
from merit.assessment.interchange.reading import Problem, ReadItem, ReadResult, Source

_OPTION = re.compile(r"\s*([A-Z])[.)]\s+(.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|JAWABAN|KUNCI)\s*:\s*(.*?)\s*$", re.IGNORECASE)
_LOOKS = re.compile(r"^[ \t]*(?:ANSWER|JAWABAN|KUNCI)[ \t]*:[ \t]*[A-Z][ \t]*\r?$", re.MULTILINE | re.IGNORECASE)


@dataclass(slots=True)
class _Question:
    line: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str = ""


def sniff(source: Source) -> bool:
    """Tell whether the file is a text with an answer line and lettered options."""
    if source.archive or source.root or is_binary(source.data):
        return False
    text, _encoding = decode_text(source.data)
    return bool(_LOOKS.search(text)) and any(_OPTION.match(line) for line in text.splitlines())


def read(source: Source) -> ReadResult:
    """Read an Aiken file; what lacks options or an answer is told, question by question."""
    text, encoding = decode_text(source.data)
    questions = _split(text.splitlines())
    refuse_crowd(len(questions), source.name)
    items = [_read_question(question, number, source.name) for number, question in enumerate(questions, 1)]
    guessed = Problem("foreign-encoding-guessed", source.name, {"encoding": encoding})
    return ReadResult(tuple(items), (guessed,) if encoding == "windows-1252" else ())


def _split(lines: list[str]) -> list[_Question]:
    questions: list[_Question] = []
    current: _Question | None = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            if current is not None and current.options:
                current = None
            continue
        if current is None or (current.options and not _is_part(line)):
            current = _Question(number)
            questions.append(current)
        if answer := _ANSWER.match(line):
            current.answer, current = answer[1], None
        elif option := _OPTION.match(line):
            current.options.append((option[1], option[2]))
        else:
            current.stem.append(line.strip())
    return questions


def _is_part(line: str) -> bool:
    return bool(_OPTION.match(line) or _ANSWER.match(line))


def _read_question(question: _Question, number: int, name: str) -> ReadItem:
    stem = "\n".join(question.stem)
    label = Label(identifier=f"aiken-{number}", kind="aiken", where=f"{name}:{question.line}")
    try:
        return _compose(question, stem, label)
    except BrokenItemError as error:
        return refused(replace(label, title=stem[:80]), error)


def _compose(question: _Question, stem: str, label: Label) -> ReadItem:
    letters = [letter for letter, _text in question.options]
    if not stem or not question.answer:
        raise BrokenItemError("foreign-broken-aiken-answer" if stem else "foreign-broken-aiken-stem")
    if question.answer.upper() not in letters or len(set(letters)) != len(letters):
        raise BrokenItemError("foreign-broken-aiken-letter", answer=question.answer[:20])
    options = [
        Option(escape(text), FULL if letter == question.answer.upper() else Decimal(0))
        for letter, text in question.options
    ]
    part = choice_part(RESPONSE, options, Decimal(1))
    body = f"<p>{escape(stem)}</p>{gap(RESPONSE, inside=False)}"
    return compose(label, body=body, parts=[part], markup=Markup(find=lambda _address: None))
