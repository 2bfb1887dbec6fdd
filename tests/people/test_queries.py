"""Lists of officials, units and positions, and one official's records, on both databases."""

from __future__ import annotations

import pytest

from merit.errors import NotFoundError
from merit.people.queries import officials, positions, record, units
from merit.people.queries.officials import OfficialFilter
from merit.people.queries.positions import PositionFilter
from merit.security.permissions import Actor
from tests.factories import (
    RECORDED,
    make_finding,
    make_nip,
    make_official,
    make_position,
    make_post,
    make_unit,
    supersede,
)

pytestmark = pytest.mark.db

EVERYWHERE = Actor(unit_ids=None)


def _names(session, *, order="nama", **chosen):
    found = officials.find_officials(session, OfficialFilter(**chosen), order=order)
    return [row.name for row in officials.list_officials(session, found)]


@pytest.fixture
def city(session):
    """Two units under a city, three officials."""
    city = make_unit(session, code="KOTA", name="Kota")
    health = make_unit(session, code="KES", name="Dinas Kesehatan", parent=city)
    clinic = make_unit(session, code="PKM", name="Puskesmas Damai", parent=health)
    schools = make_unit(session, code="DIK", name="Dinas Pendidikan", parent=city)
    head = make_position(session, code="KES.1", name="Kepala Dinas", tier="jpt_pratama", unit=health, leads=health)
    nurse = make_position(session, code="PKM.1", name="Perawat", tier="jf_ahli_muda", unit=clinic)
    teacher = make_position(session, code="DIK.1", name="Guru", tier="jf_ahli_pertama", unit=schools)
    nip = make_nip(birth="1970-02-03", start="1995-03", number=7)
    make_official(session, nip=nip, name="Siti Aminah", position=head, grade="IV/b", since="2018-05-01")
    make_official(session, name="Budi Santoso", position=nurse, grade="III/c", since="2022-05-01", employment="CPNS")
    make_official(session, name="Ani Siti Rahayu", position=teacher, grade="III/a", since="2020-05-01")
    return {"city": city, "health": health, "clinic": clinic, "schools": schools, "nip": nip}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("siti", ["Ani Siti Rahayu", "Siti Aminah"]),
        ("SAN", ["Budi Santoso"]),
        ("siti ami", ["Siti Aminah"]),
        ("197002", ["Siti Aminah"]),
        ("19700203 199503", ["Siti Aminah"]),
        ("%", []),
        ("zzz", []),
    ],
)
def test_search_finds_words_of_the_name_or_a_part_of_the_nip(session, city, text, names):
    assert _names(session, text=text) == names


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"tier": "jf_ahli_muda"}, ["Budi Santoso"]),
        ({"grade": 14}, ["Siti Aminah"]),
        ({"employment": "CPNS"}, ["Budi Santoso"]),
        ({"tier": "jf_ahli_muda", "employment": "PNS"}, []),
    ],
)
def test_filters_narrow_the_list(session, city, chosen, names):
    assert _names(session, **chosen) == names
    assert officials.count_officials(session, OfficialFilter(**chosen)) == len(names)


def test_a_unit_stands_for_everything_below_it(session, city):
    below = units.load_tree(session).with_descendants(city["health"].id)

    assert _names(session, unit_ids=below) == ["Budi Santoso", "Siti Aminah"]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("-nama", ["Siti Aminah", "Budi Santoso", "Ani Siti Rahayu"]),
        ("golongan", ["Ani Siti Rahayu", "Budi Santoso", "Siti Aminah"]),
        ("-tmt", ["Budi Santoso", "Ani Siti Rahayu", "Siti Aminah"]),
        ("unit", ["Siti Aminah", "Ani Siti Rahayu", "Budi Santoso"]),
    ],
)
def test_the_list_is_sorted(session, city, order, names):
    assert _names(session, order=order) == names


@pytest.mark.parametrize("order", ["nama", "-nama", "nip", "-golongan", "unit"])
def test_pages_read_from_the_end_are_the_same_pages(session, city, order):
    whole = officials.list_officials(session, officials.find_officials(session, OfficialFilter(), order=order))

    found = officials.find_officials(session, OfficialFilter(), order=order)
    pages = [officials.list_officials(session, found, page=page, size=2) for page in (1, 2)]

    assert pages == [whole[:2], whole[2:]]


