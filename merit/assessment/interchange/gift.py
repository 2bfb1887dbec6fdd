"""GIFT: what the questions of :mod:`gift_grammar` mean as items."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from merit.assessment.interchange.foreign_items import Label, compose, refuse_crowd, refused
from merit.assessment.interchange.foreign_parts import (
    FULL,
    RESPONSE,
    BrokenItemError,
    NumberAnswer,
    Option,
    Part,
    TypedAnswer,
    UnsupportedItemError,
    choice_part,
    essay_part,
    inline_part,
    match_part,
    number_part,
    refuse_many,
    text_part,
    truth_part,
)
from merit.assessment.interchange.foreign_text import Markup, decode_text, gap, is_binary, paragraph, to_html
from merit.assessment.interchange.gift_grammar import parse_gift
from merit.assessment.interchange.gift_tree import Answer, BrokenBlock, Number, Question
from merit.assessment.interchange.reading import STRANGE, Problem, ReadItem, ReadResult, Source

ONE = Decimal(1)
_BRACES = re.compile(r"\{[^{}]*\}", re.DOTALL)
_CLOZE = re.compile(r"\{\d*:[A-Z_]+:")
_NAMES = {"MC": "multichoice", "Short": "shortanswer", "TF": "truefalse", "Numerical": "numerical"}
_ROOT_CATEGORY = ("$course$", "$system$", "$cat1$", "$module$", "top")


def sniff(source: Source) -> bool:
    """Tell whether the file is a text with questions in braces (and no JSON, XML, or cloze text)."""
    if source.archive or source.root or is_binary(source.data):
        return False
    text, _encoding = decode_text(source.data)
    if text.lstrip()[:1] in {"[", "{"} and '":' in text[:4000].replace(" ", ""):
        return False
    if source.suffix == ".gift" and text.strip():
        return True
    return "$CATEGORY:" in text or bool(_BRACES.search(text) and not _CLOZE.search(text)) or _has_titles(text)


def _has_titles(text: str) -> bool:
    return bool(re.search(r"^[ \t]*::[^\n]+?::", text, re.MULTILINE))


def read(source: Source) -> ReadResult:
    """Read a GIFT file: every block is an item, or a category of those below it."""
    text, encoding = decode_text(source.data)
    items: list[ReadItem] = []
    problems: list[Problem] = []
    if encoding == "windows-1252":
        problems.append(Problem("foreign-encoding-guessed", source.name, {"encoding": encoding}))
    category = ""
    questions = parse_gift(text)
    refuse_crowd(len(questions), source.name)
    for question in questions:
        if isinstance(question, Question) and question.kind == "Category":
            category = category_name(question.title or "")
            continue
        items.append(_read_block(question, len(items) + 1, category, source.name))
    if not items:
        problems.append(Problem("foreign-no-items", source.name))
    return ReadResult(tuple(items), tuple(problems))


def category_name(path: str) -> str:
    """Return a category's own name: the path without the roots that every course has."""
    parts = [part.strip() for part in path.replace("//", "\0").split("/")]
    kept = [part.replace("\0", "/") for part in parts if part and part not in _ROOT_CATEGORY]
    return " / ".join(kept)


def _read_block(question: Question | BrokenBlock, number: int, category: str, name: str) -> ReadItem:
    where = f"{name}:{question.line}"
    if isinstance(question, BrokenBlock):
        label = Label(identifier=f"gift-{number}", kind="gift", title=question.title, where=where)
        return refused(label, BrokenItemError(f"foreign-broken-{question.code}"))
    tags = {"subject": category, "keywords": ", ".join(question.tags), "code": question.id or ""}
    label = Label(
        identifier=question.id or f"gift-{number}",
        kind=_NAMES.get(question.kind, question.kind.lower()),
        title=question.title or "",
        where=where,
        tags={name: value for name, value in tags.items() if value},
    )
    try:
        return _compose(question, label)
    except (UnsupportedItemError, BrokenItemError, *STRANGE) as error:
        return refused(replace(label, title=label.title or question.stem.text[:80]), error)


