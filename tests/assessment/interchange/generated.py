"""Items of every kind for property tests, with answers that may be given to them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st

from merit.assessment.domain.items import (
    Area,
    AreaEntry,
    AreaKey,
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    EssayKey,
    HotspotInteraction,
    InlineChoiceInteraction,
    Interaction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    NearNumber,
    NumericKey,
    OrderInteraction,
    OrderKey,
    ResponseKey,
    SliderInteraction,
    Spot,
    TextEntryInteraction,
)
from merit.assessment.domain.scoring import best_response_points
from merit.assessment.interchange.reading import media_reference

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx"
    b"\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
REFERENCE = media_reference(PICTURE)

words = st.text(alphabet="abc ÉşيعZ<&>\"'.,;=-+@0123456789", min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()) or "kata"
)
shown = words.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
rich = st.one_of(
    shown,
    shown.map(lambda text: f"<b>{text}</b> x<sub>2</sub>"),
    shown.map(lambda text: f"{text}<br>baris dua"),
)
cents = st.integers(1, 500).map(lambda number: Decimal(number) / 100)
Pair = tuple[Interaction, ResponseKey]


@st.composite
def choices(draw: st.DrawFn, least: int = 2) -> tuple[Choice, ...]:
    """Return some choices."""
    texts = draw(st.lists(rich, min_size=least, max_size=5))
    return tuple(Choice(id=f"{chr(65 + number)}", html=text) for number, text in enumerate(texts))


def _some(draw: st.DrawFn, names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(draw(st.sets(st.sampled_from(names), min_size=1))))


@st.composite
def single(draw: st.DrawFn, name: str) -> Pair:
    """Return a single choice, an SJT or a true/false."""
    shape = draw(st.sampled_from(["list", "sjt", "true_false"]))
    given = draw(choices())
    if shape == "true_false":
        given = tuple(choice.model_copy(update={"fixed": True}) for choice in given[:2])
    names = [choice.id for choice in given]
    interaction = ChoiceInteraction(id=name, choices=given, style=shape, shuffle=shape != "true_false")
    if shape == "sjt":
        weights = [draw(st.integers(1, 5)) for _name in names]
        entries = [MapEntry(value=value, points=Decimal(weight)) for value, weight in zip(names, weights, strict=True)]
        return interaction, MapKey(entries=tuple(entries), correct=(names[weights.index(max(weights))],))
    return interaction, MatchKey(correct=(draw(st.sampled_from(names)),), points=draw(cents))


@st.composite
def multiple(draw: st.DrawFn, name: str) -> Pair:
    """Return a multiple choice, all or nothing or with points per choice."""
    given = draw(choices())
    names = [choice.id for choice in given]
    right = _some(draw, names)
    interaction = ChoiceInteraction(id=name, choices=given, most=0, shuffle=draw(st.booleans()))
    if draw(st.booleans()):
        return interaction, MatchKey(correct=right, points=draw(cents))
    points = {value: draw(cents) if value in right else -draw(cents) for value in names}
    entries = tuple(MapEntry(value=value, points=number) for value, number in points.items())
    total = sum((entry.points for entry in entries if entry.points > 0), Decimal(0))
    return interaction, MapKey(entries=entries, lower=Decimal(0), upper=total, correct=right)


@st.composite
def order(draw: st.DrawFn, name: str) -> Pair:
    """Return things to put into order."""
    given = draw(choices())
    right = draw(st.permutations([choice.id for choice in given]))
    key = OrderKey(correct=tuple(right), partial=draw(st.booleans()), points=draw(cents))
    return OrderInteraction(id=name, choices=given, shuffle=draw(st.booleans())), key


@st.composite
def match(draw: st.DrawFn, name: str) -> Pair:
    """Return pairs to find."""
    texts = draw(st.lists(shown, min_size=2, max_size=4))
    sources = tuple(Choice(id=f"{chr(65 + number)}", html=text) for number, text in enumerate(texts))
    others = draw(st.lists(shown, min_size=1, max_size=4, unique=True))
    targets = tuple(Choice(id=f"T{number}", html=text, most=0) for number, text in enumerate(others, start=1))
    pairs = tuple(f"{source.id} {draw(st.sampled_from(targets)).id}" for source in sources)
    interaction = MatchInteraction(id=name, sources=sources, targets=targets, shuffle=draw(st.booleans()))
    if draw(st.booleans()):
        return interaction, MatchKey(correct=pairs, points=draw(cents))
    each = draw(cents)
    entries = tuple(MapEntry(value=pair, points=each) for pair in pairs)
    return interaction, MapKey(entries=entries, lower=Decimal(0), upper=each * len(pairs), correct=pairs)


@st.composite
def inline(draw: st.DrawFn, name: str) -> Pair:
    """Return a list inside the text."""
    given = draw(choices())
    key = MatchKey(correct=(draw(st.sampled_from(given)).id,), points=draw(cents))
    return InlineChoiceInteraction(id=name, choices=given, shuffle=draw(st.booleans())), key


@st.composite
def typed(draw: st.DrawFn, name: str) -> Pair:
    """Return a short text."""
    sensitive = draw(st.booleans())
    texts = draw(st.lists(words, min_size=1, max_size=3, unique_by=str.casefold))
    best = draw(cents)
    entries = tuple(
        MapEntry(value=text, points=best if number == 0 else best / 2, case_sensitive=sensitive)
        for number, text in enumerate(texts)
    )
    return TextEntryInteraction(id=name, expected_length=draw(st.integers(1, 80))), MapKey(
        entries=entries, correct=(texts[0],)
    )


@st.composite
def number(draw: st.DrawFn, name: str) -> Pair:
    """Return a number with a tolerance."""
    value = Decimal(draw(st.integers(-5000, 5000))) / 100
    near = draw(st.booleans())
    key = NumericKey(
        value=value,
        tolerance=Decimal(draw(st.integers(0, 300))) / 100,
        relative=draw(st.booleans()),
        points=Decimal(2),
        near=(NearNumber(value=value + 1, tolerance=Decimal("0.5"), points=Decimal(1)),) if near else (),
    )
    return TextEntryInteraction(id=name, numeric=True, unit=draw(st.sampled_from(["", "m/s²", "%"]))), key


@st.composite
def essay(draw: st.DrawFn, name: str) -> Pair:
    """Return a long text."""
    interaction = EssayInteraction(
        id=name, expected_lines=draw(st.integers(1, 40)), most_words=draw(st.sampled_from([0, 300]))
    )
    return interaction, EssayKey(points=Decimal(draw(st.integers(1, 20))), rubric=draw(rich))


@st.composite
def hotspot(draw: st.DrawFn, name: str) -> Pair:
    """Return places on a picture, or any point on it."""
    area = Area(shape="rect", coords=(0, 0, 10, 12.5))
    if draw(st.booleans()):
        spots = (Spot(id="A", area=area, label="kiri"), Spot(id="B", area=Area(shape="circle", coords=(50, 50, 9))))
        key: ResponseKey = MatchKey(correct=("B",), points=draw(cents))
    else:
        spots = ()
        key = AreaKey(entries=(AreaEntry(area=area, points=Decimal(2)),), default=Decimal(0))
    return HotspotInteraction(id=name, image=REFERENCE, width=100, height=80, alt="peta", spots=spots), key


@st.composite
def slider(draw: st.DrawFn, name: str) -> Pair:
    """Return a scale."""
    key = NumericKey(value=Decimal(draw(st.integers(0, 10))), points=draw(cents))
    return SliderInteraction(id=name, lower=0, upper=10, step=0.5), key


KINDS: tuple[Callable[[str], st.SearchStrategy[Pair]], ...] = (
    *(single, multiple, order, match, inline, typed, number, essay, hotspot, slider),
)
IN_LINE = frozenset({"inline_choice", "text_entry"})


def place(interaction: Interaction) -> str:
    """Return where an interaction stands in a body."""
    mark = f'data-response="{interaction.id}"'
    return f"<p><span {mark}></span></p>" if interaction.kind in IN_LINE else f"<div {mark}></div>"


def assembled(title: str, stem: str, pairs: list[Pair], rationale: str = "") -> tuple[ItemContent, ItemKey]:
    """Return content and key of some interactions with their rules."""
    interactions = tuple(interaction for interaction, _key in pairs)
    body = f"<p>{stem}</p>" + "".join(place(interaction) for interaction in interactions)
    maximum = sum((best_response_points(key, interaction) for interaction, key in pairs), Decimal(0))
    content = ItemContent(title=title, body=body, interactions=interactions)
    return content, ItemKey(
        responses={interaction.id: key for interaction, key in pairs}, maximum=maximum, rationale=rationale
    )


@st.composite
def items(draw: st.DrawFn, *, most: int = 1) -> tuple[ItemContent, ItemKey]:
    """Return an item with one interaction, or up to ``most``."""
    count = draw(st.integers(1, most))
    names = ["RESPONSE"] if count == 1 else [f"RESPONSE_{place}" for place in range(1, count + 1)]
    pairs = [draw(draw(st.sampled_from(KINDS))(name)) for name in names]
    return assembled(draw(words), draw(rich), pairs, draw(st.one_of(st.just(""), rich)))


@st.composite
def answers(draw: st.DrawFn, content: ItemContent) -> dict[str, list[str]]:
    """Return an answer somebody could give."""
    given = {}
    for interaction in content.interactions:
        given[interaction.id] = draw(_values(interaction))
    return given


def _values(interaction: Interaction) -> st.SearchStrategy[list[str]]:
    names = [choice.id for choice in getattr(interaction, "choices", ()) or getattr(interaction, "spots", ())]
    if interaction.kind == "order":
        return st.permutations(names).map(list)
    if isinstance(interaction, MatchInteraction):
        pairs = [f"{source.id} {target.id}" for source in interaction.sources for target in interaction.targets]
        return st.lists(st.sampled_from(pairs), unique_by=lambda pair: pair.split()[0])
    if (isinstance(interaction, TextEntryInteraction) and interaction.numeric) or interaction.kind == "slider":
        return st.integers(-6000, 6000).map(lambda number: [f"{Decimal(number) / 100:f}"])
    if interaction.kind == "hotspot" and not names:
        return st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda point: [f"{point[0]} {point[1]}"])
    if interaction.kind in {"text_entry", "essay"}:
        return words.map(lambda text: [text])
    limit = getattr(interaction, "most", 1) or len(names)
    return st.lists(st.sampled_from(names), unique=True, max_size=limit)
