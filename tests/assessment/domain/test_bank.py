"""What an author hands in: its kind, its words, what is wrong with it; a key and a change in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from merit.assessment.domain.bank import (
    DraftProblem,
    ItemDraft,
    ItemTags,
    cleaned,
    find_problem,
    find_tag_problem,
    kind_of,
    media_of,
    plain_text,
)
from merit.assessment.domain.items import (
    Area,
    AreaEntry,
    AreaKey,
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    EssayKey,
    HotspotInteraction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    NumericKey,
    OrderKey,
    Spot,
    TextEntryInteraction,
)
from merit.assessment.domain.key_lines import KeyLine, key_lines
from merit.assessment.domain.wording import Piece, content_changes, word_changes
from tests.assessment.bank_samples import make_draft

pytestmark = pytest.mark.unit

PICTURE = f"media:{'b' * 64}"
SPOT = HotspotInteraction(
    id="R",
    image=PICTURE,
    width=9,
    height=9,
    spots=(Spot(id="A", label="Loket", area=Area(shape="rect", coords=(1, 2, 3, 4))),),
)


def draft_of(content: ItemContent) -> ItemDraft:
    return ItemDraft(content=content, key=ItemKey(maximum=Decimal(1)))


def test_kinds_follow_from_the_interactions():
    one = make_draft().content.interactions[0]
    many = one.model_copy(update={"most": 0})
    sjt = one.model_copy(update={"style": "sjt"})
    number = TextEntryInteraction(id="R", numeric=True)

    contents = [
        ItemContent(body="x", interactions=parts) for parts in ((), (one,), (many,), (sjt,), (number,), (one, many))
    ]

    assert [kind_of(content) for content in contents] == [
        *("information", "single_choice", "multiple_choice", "sjt", "numeric_entry", "composite")
    ]


def test_plain_text_holds_everything_a_candidate_reads():
    content = ItemContent(title="Judul", body="<p>Satu&nbsp;<b>dua</b></p>", interactions=(SPOT,))

    assert plain_text(content) == "Judul Satu dua Loket"
    assert media_of(content) == {"b" * 64}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (ItemContent(body="  "), DraftProblem.EMPTY),
        (ItemContent(body="x" * 200_001), DraftProblem.TOO_LONG),
        (ItemContent(body="x", interactions=(SPOT,)), DraftProblem.PLACEHOLDERS),
        (ItemContent(body="<p>cukup</p>"), None),
        (ItemContent(body=f'<img src="{PICTURE}">'), None),
    ],
)
def test_problems_of_contents(content: ItemContent, problem: DraftProblem | None):
    assert find_problem(draft_of(content)) == problem


def test_problems_of_choices_and_facility():
    draft = make_draft()
    body, one = draft.content.body, draft.content.interactions[0]
    assert isinstance(one, ChoiceInteraction)
    twice = one.model_copy(update={"choices": (one.choices[0], one.choices[0])})
    many = one.model_copy(update={"choices": tuple(Choice(id=str(n), html="x") for n in range(61))})

    assert find_problem(replace(draft, content=ItemContent(body=body, interactions=(twice,)))) == "item-duplicate-id"
    assert find_problem(replace(draft, content=ItemContent(body=body, interactions=(many,)))) == "item-choices"
    assert find_problem(replace(draft, facility=Decimal("1.1"))) == "item-facility"


def test_both_sides_of_a_match_may_share_identifiers():
    sides = tuple(Choice(id=name, html=name) for name in "AB")
    match = MatchInteraction(id="R", sources=sides, targets=sides)

    assert find_problem(draft_of(ItemContent(body='<div data-response="R"></div>x', interactions=(match,)))) is None


@pytest.mark.parametrize("code", ["a/b", "impor", "x" * 61, "-x", "a?b"])
def test_codes_that_no_address_could_carry(code: str):
    assert find_tag_problem(ItemTags(code=code)) == DraftProblem.CODE_FORM


@pytest.mark.parametrize("code", ["", "B00001", "IK.05-3 a", "Ä"])
def test_codes_that_fit(code: str):
    assert find_tag_problem(ItemTags(code=code)) is None


def test_cleaning_twice_changes_nothing():
    draft = make_draft("<b onclick=x>Satu</b><script>x</script>")

    once = cleaned(draft)

    assert "script" not in once.content.body
    assert cleaned(once) == once


def test_key_in_words():
    choice = make_draft().content.interactions[0].model_copy(update={"id": "A1"})
    match = MatchInteraction(
        id="M", sources=(Choice(id="S", html="Kiri"),), targets=(Choice(id="T", html="Kanan"), Choice(id="U", html=""))
    )
    content = ItemContent(body="x", interactions=(choice, match, EssayInteraction(id="E"), SPOT))
    entries = (MapEntry(value="S T", points=Decimal(1)), MapEntry(value="U", points=Decimal(2)))
    places = (AreaEntry(area=Area(shape="circle", coords=(1, 2, 3)), points=Decimal(1)),)
    key = ItemKey(
        maximum=Decimal(1),
        responses={
            "A1": MatchKey(correct=("B",)),
            "M": MapKey(entries=entries),
            "N": NumericKey(value=Decimal("12.50"), tolerance=Decimal(5), relative=True),
            "O": OrderKey(correct=("X",)),
            "P": AreaKey(entries=places),
            "E": EssayKey(points=Decimal(10), rubric="<p>Lengkap</p>"),
        },
    )

    lines = {one.response: one.lines for one in key_lines(content, key)}

    assert lines == {
        "A1": (KeyLine("B. Menolak", None),),
        "M": (KeyLine("U", Decimal(2)), KeyLine("Kiri → Kanan", Decimal(1))),
        "N": (KeyLine("12,5 ± 5%", Decimal(1)),),
        "O": (KeyLine("X", None),),
        "P": (KeyLine("circle 1 2 3", Decimal(1)),),
        "E": (KeyLine("Lengkap", None),),
    }


def test_changes_word_by_word():
    assert word_changes("Loket tutup pukul empat.", "Loket tutup pukul lima sore.") == (
        Piece("same", "Loket tutup pukul "),
        Piece("gone", "empat"),
        Piece("new", "lima sore"),
        Piece("same", "."),
    )


def test_changes_of_an_item_name_their_part():
    before = make_draft("Satu", ("Ya", "Tidak")).content
    after = make_draft("Satu", ("Ya", "Belum", "Entah")).content
    moved = SPOT.model_copy(update={"spots": (SPOT.spots[0].model_copy(update={"label": "Pintu"}),)})

    assert [change.part for change in content_changes(before, after)] == ["B", "C"]
    assert content_changes(before, before) == ()
    first, second = (ItemContent(body="x", interactions=(one,)) for one in (SPOT, moved))
    assert [change.part for change in content_changes(first, second)] == ["A"]