def _compose(question: Question, label: Label) -> ReadItem:
    refuse_many(question.answers or question.pairs)
    markup = Markup(find=lambda _address: None)
    part = _PARTS[question.kind](question)
    _note_feedback(question, markup)
    return compose(label, body=_body(question, part, markup), parts=[part] if part else [], markup=markup)


def _body(question: Question, part: Part | None, markup: Markup) -> str:
    form = question.stem.format
    if part is None:
        return paragraph(markup.clean(question.stem.text, form))
    kind = part.interaction.kind
    if kind in {"text_entry", "inline_choice"}:
        before, after = markup.clean(question.before, form), markup.clean(question.after, form)
        return paragraph(f"{before} {gap(RESPONSE)} {after}".strip())
    return paragraph(markup.clean(question.stem.text, form)) + gap(RESPONSE, inside=False)


def _note_feedback(question: Question, markup: Markup) -> None:
    each = [answer.feedback for answer in question.answers]
    if any([question.feedback, question.true_feedback, question.false_feedback, *each]):
        markup.lose("foreign-lost-feedback")


def _share(answer: Answer) -> Decimal:
    return answer.weight if answer.weight is not None else FULL if answer.is_correct else Decimal(0)


def _choice(question: Question) -> Part:
    options = [Option(_html(answer), _share(answer)) for answer in question.answers]
    many = not any(answer.is_correct for answer in question.answers)
    if question.is_embedded and not many:
        return inline_part(RESPONSE, options, ONE)
    return choice_part(RESPONSE, options, ONE, many=many)


def _html(answer: Answer) -> str:
    if isinstance(answer.text, Number):
        raise BrokenItemError("foreign-broken-gift-number")
    return to_html(answer.text.text, answer.text.format)


def _short(question: Question) -> Part:
    answers = [
        TypedAnswer(answer.text.text, _share(answer))
        for answer in question.answers
        if not isinstance(answer.text, Number)
    ]
    return text_part(RESPONSE, answers, ONE, case_sensitive=False)


def _numerical(question: Question) -> Part:
    answers = []
    for answer in question.answers:
        number = answer.text
        if isinstance(number, Number):
            answers.append(NumberAnswer(*_centre(number), _share(answer)))
    return number_part(RESPONSE, answers, ONE)


def _centre(number: Number) -> tuple[Decimal, Decimal]:
    if number.low is not None and number.high is not None:
        if number.low > number.high:
            raise BrokenItemError("foreign-broken-range")
        return (number.low + number.high) / 2, (number.high - number.low) / 2
    return number.value or Decimal(0), number.tolerance or Decimal(0)


def _matching(question: Question) -> Part:
    return matching([(to_html(left.text, left.format), right) for left, right in question.pairs], ONE)


def matching(pairs: Sequence[tuple[str, str]], points: Decimal, *, shuffle: bool = True) -> Part:
    """Return a matching of (source as HTML, target as text); a pair without a source only adds a wrong target."""
    refuse_many(pairs)
    targets = list(dict.fromkeys(right for _left, right in pairs))
    sources = [(left, targets.index(right)) for left, right in pairs if left]
    escaped = [to_html(target, "plain") for target in targets]
    linked = [(number, target) for number, (_left, target) in enumerate(sources)]
    return match_part(RESPONSE, [left for left, _target in sources], escaped, linked, points, shuffle=shuffle)


_PARTS: Mapping[str, Callable[[Question], Part | None]] = {
    "MC": _choice,
    "Short": _short,
    "TF": lambda question: truth_part(RESPONSE, ONE, is_true=question.is_true),
    "Numerical": _numerical,
    "Matching": _matching,
    "Essay": lambda _question: essay_part(RESPONSE, ONE),
    "Description": lambda _question: None,
}