def test_a_search_that_leaves_few_is_paged_from_what_it_found(session, city):
    found = officials.find_officials(session, OfficialFilter(text="i"), order="-nama")
    pages = [officials.list_officials(session, found, page=page, size=2) for page in (1, 2)]

    assert (found.total, len(found.first_ids)) == (3, 3)
    assert [[row.name for row in page] for page in pages] == [["Siti Aminah", "Budi Santoso"], ["Ani Siti Rahayu"]]


def test_an_export_yields_the_whole_list_in_order(session, city):
    rows = officials.iterate_officials(session, OfficialFilter(), order="nama")

    assert [row.name for row in rows] == ["Ani Siti Rahayu", "Budi Santoso", "Siti Aminah"]


def test_the_tree_counts_descendants_and_is_cut_to_the_scope(session, city):
    whole = units.load_tree(session)
    totals = units.total_officials(whole, units.count_officials(session))
    cut = units.load_tree(session, Actor(unit_ids=frozenset({city["health"].id, city["clinic"].id})))

    assert [totals[city[name].id] for name in ("city", "health", "clinic", "schools")] == [3, 2, 1, 1]
    assert [(depth, unit.code) for depth, unit in cut.walk()] == [(0, "KES"), (1, "PKM")]
    assert [unit.code for unit in whole.path(city["clinic"].id)] == ["KOTA", "KES", "PKM"]
    assert [unit.code for unit in units.search(whole, "dinas pend")] == ["DIK"]


def test_a_unit_outside_the_scope_does_not_exist(session, city):
    tree = units.load_tree(session, Actor(unit_ids=frozenset({city["schools"].id})))

    with pytest.raises(NotFoundError):
        units.get_unit(tree, "KES")


def test_an_official_outside_the_scope_does_not_exist(session, city):
    inside = Actor(unit_ids=frozenset({city["health"].id}))

    assert record.get_official(session, inside, city["nip"]).name == "Siti Aminah"
    with pytest.raises(NotFoundError):
        record.get_official(session, Actor(unit_ids=frozenset({city["schools"].id})), city["nip"])
    with pytest.raises(NotFoundError):
        record.get_official(session, EVERYWHERE, "0" * 18)


def test_superseded_facts_are_not_shown(session, city):
    official = make_official(session, title_before="dr.", title_after="M.Kes.")
    old = make_post(session, official, starts="2012-01-01", tier="pelaksana", title="Lama")
    supersede(session, old, at=RECORDED)
    make_post(session, official, starts="2012-01-01", tier="pelaksana", title="Baru")
    make_finding(session, official, "R1", dated="2015-01-01")

    posts = record.list_posts(session, official.id)

    assert [row.title for row in posts if row.origin == "career"] == ["Baru"]
    assert [row.code for row in record.list_findings(session, official.id)] == ["R1"]


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({}, ["DIK.1", "KES.1", "PKM.1", "KOS.1"]),
        ({"held": False}, ["KOS.1"]),
        ({"held": True, "tier": "jpt_pratama"}, ["KES.1"]),
        ({"text": "guru"}, ["DIK.1"]),
        ({"text": "kos.1"}, ["KOS.1"]),
    ],
)
def test_positions_are_filtered_by_holder_tier_and_text(session, city, chosen, codes):
    make_position(session, code="KOS.1", name="Sekretaris", tier="administrator", unit=city["health"])

    rows = positions.list_positions(session, PositionFilter(**chosen))

    assert [row.code for row in rows] == codes
    assert positions.count_positions(session, PositionFilter(**chosen)) == len(codes)


def test_a_position_shows_its_first_holder_and_how_many_there_are(session, city):
    position = make_position(session, code="X.1")
    make_official(session, position=position, name="Zaki")
    make_official(session, position=position, name="Abdul", title_before="H.")

    (row,) = positions.list_positions(session, PositionFilter(text="X.1"))

    assert (row.holders, row.holder) == (2, "H. Abdul")
    assert [holder.name for holder in positions.list_holders(session, position.id)] == ["H. Abdul", "Zaki"]


def test_the_standard_fills_its_gaps_from_the_tier_and_says_so(session):
    make_position(session, code="S.1", tier="administrator", m01=5)

    lines = positions.standard_lines(positions.get_position(session, EVERYWHERE, "S.1"))

    assert [(line.code, line.level, line.is_default) for line in lines[:2]] == [("M.01", 5, False), ("M.02", 3, True)]
    assert {line.status for line in lines[1:]} == {"needs_verification"}
