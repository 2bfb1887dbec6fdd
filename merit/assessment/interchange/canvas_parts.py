"""Items of QTI 1.2 as interactions and keys: what its response processing gives to each answer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from merit.assessment.domain.items import MatchKey
from merit.assessment.interchange.canvas_presentation import Presented, Response
from merit.assessment.interchange.canvas_scoring import interval_of, named_values, run
from merit.assessment.interchange.foreign_parts import (
    FULL,
    BrokenItemError,
    NumberAnswer,
    Option,
    Part,
    TypedAnswer,
    choice_part,
    essay_part,
    inline_part,
    letter,
    match_part,
    number_part,
    order_part,
    points_of_shares,
    text_part,
    truth_part,
)
from merit.assessment.interchange.foreign_text import gap, paragraph

_BLANKS = "fill_in_multiple_blanks_question"
_GAPS = frozenset({_BLANKS, "multiple_dropdowns_question"})
_TYPED = frozenset({"response_str", "response_num"})


def read_parts(item: Presented) -> tuple[str, list[Part]]:
    """Return the body and its parts; raises :class:`BrokenItemError` where the key cannot be understood."""
    responses = item.responses
    if not responses:
        if item.rules and item.kind != "text_only_question":
            raise BrokenItemError("foreign-broken-presentation")
        return paragraph(item.stem), []
    if item.kind in {"essay_question", "cc.essay.v0p1"} or (not item.rules and _is_typed(responses)):
        return _block(item, essay_part(responses[0].ident, item.points))
    if not item.rules:
        raise BrokenItemError("foreign-broken-key")
    if _is_typed(responses):
        return _read_typed(item)
    named = all(_mark(response) in item.stem for response in responses)
    if item.kind in _GAPS or (named and item.stem):
        return _read_blanks(item)
    if len(responses) > 1 or item.kind == "matching_question":
        return _read_pairs(item)
    return _block(item, _read_choice(item, responses[0]))


def _is_typed(responses: Sequence[Response]) -> bool:
    return all(response.kind in _TYPED for response in responses)


def _block(item: Presented, part: Part) -> tuple[str, list[Part]]:
    return paragraph(item.stem) + gap(part.interaction.id, inside=False), [part]


def _scaled(scores: Sequence[Decimal], best: Decimal) -> list[Decimal]:
    """Return raw scores as percent of the best one."""
    if best <= 0:
        raise BrokenItemError("foreign-broken-key")
    return [score * FULL / best for score in scores]


def _read_choice(item: Presented, response: Response) -> Part:
    if response.cardinality == "Ordered":
        return _read_order(item, response)
    score = partial(_score_of, item, response)
    singles = [score([label.ident]) for label in response.labels]
    if response.cardinality != "Multiple":
        shares = _scaled(singles, max(singles, default=Decimal(0)))
        return _single(item, response, shares)
    right = [label for label, value in zip(response.labels, singles, strict=True) if value > 0]
    together = score([label.ident for label in right])
    if right and together == sum(value for value in singles if value > 0):
        shares = _scaled(singles, together)
        options = [Option(label.html, share) for label, share in zip(response.labels, shares, strict=True)]
        return choice_part(response.ident, options, item.points, many=True, shuffle=response.shuffle)
    return _all_or_nothing(item, response)


def _score_of(item: Presented, response: Response, values: Sequence[str]) -> Decimal:
    return run(item.rules, {response.ident: values})


def _single(item: Presented, response: Response, shares: Sequence[Decimal]) -> Part:
    words = [label.plain.casefold() for label in response.labels]
    if set(words) == {"true", "false"} and sorted(shares) == [0, FULL]:
        true, false = (response.labels[words.index(word)].html for word in ("true", "false"))
        is_true = shares[words.index("true")] == FULL
        return truth_part(response.ident, item.points, is_true=is_true, words=(true, false))
    options = [Option(label.html, share) for label, share in zip(response.labels, shares, strict=True)]
    return choice_part(response.ident, options, item.points, shuffle=response.shuffle)


def _all_or_nothing(item: Presented, response: Response) -> Part:
    asked = [value for ident, value in named_values(item.rules) if ident == response.ident]
    if not asked or _score_of(item, response, asked) <= 0:
        raise BrokenItemError("foreign-broken-key")
    share = FULL / len(set(asked))
    options = [Option(label.html, share if label.ident in asked else Decimal(0)) for label in response.labels]
    part = choice_part(response.ident, options, item.points, many=True, shuffle=response.shuffle)
    right = tuple(letter(n) for n, label in enumerate(response.labels) if label.ident in asked)
    return Part(part.interaction, MatchKey(correct=right, points=item.points))


def _read_order(item: Presented, response: Response) -> Part:
    asked = [value for ident, value in named_values(item.rules) if ident == response.ident]
    by_ident = {label.ident: label.html for label in response.labels}
    if sorted(asked) != sorted(by_ident):
        raise BrokenItemError("foreign-broken-key")
    return order_part(response.ident, [by_ident[ident] for ident in asked], item.points, partial=False)


def _read_typed(item: Presented) -> tuple[str, list[Part]]:
    shares = _typed_points(item)
    parts = [_typed_part(item, response, points) for response, points in zip(item.responses, shares, strict=True)]
    if len(item.pieces) > 2 or len(parts) > 1:  # noqa: PLR2004 -- a text, a gap, and more text
        places = {f"⟦{number}⟧": gap(part.interaction.id) for number, part in enumerate(parts, start=1)}
        return paragraph(" ".join(places.get(piece, piece) for piece in item.pieces)), parts
    return paragraph(item.stem) + f"<p>{gap(parts[0].interaction.id)}</p>", parts


def _typed_points(item: Presented) -> list[Decimal]:
    count = len(item.responses)
    if count > 1 and any(len({ident for ident, _value in named_values([rule])}) > 1 for rule in item.rules):
        item.markup.lose("foreign-lost-grading", type="all-or-nothing")
    return points_of_shares([FULL / count] * count, item.points)


def _typed_part(item: Presented, response: Response, points: Decimal) -> Part:
    rules = [rule for rule in item.rules if any(ident == response.ident for ident, _v in named_values([rule]))]
    if response.is_number:
        found = [entry for rule in rules for entry in interval_of(rule)]
        if any(is_open for _low, _high, is_open in found):
            item.markup.lose("foreign-lost-bound")
        answers = [NumberAnswer((low + high) / 2, (high - low) / 2) for low, high, _open in found]
        if not answers:
            raise BrokenItemError("foreign-broken-key")
        return number_part(response.ident, answers, points)
    texts = [value for ident, value in named_values(rules) if ident == response.ident and value]
    case = any((test.get("case") or "").lower() == "yes" for rule in rules for test in rule.iter("{*}varequal"))
    if not texts:
        raise BrokenItemError("foreign-broken-key")
    typed = [TypedAnswer(text.replace("*", "\\*")) for text in texts]
    return text_part(response.ident, typed, points, case_sensitive=case)


def _mark(response: Response) -> str:
    return f"[{response.ident.removeprefix('response_')}]"


def _read_blanks(item: Presented) -> tuple[str, list[Part]]:
    """Return a text with a gap per ``[name]``: a list to choose from, or something to type."""
    scores = [[run(item.rules, {part.ident: [label.ident]}) for label in part.labels] for part in item.responses]
    best = [max(values, default=Decimal(0)) for values in scores]
    if not sum(best):
        item.markup.lose("foreign-doubtful-reference")
        best = [Decimal(1)] * len(best)
        scores = [[Decimal(1)] * len(values) for values in scores]
    if min(best) <= 0:
        raise BrokenItemError("foreign-broken-key")
    points = points_of_shares([value * FULL / sum(best) for value in best], item.points)
    parts, body = [], paragraph(item.stem)
    for response, values, value in zip(item.responses, scores, points, strict=True):
        part = _blank(item, response, values, value)
        parts.append(part)
        mark = _mark(response)
        place = gap(part.interaction.id)
        body = body.replace(mark, place, 1) if mark in body else f"{body}<p>{place}</p>"
    ordered = sorted(parts, key=lambda part: body.index(gap(part.interaction.id)))
    return body, ordered


def _blank(item: Presented, response: Response, values: Sequence[Decimal], points: Decimal) -> Part:
    chosen = any(label.kind in {"dropdown", "wordbank"} for label in response.labels)
    if item.kind == _BLANKS and not chosen:
        typed = [TypedAnswer(label.plain.replace("*", "\\*")) for label in response.labels if label.plain]
        return text_part(response.ident, typed, points, case_sensitive=False)
    shares = _scaled(values, max(values))
    options = [Option(label.html, share) for label, share in zip(response.labels, shares, strict=True)]
    return inline_part(response.ident, options, points, shuffle=response.shuffle)


def _read_pairs(item: Presented) -> tuple[str, list[Part]]:
    """Return a matching; for categories the labels are what is sorted into them."""
    labels = {label.ident: label.html for response in item.responses for label in response.labels}
    idents = list(labels)
    wanted = [
        (number, idents.index(value))
        for ident, value in named_values(item.rules)
        for number, response in enumerate(item.responses)
        if response.ident == ident and value in labels
    ]
    prompts, texts = [response.prompt for response in item.responses], list(labels.values())
    unique = list(dict.fromkeys(wanted))
    if any(response.cardinality == "Multiple" for response in item.responses):
        item.markup.lose("foreign-lost-grading", type="categorization")
        pairs = [(label, category) for category, label in unique]
        return _block(item, match_part("RESPONSE", texts, prompts, pairs, item.points))
    return _block(item, match_part("RESPONSE", prompts, texts, unique, item.points))
