"""What items of other systems have in common: interactions with their keys, shares that become exact points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any

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
    NearNumber,
    NumericKey,
    OrderInteraction,
    OrderKey,
    ResponseKey,
    TextEntryInteraction,
)

RESPONSE = "RESPONSE"
FULL = Decimal(100)
_MICRO = Decimal("0.000001")
_NEARLY = Decimal("0.02")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_POINTS = Decimal(1_000_000)
MOST = 200


class UnsupportedItemError(Exception):
    """The item is of a kind candidates cannot be given here; ``name`` is its name in the source."""

    def __init__(self, name: str, code: str = "foreign-type-unsupported", **details: Any) -> None:
        """Keep the name and the reason."""
        self.name = name
        self.code = code
        self.details: Mapping[str, Any] = {"type": name, **details}
        super().__init__(name)


class BrokenItemError(Exception):
    """The item contradicts itself or lacks something; the reason code says what to do."""

    def __init__(self, code: str, **details: Any) -> None:
        """Keep the reason."""
        self.code = code
        self.details: Mapping[str, Any] = details
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice and its share of the points in percent."""

    html: str
    share: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """A text that earns a share of the points in percent."""

    text: str
    share: Decimal = FULL


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """A number, its tolerance, and its share of the points in percent."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    share: Decimal = FULL
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An interaction and how it is scored; ``key`` is None for nothing to answer."""

    interaction: Interaction
    key: ResponseKey


def letter(number: int) -> str:
    """Return the letter of a choice: A to Z, then AA, AB and so on."""
    first, last = divmod(number, len(_LETTERS))
    return (_LETTERS[first - 1] if first else "") + _LETTERS[last]


def exact(number: Decimal) -> Decimal:
    """Return the number with at most six places and no trailing zeros."""
    rounded = number.quantize(_MICRO, ROUND_HALF_EVEN).normalize()
    return Decimal(f"{rounded:f}") if rounded else Decimal(0)


def points_of_shares(shares: Sequence[Decimal], points: Decimal) -> list[Decimal]:
    """Return the points of shares given in percent, so that all positive ones together make exactly the points.

    Sources write a third as 33.33333 or 33. Where the positive shares add up to (nearly) a hundred, the last millionths
    go to the first ones; other shares keep their own value.
    """
    positive = sum((share for share in shares if share > 0), Decimal(0))
    raw = [points * share / FULL for share in shares]
    if abs(positive - FULL) > _NEARLY:
        return [exact(value) for value in raw]
    floors = [
        (value * FULL / positive).quantize(_MICRO, ROUND_DOWN) if share > 0 else value.quantize(_MICRO)
        for value, share in zip(raw, shares, strict=True)
    ]
    missing = points - sum((floor for floor, share in zip(floors, shares, strict=True) if share > 0), Decimal(0))
    for index, share in enumerate(shares):
        if share > 0 and missing > 0:
            floors[index] += _MICRO
            missing -= _MICRO
    return [exact(floor) for floor in floors]


def require_full(shares: Sequence[Decimal], *, many: bool) -> None:
    """Refuse answers with which nobody can reach the full mark."""
    positive = [share for share in shares if share > 0]
    reached = sum(positive, Decimal(0)) if many else max(positive, default=Decimal(0))
    if abs(reached - FULL) > _NEARLY:
        code = "foreign-broken-sum" if many else "foreign-broken-best"
        raise BrokenItemError(code, reached=f"{exact(reached):f}".replace(".", ","))


def refuse_many(things: Sequence[object]) -> None:
    """Refuse more choices, answers or pairs than any question has."""
    if len(things) > MOST:
        raise BrokenItemError("foreign-broken-many", count=len(things), most=MOST)


def choices_of(options: Sequence[Option]) -> tuple[Choice, ...]:
    """Return the options as choices, lettered from A."""
    return tuple(Choice(id=letter(number), html=option.html) for number, option in enumerate(options))


def _map_key(options: Sequence[Option], points: Decimal, *, many: bool) -> MapKey | MatchKey:
    shares = [option.share for option in options]
    require_full(shares, many=many)
    values = points_of_shares(shares, points)
    right = [letter(number) for number, share in enumerate(shares) if (share > 0 if many else share == max(shares))]
    if not many and sorted(shares)[:-1] == [Decimal(0)] * (len(shares) - 1):
        return MatchKey(correct=tuple(right), points=points)
    return MapKey(
        entries=tuple(
            MapEntry(value=letter(number), points=value) for number, value in enumerate(values) if value != 0
        ),
        lower=Decimal(0) if many else None,
        upper=points if many else None,
        correct=tuple(right),
    )


def choice_part(
    identifier: str,
    options: Sequence[Option],
    points: Decimal,
    *,
    many: bool = False,
    shuffle: bool = True,
    prompt: str = "",
) -> Part:
    """Return a single or multiple choice."""
    if len(options) < 2:  # noqa: PLR2004 -- one option is no choice
        raise BrokenItemError("foreign-broken-options")
    refuse_many(options)
    interaction = ChoiceInteraction(
        id=identifier, choices=choices_of(options), most=0 if many else 1, shuffle=shuffle, prompt=prompt
    )
    return Part(interaction, _map_key(options, points, many=many))


