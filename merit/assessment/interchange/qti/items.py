"""One ``assessmentItem`` as an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from merit.assessment.domain.clones import find_clone_problem, is_templated
from merit.assessment.domain.items import (
    ChoiceInteraction,
    EssayInteraction,
    Interaction,
    ItemContent,
    ItemKey,
    TextEntryInteraction,
)
from merit.assessment.domain.processing import unsupported_names
from merit.assessment.domain.scoring import key_problems
from merit.assessment.interchange.qti.best import best_of_answers
from merit.assessment.interchange.qti.doubts import (
    below_maximum,
    find_doubts,
    is_adaptive,
    nameless_tables,
)
from merit.assessment.interchange.qti.interactions import read_interaction
from merit.assessment.interchange.qti.keys import find_maximum, read_key, rewarded_values, with_rubric
from merit.assessment.interchange.qti.markup import Markup
from merit.assessment.interchange.qti.names import (
    INTERACTION,
    XML_LANG,
    attrs,
    children,
    descendants,
    first,
    is_interaction,
    kind,
)
from merit.assessment.interchange.qti.programs import read_program
from merit.assessment.interchange.qti.variables import variable_losses
from merit.assessment.interchange.reading import Problem, ReadItem, Source
from merit.assessment.interchange.xml import Element, text_of

_SINGLE = "choice"
_MULTIPLE = "multiple_choice"


def read_item(root: Element, source: Source) -> ReadItem:
    """Return an item with everything that is lost or unsupported named."""
    names = attrs(root)
    where = names.get("identifier", "").strip() or source.name
    program = read_program(root)
    markup = Markup(source.files, where, program["templates"])
    body = first(root, "itemBody")
    elements = [] if body is None else _interactions_in(body)
    found = [read_interaction(one, _declared(program, one), markup) for one in elements]
    interactions = [one for one in found if one is not None]
    html = "" if body is None else markup.inner(body)
    _note_losses(root, markup)
    maximum = find_maximum(program)
    unsupported = _unsupported(root, program, elements, interactions, markup)
    content = None if unsupported else _content(root, names, html, interactions, markup)
    if content is not None and maximum is None and (maximum := best_of_answers(program, interactions)) is not None:
        markup.note("items-maximum-assumed", points=str(maximum))
    key = read_key(program, interactions, maximum) if content is not None else None
    if content is not None and not elements:
        key, maximum = ItemKey(maximum=Decimal(0)), Decimal(0)
        markup.note("items-information")
    key = None if key is None else with_rubric(key, "".join(markup.rubrics))
    content, key = _drawable(content, key, markup)
    if key is not None and elements and not program["rules"] and not _is_essay(interactions):
        maximum = key.maximum
        markup.note("items-scoring-assumed", points=str(maximum))
    elif key is not None and maximum is None:
        maximum = key.maximum
        markup.note("items-maximum-assumed", points=str(maximum))
    problems = [*_name(unsupported, where), *markup.problems.values()]
    problems += find_doubts(root, program, where)
    problems += _key_doubts(program, content, key, maximum, where)
    return ReadItem(
        identifier=where,
        type=_type(elements, interactions) if elements or content is None else "information",
        title=names.get("title", "").strip(),
        supported=content is not None and key is not None,
        max_score=maximum,
        correct=_correct(program),
        problems=tuple(problems),
        content=content,
        key=key,
        media=markup.media,
        media_names=markup.media_names,
        tags=_tags(root, names),
        program=program,
        where=source.name,
    )


def _interactions_in(body: Element) -> list[Element]:
    return [one for one in body.iter() if kind(one) and is_interaction(one)]


def _declared(program: Mapping[str, Any], element: Element) -> Mapping[str, Any]:
    identifier = attrs(element).get("responseIdentifier", "").strip()
    declared: Mapping[str, Any] = program["responses"].get(identifier, {})
    return declared


def _note_losses(root: Element, markup: Markup) -> None:
    for name in ("stylesheet", "modalFeedback", "companionMaterialsInfo"):
        if next(descendants(root, name), None) is not None:
            markup.note("items-lost", name)


def _unsupported(
    root: Element,
    program: Mapping[str, Any],
    elements: Sequence[Element],
    interactions: Sequence[Interaction],
    markup: Markup,
) -> list[str]:
    """Return the names of everything that keeps the item from being given."""
    names = [*markup.unsupported, *unsupported_names(program), *nameless_tables(program)]
    if is_adaptive(root):
        names.append("adaptive")
    names += variable_losses(root, elements, program["templates"])
    if not elements and not _is_information(root, program):
        names.append("itemBody (no interaction)")
    if len({one.id for one in interactions}) != len(interactions):
        names.append("responseIdentifier (duplicate)")
    known = {one.id for one in interactions} <= set(program["responses"])
    if elements and not known:
        names.append("responseIdentifier (not declared)")
    return list(dict.fromkeys(names))


def _drawable(
    content: ItemContent | None, key: ItemKey | None, markup: Markup
) -> tuple[ItemContent | None, ItemKey | None]:
    """Return a templated item when it can be drawn, with a word about it; neither part when it cannot."""
    if content is None or key is None or not is_templated(key):
        return content, key
    problem = find_clone_problem(content, key)
    if problem is not None:
        markup.note(problem.problem, problem.name)
        return None, None
    markup.note("items-templated")
    return content, key


def _is_information(root: Element, program: Mapping[str, Any]) -> bool:
    """Tell whether an item only tells something: nothing is answered, scored or marked, on screen or elsewhere."""
    body = first(root, "itemBody")
    is_telling = body is not None and bool(
        text_of(body) or next(descendants(body, "img", "object", "audio"), None) is not None
    )
    silent = not any(program[part] for part in ("responses", "templates", "rules", "outcome_rules"))
    answered = any(kind(one).endswith(INTERACTION) for one in root.iter() if kind(one))
    return is_telling and silent and not answered and find_maximum(program) is None


def _name(unsupported: Sequence[str], where: str) -> list[Problem]:
    return [Problem("items-unsupported", where, {"name": name}) for name in unsupported]


def _content(
    root: Element, names: Mapping[str, str], html: str, interactions: Sequence[Interaction], markup: Markup
) -> ItemContent | None:
    language = str(root.get(XML_LANG) or names.get("lang") or "id")
    title = names.get("title", "").strip()
    try:
        return ItemContent(title=title, language=language, body=html, interactions=tuple(interactions))
    except ValidationError:
        markup.refuse("assessmentItem (incomplete)")
        return None


def _is_essay(interactions: Sequence[Interaction]) -> bool:
    return all(isinstance(one, EssayInteraction) for one in interactions)


def _key_doubts(
    program: Mapping[str, Any],
    content: ItemContent | None,
    key: ItemKey | None,
    maximum: Decimal | None,
    where: str,
) -> list[Problem]:
    if not program["rules"] and key is None:
        return [Problem("items-unscored", where)]
    if maximum is None:
        return [Problem("items-maximum-unknown", where)]
    if content is None or key is None or not content.interactions:
        return []
    codes = ["key-correct-below-maximum"] if below_maximum(program, maximum) else []
    return [Problem(code, where) for code in (*codes, *key_problems(content, key))]


def _type(elements: Sequence[Element], interactions: Sequence[Interaction]) -> str:
    kinds = list(dict.fromkeys(kind(one) for one in elements))
    if len(elements) == 1 and len(interactions) == 1:
        return _kind(interactions[0])
    if len(kinds) == 1 and len(interactions) != len(elements):
        return kinds[0]
    if not elements:
        return "text"
    same = {_kind(one) for one in interactions}
    return same.pop() if len(interactions) == len(elements) and len(same) == 1 else "composite"


def _kind(interaction: Interaction) -> str:
    if isinstance(interaction, ChoiceInteraction):
        return _SINGLE if interaction.most == 1 else _MULTIPLE
    if isinstance(interaction, TextEntryInteraction):
        return "numeric" if interaction.numeric else "text_entry"
    return "essay" if isinstance(interaction, EssayInteraction) else interaction.kind


def _correct(program: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the right answers: as declared, else what the mapping rewards."""
    correct: dict[str, list[str]] = {}
    for name, declared in program["responses"].items():
        texts = declared.get("correct") or rewarded_values(declared)
        if texts:
            correct[name] = [" ".join(text.split()) for text in texts] if declared["base"] != "string" else texts
    return correct


def _tags(root: Element, names: Mapping[str, str]) -> dict[str, str]:
    tags = {}
    if names.get("label", "").strip():
        tags["code"] = names["label"].strip()
    language = str(root.get(XML_LANG) or "")
    if language:
        tags["language"] = language
    return tags


def item_children(root: Element) -> list[Element]:
    """Return the items inside a document that holds more than one."""
    return list(children(root, "assessmentItem"))
