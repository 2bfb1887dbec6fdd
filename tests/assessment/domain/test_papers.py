"""Papers carry what candidates may see and nothing else."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from merit.assessment.domain.items import (
    Area,
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    HotspotInteraction,
    InlineChoiceInteraction,
    Interaction,
    ItemContent,
    MatchInteraction,
    OrderInteraction,
    SliderInteraction,
    Spot,
    TextEntryInteraction,
)
from merit.assessment.domain.papers import (
    PaperHead,
    PaperSection,
    authors_value,
    build_paper,
    media_of,
    pack_paper,
    papers_sha256,
    place_name,
    public_item,
    unpack_paper,
)
from merit.assessment.domain.settings import SittingSettings

pytestmark = pytest.mark.unit
PICTURE = "a" * 64
OTHER = "b" * 64
SECRET = "RAHASIA"
FREE_TEXT = {"body", "prompt", "html", "label", "alt", "unit"}


def choices(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(id=name, html=f"<p>{name}</p>", fixed=name == "Z", most=2) for name in names)


EVERY: tuple[Interaction, ...] = (
    ChoiceInteraction(id="R1", prompt="<p>Pilih</p>", choices=choices("A", "B", "Z"), style="sjt"),
    OrderInteraction(id="R2", choices=choices("A", "B")),
    MatchInteraction(id="R3", sources=choices("A", "B"), targets=choices("A", "X", "Y"), most=2),
    InlineChoiceInteraction(id="R4", choices=choices("A", "B")),
    TextEntryInteraction(id="R5", numeric=True, unit="kg"),
    EssayInteraction(id="R6", most_words=300),
    HotspotInteraction(
        id="R7",
        image=f"media:{PICTURE}",
        width=10,
        height=20,
        alt="Peta",
        spots=(Spot(id="S", label="Kantor", area=Area(shape="circle", coords=(1, 2, 3))),),
    ),
    SliderInteraction(id="R8", lower=0, upper=10, step=0.5),
)
CONTENT = ItemContent(
    title=SECRET,
    language="bug",
    body=f'<p><img src="media:{OTHER}" alt=""></p>' + "".join(f'<div data-response="R{n}"></div>' for n in range(1, 9)),
    interactions=EVERY,
)
ADDRESSES = {PICTURE: "peta-1", OTHER: "gambar-2"}
ALLOWED = {
    "choice": {"id", "kind", "prompt", "choices", "least", "most", "style"},
    "order": {"id", "kind", "prompt", "choices", "least", "most"},
    "match": {"id", "kind", "prompt", "sources", "targets", "most"},
    "inline_choice": {"id", "kind", "prompt", "choices"},
    "text_entry": {"id", "kind", "prompt", "numeric", "expected_length", "unit"},
    "essay": {"id", "kind", "prompt", "expected_lines", "most_words"},
    "hotspot": {"id", "kind", "prompt", "image", "width", "height", "alt", "spots", "least", "most"},
    "slider": {"id", "kind", "prompt", "lower", "upper", "step"},
}
OPTIONS = {"choices": {"id", "html"}, "sources": {"id", "html", "most"}, "targets": {"id", "html", "most"}}


def test_an_item_has_exactly_the_fields_on_the_list() -> None:
    shown = public_item(CONTENT, {}, ADDRESSES)
    assert set(shown) == {"body", "interactions"}
    assert [one["kind"] for one in shown["interactions"]] == list(ALLOWED)
    for interaction in shown["interactions"]:
        assert set(interaction) == ALLOWED[interaction["kind"]]
        for name, fields in OPTIONS.items():
            assert all(set(option) == fields for option in interaction.get(name, ()))
    assert shown["interactions"][6]["spots"] == [
        {"id": "S", "label": "Kantor", "area": {"shape": "circle", "coords": [1, 2, 3]}}
    ]
    assert SECRET not in json.dumps(shown)


def test_a_paper_has_exactly_the_fields_on_the_list() -> None:
    head = PaperHead(title="Uji", navigation="forward", sections=(PaperSection("Bagian A", 1, 2, 30),))
    items = [(0, public_item(CONTENT, {}, ADDRESSES)), (0, public_item(CONTENT, {}, ADDRESSES))]
    paper = unpack_paper(pack_paper(build_paper(head, items)))
    assert set(paper) == {"version", "title", "language", "navigation", "sections", "items"}
    assert paper["sections"] == [{"name": "Bagian A", "first": 1, "last": 2, "minutes": 30}]
    assert [set(item) for item in paper["items"]] == [{"position", "section", "body", "interactions"}] * 2
    assert [item["position"] for item in paper["items"]] == [1, 2]


def test_media_get_their_addresses_and_a_missing_one_is_an_error() -> None:
    assert media_of(CONTENT) == {PICTURE, OTHER}
    shown = public_item(CONTENT, {}, ADDRESSES)
    assert '<img src="/media/gambar-2" alt="">' in shown["body"]
    assert shown["interactions"][6]["image"] == "/media/peta-1"
    assert "media:" not in json.dumps(shown)
    with pytest.raises(KeyError):
        public_item(CONTENT, {}, {PICTURE: "peta-1"})


def test_options_come_in_the_order_of_the_paper() -> None:
    orders = {"R1": ["B", "A", "Z"], "R3": ["B", "A", "Y", "A", "X"], "R4": ["B", "A"]}
    shown = public_item(CONTENT, orders, ADDRESSES)
    first, second, third, fourth = shown["interactions"][:4]
    assert [option["html"] for option in first["choices"]] == [
        option["html"]
        for name in ("B", "A", "Z")
        for option in public_item(CONTENT, {}, ADDRESSES)["interactions"][0]["choices"]
        if option["id"] == name
    ]
    assert [option["id"] for option in first["choices"]] == ["A", "B", "C"]
    assert [option["id"] for option in second["choices"]] == ["A", "B"]
    assert [option["id"] for option in third["sources"]] == ["A", "B"]
    assert [option["id"] for option in third["targets"]] == ["C", "D", "E"]
    assert [option["id"] for option in fourth["choices"]] == ["A", "B"]


@pytest.mark.parametrize(
    ("value", "orders", "authors"),
    [
        ('["A"]', {"R": ["T3", "T1", "T2"]}, '["T3"]'),
        ('["C","A"]', {"R": ["T3", "T1", "T2"]}, '["T2","T3"]'),
        ('["B D"]', {"R": ["s1", "s2", "t1", "t2"]}, '["s2 t2"]'),
        ('{"R":["B"],"T":["lima B"]}', {"R": ["x", "y"]}, '{"R":["y"],"T":["lima B"]}'),
        ('["102 113"]', {}, '["102 113"]'),
        ("[]", {"R": ["x", "y"]}, "[]"),
        ('["Q"]', {"R": ["x", "y"]}, '["Q"]'),
    ],
)
def test_an_answer_is_turned_back_into_the_authors_names(
    value: str, orders: dict[str, list[str]], authors: str
) -> None:
    assert authors_value(value, orders) == authors


def test_places_are_named_by_letters() -> None:
    assert [place_name(place) for place in (0, 1, 25, 26, 27, 51, 52, 701, 702)] == [
        *("A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"),
    ]


@pytest.mark.parametrize("order", [["A", "B"], ["A", "B", "B"], ["A", "B", "Q"]])
def test_an_order_that_loses_an_option_is_refused(order: list[str]) -> None:
    with pytest.raises(ValueError, match="order"):
        public_item(CONTENT, {"R1": order}, ADDRESSES)


def test_packing_twice_gives_the_same_bytes() -> None:
    document = build_paper(PaperHead(title="Uji"), [(0, public_item(CONTENT, {}, ADDRESSES))])
    assert pack_paper(document) == pack_paper(document)
    assert pack_paper(document)[4:8] == bytes(4)  # no time in the gzip header


def test_the_digest_of_a_sitting_depends_on_every_paper_and_no_order() -> None:
    papers = [("001", "aa"), ("002", "bb")]
    assert papers_sha256(papers) == papers_sha256(papers[::-1])
    assert papers_sha256(papers) != papers_sha256([("001", "bb"), ("002", "aa")])


def test_settings_stand_without_anything_said() -> None:
    settings = SittingSettings()
    assert settings.cuts == (Decimal(20), Decimal(40), Decimal(60), Decimal(80))
    assert SittingSettings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"cuts": (40, 20, 60, 80)},
        {"cuts": (20, 20, 60, 80)},
        {"cuts": (0, 20, 60, 80)},
        {"seb_config_keys": ("abc",)},
        {"unknown": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        SittingSettings.model_validate(wrong)