def truth_part(identifier: str, points: Decimal, *, is_true: bool, words: tuple[str, str] = ("Benar", "Salah")) -> Part:
    """Return a true/false item."""
    choices = (Choice(id="A", html=words[0], fixed=True), Choice(id="B", html=words[1], fixed=True))
    interaction = ChoiceInteraction(id=identifier, choices=choices, shuffle=False, style="true_false")
    return Part(interaction, MatchKey(correct=("A" if is_true else "B",), points=points))


def inline_part(identifier: str, options: Sequence[Option], points: Decimal, *, shuffle: bool = True) -> Part:
    """Return a drop-down list inside the text."""
    if len(options) < 2:  # noqa: PLR2004 -- one option is no choice
        raise BrokenItemError("foreign-broken-options")
    refuse_many(options)
    interaction = InlineChoiceInteraction(id=identifier, choices=choices_of(options), shuffle=shuffle)
    return Part(interaction, _map_key(options, points, many=False))


def text_part(identifier: str, answers: Sequence[TypedAnswer], points: Decimal, *, case_sensitive: bool) -> Part:
    """Return a short text; the first answer that fits counts, as in the source."""
    refuse_many(answers)
    kept: dict[str, TypedAnswer] = {}
    for answer in answers:
        if "*" in answer.text.replace("\\*", ""):
            if answer.share > 0:
                raise UnsupportedItemError("shortanswer", "foreign-wildcard-unsupported", pattern=answer.text)
            continue
        plain = " ".join(answer.text.replace("\\*", "*").split())
        kept.setdefault(plain if case_sensitive else plain.casefold(), TypedAnswer(plain, answer.share))
    require_full([answer.share for answer in kept.values()], many=False)
    entries = tuple(
        MapEntry(value=answer.text, points=exact(points * answer.share / FULL), case_sensitive=case_sensitive)
        for answer in kept.values()
        if answer.share != 0
    )
    longest = max(len(entry.value) for entry in entries)
    best = max(answer.share for answer in kept.values())
    right = next(answer.text for answer in kept.values() if answer.share == best)
    interaction = TextEntryInteraction(id=identifier, expected_length=max(10, min(80, longest + 5)))
    return Part(interaction, MapKey(entries=entries, correct=(right,)))


def number_part(identifier: str, answers: Sequence[NumberAnswer], points: Decimal, *, unit: str = "") -> Part:
    """Return a number with tolerances; the first fitting answer counts."""
    refuse_many(answers)
    require_full([answer.share for answer in answers], many=False)
    full = [answer for answer in answers if abs(answer.share - FULL) <= _NEARLY]
    first, *rest = [*full, *(answer for answer in answers if answer not in full and answer.share > 0)]
    key = NumericKey(
        value=exact(first.value),
        tolerance=exact(first.tolerance),
        relative=first.relative,
        points=points,
        near=tuple(
            NearNumber(
                value=exact(answer.value),
                tolerance=exact(answer.tolerance),
                relative=answer.relative,
                points=exact(points * answer.share / FULL),
            )
            for answer in rest
        ),
    )
    return Part(TextEntryInteraction(id=identifier, numeric=True, expected_length=12, unit=unit), key)


def match_part(
    identifier: str,
    sources: Sequence[str],
    targets: Sequence[str],
    pairs: Sequence[tuple[int, int]],
    points: Decimal,
    *,
    shuffle: bool = True,
) -> Part:
    """Return pairs of a source and a target; each right pair earns the same share, each source is used once."""
    if not pairs:
        raise BrokenItemError("foreign-broken-pairs")
    refuse_many(pairs)
    values = points_of_shares([FULL / len(pairs)] * len(pairs), points)
    names = [f"{letter(source)} T{target + 1}" for source, target in pairs]
    interaction = MatchInteraction(
        id=identifier,
        sources=tuple(Choice(id=letter(number), html=text) for number, text in enumerate(sources)),
        targets=tuple(Choice(id=f"T{number + 1}", html=text, most=0) for number, text in enumerate(targets)),
        shuffle=shuffle,
    )
    key = MapKey(
        entries=tuple(MapEntry(value=name, points=value) for name, value in zip(names, values, strict=True)),
        lower=Decimal(0),
        upper=points,
        correct=tuple(names),
    )
    return Part(interaction, key)


def order_part(identifier: str, texts: Sequence[str], points: Decimal, *, partial: bool) -> Part:
    """Return things to put into the order given."""
    if len(texts) < 2:  # noqa: PLR2004 -- one thing has no order
        raise BrokenItemError("foreign-broken-options")
    refuse_many(texts)
    choices = choices_of([Option(text) for text in texts])
    key = OrderKey(correct=tuple(choice.id for choice in choices), partial=partial, points=points)
    return Part(OrderInteraction(id=identifier, choices=choices), key)


def essay_part(identifier: str, points: Decimal, *, lines: int = 10, most_words: int = 0, rubric: str = "") -> Part:
    """Return a long text that people mark."""
    step = Decimal(1) if points == points.to_integral_value() and points > 1 else Decimal("0.5")
    key = EssayKey(points=points, rubric=rubric, step=step, tolerance=step)
    return Part(EssayInteraction(id=identifier, expected_lines=max(1, min(lines, 60)), most_words=most_words), key)
