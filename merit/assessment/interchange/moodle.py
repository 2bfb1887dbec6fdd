"""Moodle XML: a ``quiz`` of questions, or one ``question``; also a text file of one question with embedded answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from merit.assessment.interchange.foreign_items import Label, compose, refuse_crowd, refused
from merit.assessment.interchange.foreign_parts import (
    MAX_POINTS,
    BrokenItemError,
    UnsupportedItemError,
    exact,
    refuse_many,
)
from merit.assessment.interchange.foreign_text import Markup, by_name, decode_base64, decode_text, paragraph
from merit.assessment.interchange.gift import category_name
from merit.assessment.interchange.moodle_cloze import is_cloze, read_cloze
from merit.assessment.interchange.moodle_questions import READERS as QUESTION_READERS
from merit.assessment.interchange.moodle_questions import Built, Reader, Sheet, read_decimal
from merit.assessment.interchange.reading import STRANGE, Problem, ReadItem, ReadResult, Source
from merit.assessment.interchange.xml import Element, documents, parse_repaired

_NOT_MARKED = frozenset({"description"})


def sniff(source: Source) -> bool:
    """Tell whether the file is Moodle's XML."""
    return source.root in {"quiz", "question"} and not source.namespace and b"<question" in source.data


def read(source: Source) -> ReadResult:
    """Read every question; a category names the subject of those below it."""
    items: list[ReadItem] = []
    problems: list[Problem] = []
    for document in documents(source.data):
        root, repaired = parse_repaired(document, name=source.name)
        problems += [Problem("items-xml-repaired", source.name, {"name": source.name})] if repaired else []
        questions = [root] if root.tag == "question" else root.findall("question")
        refuse_crowd(len(questions), source.name)
        category = ""
        for question in questions:
            if question.get("type") == "category":
                category = category_name((question.findtext("category/text") or "").strip())
            else:
                items.append(_read_question(question, len(items) + 1, category, source.name))
    problems += [] if items else [Problem("foreign-no-items", source.name)]
    return ReadResult(tuple(items), tuple(problems))


def sniff_cloze(source: Source) -> bool:
    """Tell whether the file is a text with embedded answers."""
    return not source.archive and not source.root and is_cloze(decode_text(source.data)[0])


def read_cloze_text(source: Source) -> ReadResult:
    """Read a text file as one question with embedded answers."""
    text, _encoding = decode_text(source.data)
    markup = Markup(find=lambda _address: None)
    label = Label(identifier="cloze-1", kind="cloze", where=source.name)
    try:
        body, parts = read_cloze(text, markup, "moodle")
    except (UnsupportedItemError, BrokenItemError, *STRANGE) as error:
        return ReadResult((refused(label, error),))
    return ReadResult((compose(label, body=paragraph(body), parts=parts, markup=markup),))


def _read_question(question: Element, number: int, category: str, name: str) -> ReadItem:
    code = (question.findtext("idnumber") or "").strip()
    words = [tag.text.strip() for tag in question.findall("tags/tag/text") if tag.text and tag.text.strip()]
    tags = {"subject": category, "keywords": ", ".join(words), "code": code}
    label = Label(
        identifier=code or f"moodle-{number}",
        kind=(question.get("type") or "").strip() or "question",
        title=" ".join((question.findtext("name/text") or "").split()),
        where=f"{name}:{question.sourceline}" if question.sourceline else name,
        tags={tag: value for tag, value in tags.items() if value},
    )
    if label.kind not in QUESTION_READERS:
        return refused(label, UnsupportedItemError(label.kind))
    try:
        return _compose(question, label)
    except (UnsupportedItemError, BrokenItemError, *STRANGE) as error:
        return refused(label, error)


def _compose(question: Element, label: Label) -> ReadItem:
    refuse_many(question.findall("answer") or question.findall("subquestion"))
    files = {
        str(file.get("name")): decode_base64(file.text or "")
        for file in question.iter("file")
        if file.get("name") and (file.get("encoding") or "base64") == "base64"
    }
    markup = Markup(find=by_name(files))
    points = exact(read_decimal(question.findtext("defaultgrade"), Decimal(1)))
    sheet = Sheet(question, markup, points)
    built = _build(QUESTION_READERS[label.kind], sheet, is_marked=label.kind not in _NOT_MARKED)
    _note_losses(question, markup)
    body = paragraph(built.body) + _old_image(question, markup)
    return compose(label, body=body, parts=built.parts, markup=markup)


def _build(read_kind: Reader, sheet: Sheet, *, is_marked: bool) -> Built:
    if is_marked and not 0 < sheet.points <= MAX_POINTS:
        raise BrokenItemError("foreign-broken-points", points=f"{sheet.points:f}")
    return read_kind(sheet)


def _old_image(question: Element, markup: Markup) -> str:
    name, data = question.findtext("image"), question.findtext("image_base64")
    if not name or not name.strip():
        return ""
    sheet = Markup(find=by_name({name.strip(): decode_base64(data or "")}), media=markup.media, names=markup.names)
    reference = sheet.refer(name.strip())
    markup.lost += [problem for problem in sheet.lost if problem not in markup.lost]
    return f'<p><img src="{reference}" alt=""></p>' if reference else ""


_LOSSES: Mapping[str, Callable[[Element], bool]] = {
    "foreign-lost-feedback": lambda question: any(
        (element.findtext("text") or "").strip()
        for element in question.iter(
            "feedback", "generalfeedback", "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"
        )
    ),
    "foreign-lost-hints": lambda question: question.find("hint") is not None,
    "foreign-lost-penalty": lambda question: read_decimal(question.findtext("penalty"), Decimal(0)) > 0,
    "foreign-lost-attachments": lambda question: read_decimal(question.findtext("attachments"), Decimal(0)) != 0,
    "foreign-lost-template": lambda question: bool((question.findtext("responsetemplate/text") or "").strip()),
}


def _note_losses(question: Element, markup: Markup) -> None:
    for code, is_lost in _LOSSES.items():
        if is_lost(question):
            markup.lose(code)
